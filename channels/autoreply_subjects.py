"""Subjects with which machines answer, in many languages; one alone proves nothing, for a person may write it too."""

import re

_FORMS = (
    # English
    r"out of (?:the )?office|auto(?:matic|mated)?[- ]?(?:reply|response|answer|responder|notification"
    r"|acknowledg\w+)|auto: .{0,80}(?:out of|away|returning|absen|abwesend|office)|autoreply|vacation|away from"
    r"|on (?:annual )?leave|on holiday|not in the office"
    r"|annual leave|i am away|absence"
    # German, Dutch
    r"|abwesen(?:d|heit)|automatische (?:antwort|rückmeldung|e-?mail)|autom\. antwort|ausser haus|außer haus"
    r"|nicht im (?:büro|haus)|urlaub"
    r"|automatisch (?:antwoord|bericht)|afwezig(?:heid)?|niet aanwezig|buiten kantoor|met vakantie"
    # French, Spanish, Portuguese, Italian, Romanian
    r"|absence|absent(?:e)?|réponse automatique|reponse automatique|message d['’]absence|congés?\b"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|ausencia|ausente|vacaciones"
    r"|resposta autom[áa]tica|fora do escrit[óo]rio|aus[êe]ncia|f[ée]rias"
    r"|risposta automatica|fuori (?:sede|ufficio)|assen(?:za|te)|ferie"
    r"|r[ăa]spuns automat|absen[țţt]|în concediu|in concediu|plecat din birou"
    # Polish, Czech, Slovak, Bulgarian, Russian, Ukrainian
    r"|autoodpowied|automatyczna odpowied|odpowied[źz] automatyczna|poza biurem|nieobecno|urlop"
    r"|automatick[áa] odpov[eě][dď]|mimo kancel|nep[řr][íi]tom|dovolen"
    r"|автоматичен отговор|извън офиса|отсъств|в отпуск"
    r"|автоматический ответ|автоответ|вне офиса|отсутств|в отпуске|автоматична відповідь|автовідповід|поза офісом"
    r"|відсутн"
    # Hungarian, Lithuanian, Greek, Turkish, Albanian
    r"|automatikus v[áa]lasz|h[áa]zon k[íi]v[üu]l|szabads[áa]g|nem vagyok az irod"
    r"|automatinis atsakymas|ne biure|atostog|nesu biure"
    r"|αυτόματη απάντηση|εκτός γραφείου|απουσ[ιί]|σε άδεια"
    r"|otomatik (?:yan[ıi]t|cevap)|ofis d[ıi][şs][ıi]|izinde|tatilde|p[ëe]rgjigje automatike"
    # Swedish, Danish, Norwegian, Finnish
    r"|automatiskt? svar|autosvar|fr[åa]nvaro|fr[åa]nvarande|inte p[åa] kontoret|semester|automatisk svar"
    r"|frav[æa]r|ikke p[åa] kontoret|ikke til stede|p[åa] ferie|feriefrav[æa]r"
    r"|automaattinen vastaus|poissa|lomalla|en ole (?:toimistolla|paikalla)"
    # Arabic, Hebrew, Persian, Urdu, Hindi, Bengali, Chinese, Japanese, Korean, Vietnamese, Thai
    r"|رد تلقائي|الرد التلقائي|رد آلي|خارج المكتب|إجازة|پاسخ خودکار|خودکار جواب|תשובה אוטומטית|מענה אוטומטי"
    r"|מחוץ למשרד|स्वचालित|স্বয়ংক্রিয়"
    r"|自动(?:回复|答复)|自動(?:回覆|回復|返信|応答|答覆)|不在|外出中|休暇|休假|자동 ?(?:응답|회신)|부재 ?중|부재"
    r"|tr[ảa] l[ờo]i t[ựu] đ[ộo]ng"
    r"|kh[ôo]ng c[óo] m[ặa]t|ตอบกลับอัตโนมัติ|ตอบอัตโนมัติ"
)
_AUTOMATIC = re.compile(r"\A\W{0,3}(?:(?:re|aw|sv|odp|vs|antw)\s?:\s{0,3})?\W{0,3}(?:" + _FORMS + ")", re.IGNORECASE)
_ANYWHERE = re.compile(
    r"out of (?:the )?office|auto(?:matic|mated)?[- ]?(?:reply|response|responder)|automatische antwort"
    r"|abwesenheit|réponse automatique|respuesta automática"
    r"|resposta automática|risposta automatica|automatisch antwoord|autosvar|自动回复|自動返信|автоответ",
    re.IGNORECASE,
)


_PROGRAMS = (
    # What programs themselves put before the subject that they answer, and people hardly ever.
    r"out of (?:the )?office|auto(?:matic|mated)?[- ]?(?:reply|response|answer|responder|notification)"
    r"|automatische (?:antwort|rückmeldung)|autom\. antwort|abwesenheit(?:snotiz|snachricht)?|automatisch antwoord"
    r"|afwezigheids(?:bericht|assistent)|réponse automatique|reponse automatique|message d['’]absence|absence du bureau"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|resposta autom[áa]tica|fora do escrit[óo]rio"
    r"|risposta automatica|fuori (?:sede|ufficio)|r[ăa]spuns automat|autoodpowied[źz]|automatyczna odpowied[źz]"
    r"|odpowied[źz] automatyczna|poza biurem|automatick[áa] odpov[eě][dď]|mimo kancel[áa][řr]|автоматичен отговор"
    r"|автоматический ответ|автоответ|автоматична відповідь|автовідповідь|automatikus v[áa]lasz|h[áa]zon k[íi]v[üu]l"
    r"|automatinis atsakymas|αυτόματη απάντηση|εκτός γραφείου|otomatik (?:yan[ıi]t|cevap)|p[ëe]rgjigje automatike"
    r"|automatiskt svar|autosvar|fr[åa]nvaro(?:meddelande)?|automatisk svar|frav[æa]r(?:smelding)?|ikke til stede"
    r"|automaattinen vastaus|poissaoloviesti|رد تلقائي|الرد التلقائي|رد آلي|پاسخ خودکار|خودکار جواب|תשובה אוטומטית"
    r"|מענה אוטומטי|स्वचालित (?:उत्तर|जवाब)|স্বয়ংক্রিয় (?:উত্তর|জবাব)|自动(?:回复|答复)|自動(?:回覆|回復|返信|応答|答覆)"
    r"|자동 ?(?:응답|회신)|부재 ?중 ?알림|tr[ảa] l[ờo]i t[ựu] đ[ộo]ng|ตอบกลับอัตโนมัติ"
)
_PREFIX = re.compile(
    r"\A\W{0,3}(?:" + _PROGRAMS + r")[^:：]{0,25}[:：]"
    r"|\A\W{0,3}auto: .{0,80}(?:out of|away|returning|absen|abwesend|office)",
    re.IGNORECASE,
)


def is_prefixed(subject: str) -> bool:
    """Whether a subject begins as programs begin one, the subject that they answer after a colon."""
    return bool(_PREFIX.match(subject[:300]))


def says_automatic(subject: str) -> bool:
    """Whether a subject has the form of an automatic answer's."""
    start = subject[:300]
    return bool(_AUTOMATIC.match(start) or _ANYWHERE.search(start))
