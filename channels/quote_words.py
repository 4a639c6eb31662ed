"""What mail programs write around a quoted message, in many languages: words only, the rules are elsewhere."""

STARTS = (
    r"on|at|in (?:a )?message|in article|le|el|il|em|am|op|dnia|w dniu|dňa|dne|den|d\.|a|în data|in data(?: di)?"
    r"|pe|la|lunedì|en date du"
    r"|den|vid|pe|kl\.|στις|την|на|в|у|від|от|dana|u|tarihinde|tanggal|pada|vào|vào lúc|ngày|বেলা|tarixində|në"
    r"|taariikhda"
    r"|в|a(?:z)?|يوم|في|بتاريخ|در(?: تاریخ)?|בתאריך|ב-?|ਨੂੰ|તા\.|তারিখে|在|於|于|от дата|на дата|op|ngày"
)
VERBS = (
    # English, French, Spanish, Portuguese, Italian, German, Dutch, Romanian, Catalan
    r"wrote|writes?|said|says|sent|a\s+[ée]crit|[ée]crit|[ée]crivait|nous\s+a\s+dit|a\s+dit|escribi[óo]|escribe"
    r"|ha\s+escrito|va\s+escriure|ha\s+escrit|escreveu|escrito por"
    r"|ha\s+scritto|scriveva|scrive|scrisse|schrieb(?:en)?|geschrieben|schreef|het\s+volgende\s+geschreven"
    r"|geschreven|a\s+scris|scris"
    # Polish, Czech, Slovak, Slovenian, Croatian, Russian, Ukrainian, Bulgarian, Serbian
    r"|napisał(?:a|\(a\)|/a)?|napisali|pisze|napsal(?:a|\(a\)|/a)?|píše|napísal(?:a|\(a\)|/a)?|napisal(?:a|/-a)?"
    r"|je\s+napisa(?:l|o)(?:/la|\(la\)|a)?|pisao|je\s+pisal"
    r"|написал(?:а|\(а\))?|писал(?:а)?|пишет|написав(?:ла|\(ла\))?|пише|написа|је\s+написа(?:о|ла)"
    # Hungarian, Lithuanian, Latvian, Estonian, Finnish, Swedish, Danish, Norwegian, Icelandic
    r"|ezt\s+írta|írta|keltezéssel|a\s+következőt\s+írta|rašė|parašė|rakstīja|kirjutas|kirjoitti|skrev|skrifaði"
    r"|skrev\s+följande|følgende"
    # Greek, Turkish, Albanian, Somali, Indonesian, Tagalog, Vietnamese
    r"|έγραψε|έγραψαν|(?:şunları|şunu|tarihinde)?\s*yazdı|tarihinde\s+şunları\s+yazdı|ka\s+shkruar|shkroi"
    r"|wuxuu\s+qoray|ayaa\s+qoray|qoray|qortay|menulis|(?:ay\s+)?sumulat|isinulat|đã\s+viết|viết"
    # Arabic, Persian, Urdu, Hebrew, Hindi, Bengali, Punjabi, Gujarati
    r"|كتب(?:ت)?|نوشت|نوشته(?:\s+است)?|لکھا|نے\s+لکھا|כתב(?:/ה|ה)?|מאת|ने\s+लिखा|लिखा|লিখেছেন|লিখেছে|ਨੇ\s+ਲਿਖਿਆ"
    r"|ਲਿਖਿਆ|એ\s+લખ્યું|લખ્યું|લખ્યુ"
    # Chinese, Japanese, Korean, Thai
    r"|写道|寫道|写到|のメッセージ|のメール|さんは書きました|wrote|님이\s*작성|작성|쓴\s*글|เขียน(?:ว่า)?"
)
MARKERS = (
    # Between dashes, or before a block of headers: what was answered or forwarded follows.
    r"(?:original|forwarded|reply|replied)\s+(?:message|mail|e-?mail|appointment)|forwarded(?:\s+by\b.{0,80})?"
    r"|message\s+from\s+.{1,60}"
    r"|urspr(?:ü|ue?)ngliche\s+(?:nachricht|e-?mail)|original-?nachricht|antwort\s+nachricht"
    r"|weitergeleitete\s+nachricht|oorspronkelijk\s+bericht|doorgestuurd\s+bericht|origineel\s+bericht"
    r"|message\s+(?:d['’]origine|original|transf[ée]r[ée]|initial)|courriel\s+original|mensaje\s+(?:original"
    r"|reenviado)|mensagem\s+(?:original|encaminhada|reencaminhada)|messaggio\s+(?:originale|inoltrato)"
    r"|mesaj(?:ul)?\s+(?:original|inițial|redirecționat|transmis)|wiadomo[śs][ćc]\s+(?:oryginalna|przekazana"
    r"|pierwotna)|oryginalna\s+wiadomo[śs][ćc]|przekazana\s+wiadomo[śs][ćc]|p[ůu]vodn[íi]\s+(?:zpr[áa]va|e-?mail"
    r"|spr[áa]va)"
    r"|p[ôo]vodn[áaýy]\s+(?:spr[áa]va|e-?mail)|p[řr]eposlan[áa]\s+zpr[áa]va|preposlan[áa]\s+spr[áa]va"
    r"|eredeti\s+(?:üzenet|levél)|továbbított\s+(?:üzenet|levél)|oprindelig\s+(?:meddelelse|besked|e-?mail)"
    r"|videresendt\s+(?:meddelelse|besked)"
    r"|opprinnelig\s+melding|videresendt\s+melding|ursprungligt?\s+meddelande|originalmeddelande"
    r"|vidarebefordrat\s+meddelande|alkuperäinen\s+viesti|välitetty\s+viesti|edelleen\s*lähetetty\s+viesti"
    r"|исходное\s+(?:сообщение|письмо)|пересланное\s+(?:сообщение|письмо)|пересылаемое\s+(?:сообщение|письмо)"
    r"|оригінальне\s+повідомлення|переслане\s+повідомлення|пересланий\s+лист|оригинално\s+(?:съобщение|писмо)"
    r"|препратено\s+(?:съобщение|писмо)"
    r"|αρχικό\s+μήνυμα|προωθημένο\s+μήνυμα|orijinal\s+(?:mesaj|ileti)|özgün\s+ileti|iletilen\s+(?:mesaj|ileti)"
    r"|yönlendirilen\s+(?:mesaj|ileti)|originalus\s+laiškas|pradinis\s+laiškas|persiųstas\s+laiškas"
    r"|mesazhi\s+(?:origjinal|i\s+përcjellë)"
    r"|الرسالة\s+الأصلية|رسالة\s+(?:أصلية|معاد\s+توجيهها|مُعاد\s+توجيهها)|الرسالة\s+المعاد\s+توجيهها"
    r"|پیام\s+(?:اصلی|هدایت\s*شده|ارسال\s*شده)|اصل\s+پیغام|הודעה\s+(?:מקורית|שהועברה)|मूल\s+संदेश"
    r"|अग्रेषित\s+संदेश|মূল\s+বার্তা|ফরোয়ার্ড\s+করা\s+বার্তা|ਅਸਲ\s+ਸੁਨੇਹਾ|મૂળ\s+સંદેશ"
    r"|fariinta\s+asalka\s+ah|fariin\s+la\s+gudbiyay|原始邮件|转发邮件|转发的邮件|原始郵件|轉寄郵件|原始訊息|邮件原件|元のメッセージ|転送メッセージ"
    r"|転送されたメッセージ|원본\s*(?:메시지|메일|이메일)|전달된\s*(?:메시지|메일)|thư\s+(?:gốc|đã\s+chuyển\s+tiếp)|tin\s+nhắn\s+(?:gốc"
    r"|đã\s+chuyển\s+tiếp)|thông\s+điệp\s+gốc|ข้อความต้นฉบับ"
)
FORWARDS = (
    # Those of the above between dashes that stand before what is forwarded.
    r"forwarded(?: message| by\b.{0,80})?|weitergeleitete nachricht|doorgestuurd bericht|message transf[ée]r[ée]"
    r"|mensaje reenviado|mensagem (?:re)?encaminhada|messaggio inoltrato|mesaj (?:redirecționat|transmis)"
    r"|(?:wiadomo[śs][ćc] przekazana|przekazana wiadomo[śs][ćc])|p[řr]eposlan[áa] (?:zpr[áa]va|spr[áa]va)"
    r"|továbbított (?:üzenet|levél)|videresendt (?:meddelelse|besked|melding)|vidarebefordrat meddelande"
    r"|välitetty viesti|пересылаемое (?:сообщение|письмо)|пересланное (?:сообщение|письмо)"
    r"|переслане повідомлення|препратено (?:съобщение|писмо)|προωθημένο μήνυμα|iletilen (?:mesaj|ileti)"
    r"|persiųstas laiškas|رسالة معاد توجيهها|转发邮件|轉寄郵件|転送メッセージ|전달된 메시지|thư đã chuyển tiếp"
)
BEGINS = (
    # Apple Mail's line before what is forwarded.
    r"begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)|début du (?:message (?:réexpédié"
    r"|transféré)|courriel transféré)|inizio messaggio inoltrato|inicio del mensaje reenviado"
    r"|início da mensagem (?:reenviada|encaminhada)|begin doorgestuurd bericht|start på videresendt (?:besked"
    r"|meddelelse|melding)|videresendt melding|vidarebefordrat brev|påbörjat vidarebefordrat (?:brev|meddelande)"
    r"|välitetty viesti alkaa"
    r"|początek przekazywanej wiadomości|rozpoczęcie przekazywanej wiadomości|začátek přeposílané zprávy"
    r"|začiatok preposlanej správy|începutul mesajului redirecționat|továbbított levél kezdete"
    r"|начало (?:переадресованного|пересылаемого) (?:сообщения|письма)"
    r"|початок (?:переадресованого|листа, що пересилається)|начало на препратеното съобщение"
    r"|αρχή προωθημένου μηνύματος|yönlendirilen ileti başlangıcı|iletilen mesaj başlangıcı"
    r"|بداية الرسالة المعاد توجيهها|آغاز پیام هدایت‌شده|תחילת ההודעה שהועברה|下面是被转发的邮件"
    r"|以下是轉寄的郵件|開始轉寄郵件|転送されたメッセージ"
    r"|전달된 메시지|bắt đầu thư được chuyển tiếp"
)
DEVICES = (
    # English
    r"[(<]*(?:sent|delivered) (?:from|via|with|by|using|on) .{1,90}|from my .{1,20}"
    r"|get outlook for .{0,120}|typed (?:on|with) .{1,60}|composed on .{1,40}"
    r"|sent: from my .{1,40}"
    # German, Dutch, French
    r"|von (?:meinem|mein) .{1,60}gesendet.{0,60}|gesendet (?:von|mit|über|aus) .{1,80}"
    r"|diese nachricht wurde von .{1,90}gesendet\.?|(?:laden sie|holen sie sich) outlook für .{0,120}"
    r"|outlook für .{1,12}beziehen.{0,100}"
    r"|verzonden (?:met|vanaf|vanuit|via|door) .{1,90}|verstuurd (?:vanaf|met|vanuit|via) .{1,90}|outlook (?:voor"
    r"|downloaden voor) .{1,12}(?:downloaden|ophalen)?.{0,100}|download outlook voor .{0,120}"
    r"|envoyé (?:depuis|de|à partir de|par|avec|via) .{1,90}|envoyée? de mon .{1,60}|(?:télécharge[rz]|obtenir"
    r"|obtenez) outlook pour .{0,120}|provenance : .{1,60}"
    # Spanish, Portuguese, Italian, Romanian, Catalan
    r"|enviado (?:desde|do|de|a partir do|pelo|con|via|por) .{1,90}|enviat (?:des|amb) .{1,60}|(?:obtener|obtén"
    r"|descargar) outlook para .{0,120}|(?:obter|obtenha|baixar) o? ?outlook para .{0,120}|inviato (?:da|dal"
    r"|dallo|con|tramite) .{1,90}|(?:scarica|ottieni) outlook per .{0,120}|trimis (?:de pe|din|cu|prin"
    r"|de la) .{1,80}|obțineți outlook pentru .{0,120}"
    # Polish, Czech, Slovak, Hungarian, Lithuanian, Albanian, Turkish
    r"|wysłan[eoa] (?:z|przez|za pomocą|przy użyciu) .{1,80}|pobierz (?:program )?outlook dla .{0,120}"
    r"|odesláno (?:z|ze) .{1,60}|odoslané (?:z|zo|od) .{1,60}|(?:stáhnout|získať|získejte) outlook pro .{0,120}"
    r"|(?:elküldve|küldve) (?:az? )?.{1,60}|iphone-omról küldve"
    r"|(?:az )?outlook .{1,20}beszerzése.{0,100}"
    r"|(?:išsiųsta|siųsta) iš .{1,60}|dërguar nga .{1,60}|(?:.{1,40}(?:'|’)?(?:den|dan|ımdan|imden|mdan"
    r"|mden)) gönderildi.{0,20}|outlook.{1,20}edinin.{0,100}"
    # Swedish, Danish, Norwegian, Finnish, Estonian
    r"|skickat (?:från|med|via) .{1,80}|från min .{1,40}|(?:hämta|skaffa) outlook för .{0,120}|sendt (?:fra|med"
    r"|via) .{1,80}|(?:hent|få|skaff deg) outlook (?:til|for) .{0,120}|lähetetty .{1,60}(?:sta|stä|lta|ltä|ni)\.?"
    r"|hanki outlook .{0,120}|saadetud minu .{1,60}"
    # Russian, Ukrainian, Bulgarian, Greek
    r"|отправлено (?:с|из|через|от) .{1,80}|отправлено .{0,20}(?:iphone|ipad|android|mail\.ru|яндекс).{0,40}"
    r"|послано с .{1,60}|надіслано (?:з|із|зі|через) .{1,80}|відправлено (?:з|із) .{1,60}|изпратено (?:от|с"
    r"|чрез) .{1,60}|(?:στάλθηκε|εστάλη|σταλμένο|αποστολή) (?:από|με) .{1,60}|(?:скачать|загрузить|завантажте"
    r"|отримати) outlook .{0,120}"
    # Arabic, Persian, Urdu, Hebrew, Hindi, Bengali, Punjabi, Gujarati, Somali
    r"|(?:تم الإرسال|أرسلت|أُرسلت|مرسل|مُرسل|أرسل) من .{1,60}|(?:ارسال شده از|ارسال از|فرستاده شده از) .{1,60}"
    r"|(?:נשלח|נשלחה) (?:מ|מה|באמצעות|דרך).{1,60}"
    r""
    r"|waxaa laga soo diray .{1,60}"
    # Chinese, Japanese, Korean, Vietnamese, Thai
    r"|(?:发自|發自|来自|從)我的? ?.{1,40}|從我的 .{1,30}傳送|發送自 .{1,40}"
    r"|(?:获取|取得|下載|下载).{0,6}outlook.{0,120}"
    r"|(?:나의|내) .{1,40}에서 보냄.{0,5}"
    r"|(?:đã )?(?:được )?gửi từ .{1,60}|ส่งจาก.{1,60}"
)
ABOVE = (
    # Lines of ticket systems between rules: what stands below them is what they sent.
    r"(?:please )?(?:reply|type your reply|write your reply|enter your reply|respond|write) (?:directly )?"
    r"above th(?:is|e) (?:line|dotted line)(?: to (?:reply|respond))?"
    r"|(?:bitte )?(?:antworten sie|antwort|ihre antwort)(?: bitte)? (?:oberhalb|über) dieser (?:zeile|linie)"
    r"|(?:veuillez )?(?:répondre|répondez|saisir votre réponse) au-dessus de cette ligne"
    r"|(?:por favor,? )?(?:responda|escriba su respuesta) (?:por )?encima de esta línea"
    r"|(?:typ(?: uw antwoord)?|antwoord) boven deze (?:regel|lijn)"
)
BELOW = (
    r"\bbelow\b|\binline\b|in-line|\bunten\b|\bunterhalb\b|dazwischen|\bhieronder\b|ci-dessous|\babajo\b"
    r"|a continuación|\babaixo\b|qui sotto|di seguito|\bsotto\b|mai jos|poniżej|\bníže\b|nižšie|\bnedan\b"
    r"|\bnedenfor\b|\balla\b|aşağıda"
    r"|ниже|нижче|по-долу|παρακάτω|žemiau|alább|أدناه|در زیر|ذیل میں|להלן|नीचे|নিচে|ਹੇਠਾਂ|નીચે|hoose|下面|以下|下記|아래"
    r"|bên dưới"
)
DEVICES_AT_END = (
    # The same, where the language puts the verb last.
    r"from (?:my )?mobile|ról küldve|(?:den|dan) gönderildi|سے بھیجا گیا|से भेजा गया|(?:থেকে"
    r"|হতে) (?:পাঠানো(?: হয়েছে)?|প্রেরিত)|ਤੋਂ ਭੇਜਿਆ(?: ਗਿਆ)?|(?:માંથી|થી) મોકલ(?:ેલ|ાવેલ|્યું|ાયું)"
    r"|から送信(?:されました)?|에서 (?:보냄|전송됨?|보낸 메일)"
)
