"""The words of mail servers that could not deliver, in many languages: words only, the rules are elsewhere."""

import re

DAEMON = re.compile(
    r"(?:mailer[-_.]?daemon|(?:[a-z]{1,10}[-_.])?post[-_.]?master|mail[-_.]?daemon|mail[-_.]?delivery[-_.a-z]{0,20}"
    r"|mdaemon|smtp[-_.]?daemon"
    r"|bounce[ds]?[-_.]?(?:handler|admin)?|mail[-_.]?system|maildelivery|delivery[-_.]?(?:system|subsystem"
    r"|failure|status)"
    r"|microsoftexchange[0-9a-f]{8,}|symantec_[a-z_]{1,40}|mailsweeper|mmdf|amavis|mailadmin"
    r"|mail-?routing-?agent)(?:[+=][^@]{0,80})?\\?(?:@|$)",
    re.IGNORECASE,
)
DAEMON_NAME = re.compile(
    r"(?:internet )?mail(?: ?delivery| ?administrator| ?admin| ?router| ?system| ?server| ?gateway| ?transport)"
    r"|mailer[- ]?daemon|postmaster|delivery (?:sub)?system|system administrator$|microsoft (?:outlook|exchange)$"
    r"|delivery (?:status|reporting|service)|systeemadministrator|systemadministrator|administrateur système"
    r"|administrador del sistema|administrador de sistema|amministratore di sistema|почтов(?:ый|ая) (?:сервер"
    r"|служба|система)",
    re.IGNORECASE,
)
_FIRST = r"\A\W{0,3}(?:\[[^\]]{1,40}\]\s*)?(?:\*+[a-z ]{2,20}\*+\s*)?"
ANSWERED = re.compile(
    r"\W{0,3}(?:re|aw|sv|antw|odp|ref|res|fwd?|wg|tr|rv|vs|vl|vb|enc|pd|回复|答复|转发)\s?[:：]", re.IGNORECASE
)
"""A subject that a person, or a person's program, has made of another."""
FAILED_AFTER_ALL = re.compile(r".{0,300}\((?:delivery failed|failure)\)", re.IGNORECASE)
SUBJECT_WITHIN = re.compile(
    r"\((?:delivery failed|failure)\)|\bdelivery fail(?:ure|ed)\b|\bundelivera|\bnot deliverable\b"
    r"|\bdelivery status notification\b",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    _FIRST + r"(?:un-?deliver|undelievered|non[- ]?(?:delivery|remis|recapitat)|not[- ]delivered|failure notice"
    r"|failure delivery"
    r"|returned (?:e?-?mail|to sender|message)|return(?:ed)? (?:mail|receipt.{0,10}fail)|mail returned"
    r"|delivery (?:status )?(?:notification|notice|failure|failed|problem|error|report|has failed|unsuccessful"
    r"|to\b.{0,200} (?:failed|delayed))"
    r"|(?:e?-?mail|message)[- ]?(?:deliver(?:y)?|system|status|transmission)?[ -]{0,3}(?:deliver(?:y"
    r"|ing))?\s?(?:has |was |is )?"
    r"(?:fail|error|delay|warning|problem|undeliver|could not|can ?not|not deliver|bounce|reject)"
    r"|(?:permanent|temporary|transient|fatal) (?:delivery )?(?:fail|error)|error (?:sending|delivering|in delivery)"
    r"|warning[:,] (?:message|could not|e?-?mail|your|delivery)|could not (?:send|deliver)|can(?:not|'t) deliver"
    r"|unable to deliver|unzustellbar"
    r"|failed mail|failed (?:delivery|to deliver)|rejected (?:mail|message|posting)|user unknown|unknown user"
    r"|bounced? mail|mailbox (?:full|unavailable)"
    r"|the following (?:message|recipient)|your (?:e?-?mail|message) .{0,100}(?:not (?:be )?deliver|undeliver"
    r"|could not|delayed|rejected|bounced)"
    r"|loop alert|delayed (?:mail|delivery)|message (?:delayed|status|you sent blocked)|dsn\b|nondeliverable"
    r"|delivery (?:delayed|incomplete)|mail (?:not deliver|status report)"
    # The same, as servers of other languages begin.
    r"|unzustellbar|nicht zustellbar|zustell(?:ung|fehler|problem)|rückläufer|fehler bei der zustellung"
    r"|übermittlung fehlgeschlagen|mail konnte nicht"
    r"|non remis|échec (?:de (?:la )?(?:remise|distribution|livraison)|d'envoi)|echec (?:de|d')"
    r"|notification d.{1,3}état|message non (?:remis|distribu|délivr)|remise impossible|courrier non"
    r"|no (?:se (?:puede|pudo|ha podido) entregar|entregado|entregable)|error (?:de|en la) entrega|mensaje (?:no"
    r"|devuelto)|correo (?:no|devuelto)|devuelto|entrega (?:fallida|fracasada)"
    r"|não (?:é possível entregar|entregue)|não foi possível|falha na entrega|mensagem (?:não|devolvida)"
    r"|e?-?mail (?:não|devolvido)|notificação de (?:falha|status|entrega)"
    r"|non recapitat|mancat(?:o|a) (?:recapito|consegna)|errore (?:di|nella) consegna|messaggio non"
    r"|impossibile (?:recapitare|consegnare)|non è possibile recapitare"
    r"|onbestelbaar|niet (?:bezorgd|afgeleverd|bestelbaar)|bezorging mislukt|onbezorgbaar|aflevering"
    r"|niedostarcz|nie (?:dostarczono|można|udało)|błąd (?:dostarcz|doręcz)|zwrot (?:wiadomości|poczty)"
    r"|wiadomość nie|nieudane dostarcz"
    r"|nedelivrat|nelivrat|mesaj(?:ul)? (?:nelivrat|nu)|nedoruč|nelze doručit|nepodařilo se doručit"
    r"|chyba při doruč|kézbesíthetetlen|sikertelen kézbesít|kézbesítési hiba"
    r"|olevererbart|oleverer|kan(?:de)? (?:ej|inte) (?:lever)|kunne ikke levere|uleverlig|ikke levert"
    r"|kan ikke leveres|ei voitu toimittaa|toimittamaton|toimitus epäonnistui|sähköpostia ei"
    r"|teslim edilemedi|iletilemedi|teslimat başarısız|не (?:удалось|доставлено|может быть)|недоставлен"
    r"|невозможно доставить|ошибка доставки|сбой доставки|письмо не"
    r"|не вдалося (?:доставити)|не доставлено|недоставено|неуспешно доставяне|αδυναμία παράδοσης|μη παραδοτέο"
    r"|απέτυχε η παράδοση"
    r"|neįteikt|nepristatyt|не е доставен|تعذر (?:التسليم|تسليم)|لم يتم التسليم|לא ניתן (?:למסור|לשלוח)|未送達|配信不能"
    r"|配送エラー|送信エラー|メール配信|配達不能|メールエラー|エラーメール"
    r"|无法投递|系统退信|退信|邮件退回|投递失败|未送达|邮件投递失败|無法傳遞|退件|전송 ?실패|반송"
    r"|배달 ?실패|(?:메일|이메일) ?전송 ?(?:실패|오류)|전달되지|không gửi được|thư bị trả)",
    re.IGNORECASE,
)
WORDS = re.compile(
    r"qmail-send program|created automatically by mail delivery software|this is the (?:mail system|postfix"
    r"|machine|mail delivery)"
    r"|permanent fatal errors|transcript of session follows|did ?n[o']t (?:reach|get delivered)|not (?:be "
    r"|been )?(?:successfully )?delivered"
    r"|(?:delivery|delevery|deliver).{0,80}(?:fail|delay|unsuccessful|not possible|unable|error|impossible)"
    r"|(?:could|can|was|were|has|have|may)(?: ?not|n't) (?:yet )?(?:be|been|deliver|get)|unable to (?:deliver"
    r"|relay|send|route)|undeliver|returned (?:to sender|mail|message|to you)|mail returned"
    r"|user (?:is )?(?:unknown|not (?:known|found|listed))|unknown (?:user|recipient|address|mailbox|local)"
    r"|no such (?:user|person|recipient|mailbox|address|account|domain|host)"
    r"|(?:recipient|address|mailbox|account|user)s?\b.{0,60}(?:reject|unknown|not (?:exist|found|valid|recogni"
    r"|listed|local|active|available)|disabled|inactive|suspended|full|does ?n[o']t|invalid|unavailable|closed"
    r"|expired|over|discontinued|no longer)"
    r"|(?:over|exceed).{0,20}(?:quota|storage|limit|size|maximum)|quota exceeded|mailbox (?:is )?full"
    r"|message (?:was |is |has been )?(?:rejected|blocked|undeliver|too (?:large|big)|delayed|refused|bounced)"
    r"|too many hops|rejected (?:by|your|because)|automatically (?:reject|generated)|failed (?:recipient|address"
    r"|permanently)|blocked (?:by|because|as)|relay(?:ing)? (?:denied|not|access)"
    r"|diagnostic[- ]code|remote (?:host|server|smtp).{0,20} (?:said|returned|respon)|smtp (?:error|protocol"
    r"|e?mail server|reply|code)|\bfail(?:ed|ure)\b"
    r"|zugestellt|zustell|unbekannt|konnte nicht|nicht (?:existiert|erreich)|pas pu|n'a pas|remis\b|distribu"
    r"|introuvable|no (?:se )?pud?o|no existe|entreg|não|inexistente"
    r"|non (?:è stato|esiste|recapit|consegn)|consegn|recapit|onbekend|niet (?:worden|afgelever|bezorg)"
    r"|nie (?:istnieje|można|został)|dostarcz|nedoruč|doručit|kézbes|lever|toimit|teslim|не (?:может|удалось"
    r"|существует|найден|был)|достав"
    r"|παράδο|存在しません|届け|配信|送信でき|エラー|退|无法|未能|不存在|地址|전달|전송|배달|수신자",
    re.IGNORECASE,
)
FORMAL = re.compile(
    r"^[ \t>*-]{0,12}failed recipients?\b|following (?:recipient|address(?:ee)?)(?:s|es|\(s\)|\(es\))?"
    r"|smtp error code|remote (?:host|server) (?:said|returned)"
    r"|^(?:your )?(?:e?-?mail|message)(?: message)? could ?not be delivered to"
    r"|^delivery of e?-?mail to this address|not a valid user here|n'a pas p[ou].{0,3} etre d[eé]livr"
    r"|this is (?:the mail system|an advisory-only|an automatically generated)|reporting-mta"
    r"|original mail as follows|diagnostic-code"
    r"|transcript of session|final-recipient",
    re.IGNORECASE | re.MULTILINE,
)
RETURNED = re.compile(
    r"^[ \t>|]{0,8}(?:(?:received|return-path|message-id|dkim-signature|mime-version|delivered-to|x-[a-z-]{2,30}):[ \t]"
    r"|-{2,}[ \t]*(?:below this line|this is a copy|the header of the original|original message|unsent message"
    r"|returned message|forwarded message|enclosed is a copy|here is (?:a|your)|header of)"
    r"|(?:original message (?:follows|header)|message headers? follow|your (?:original )?message (?:reads"
    r"|follows)|the (?:original message (?:follows|is (?:attached|below|included))|header of the original"
    r"|first \d+ lines of)|start of returned message"
    r"|headers of (?:the )?original"
    r"|.{0,10}original message headers?:|----- unsent message))",
    re.IGNORECASE | re.MULTILINE,
)
ANNOUNCED = re.compile(
    r"(?:did ?n[o']t reach|not (?:be )?(?:delivered|reached?)|failed|fails|error|problem|undeliver"
    r"|unable).{0,100}\bfollowing (?:intended )?(?:recipient|address|destination|user|person)[^:\n]{0,60}:?"
    r"|following (?:recipient|address|destination|user)[^:\n]{0,60}(?:not|fail|undeliver|unable|cannot"
    r"|error)[^:\n]{0,60}:?",
    re.IGNORECASE,
)
LATER = re.compile(
    r"will (?:keep|continue|be) (?:to )?(?:try|re-?tr)|will be retried|retry(?:ing)? (?:for|until|sending)"
    r"|warning message only|no action is required|do not need to resend|not yet been delivered|has been delayed"
    r"|is delayed|still (?:being )?(?:try|queued)"
    r"|delivery (?:attempts will|to .{1,80} delayed)|weiterhin versuch|erneut versuch|nouvelles? tentatives?"
    r"|seguirá intentando|continuerà a|blijven proberen|будут продолжены|temporary (?:fail|error|problem)",
    re.IGNORECASE,
)
REASONS = (
    (
        re.compile(
            r"mailbox.{0,20}full|over ?quota|quota.{0,20}exceed|exceed.{0,30}(?:quota|storage)"
            r"|insufficient.{0,20}(?:disk|storage)|disk full",
            re.IGNORECASE,
        ),
        "5.2.2",
    ),
    (re.compile(r"too (?:large|big)|message size|exceeds.{0,40}size", re.IGNORECASE), "5.3.4"),
    (
        re.compile(
            r"(?:host|domain).{0,30}(?:unknown|not found|does ?n[o']t exist|unrout)|unrout(?:e)?able"
            r"|no such (?:domain|host)|(?:unknown|bad) (?:domain|host)|name server|couldn't find any host",
            re.IGNORECASE,
        ),
        "5.1.2",
    ),
    (re.compile(r"disabled|inactive|suspended|no longer|discontinued|deactivated", re.IGNORECASE), "5.2.1"),
    (
        re.compile(
            r"spam|blocked|blacklist|rejected (?:for|due to) policy|content|virus|not accepting mail from",
            re.IGNORECASE,
        ),
        "5.7.1",
    ),
    (re.compile(r"too many hops|loop", re.IGNORECASE), "5.4.6"),
    (
        re.compile(
            r"expired|timed? ?out|queue period|maximum delivery attempts|retry (?:time|limit)|unable to connect"
            r"|connection (?:refused|timed)",
            re.IGNORECASE,
        ),
        "5.4.7",
    ),
    (
        re.compile(
            r"unknown|no such|not (?:exist|found|known|listed|recogni)|does ?n[o']t (?:exist|have)"
            r"|invalid (?:recipient|address|user|mailbox|final)|unbekannt|inconnu|desconocid|sconosciut|onbekend"
            r"|не существует|存在しません",
            re.IGNORECASE,
        ),
        "5.1.1",
    ),
)
