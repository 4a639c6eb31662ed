"""Delivery reports that mail servers word as they like: how they are known, and whom they are about."""

import re
from collections.abc import Iterable, Iterator

from channels.bounce_reports import Failure, status_in

NOTICE = 60_000
"""Characters of a report that are read: the report proper stands before the mail that it returns."""

_DAEMON = re.compile(
    r"(?:mailer[-_.]?daemon|(?:[a-z]{1,10}[-_.])?postmaster|mail[-_.]?daemon|mail[-_.]?delivery[-_.a-z]{0,20}"
    r"|mdaemon|smtp[-_.]?daemon"
    r"|bounce[ds]?[-_.]?(?:handler|admin)?|mail[-_.]?system|maildelivery|delivery[-_.]?(?:system|subsystem"
    r"|failure|status)"
    r"|microsoftexchange[0-9a-f]{8,}|symantec_[a-z_]{1,40}|mailsweeper|mmdf|amavis|mailadmin"
    r"|mail-?routing-?agent)(?:[+=][^@]{0,80})?\\?(?:@|$)",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"(?:internet )?mail(?: ?delivery| ?administrator| ?admin| ?router| ?system| ?server| ?gateway| ?transport)"
    r"|mailer[- ]?daemon|postmaster|delivery (?:sub)?system|system administrator$|microsoft (?:outlook|exchange)$"
    r"|delivery (?:status|reporting|service)|systeemadministrator|systemadministrator|administrateur système"
    r"|administrador del sistema|administrador de sistema|amministratore di sistema|почтов(?:ый|ая) (?:сервер"
    r"|служба|система)",
    re.IGNORECASE,
)
_FIRST = r"\A\W{0,3}(?:\[[^\]]{1,40}\]\s*)?(?:\*+[a-z ]{2,20}\*+\s*)?"
_SUBJECT = re.compile(
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
    r"|delayed (?:mail|delivery)|message (?:delayed|status|you sent blocked)|dsn\b|nondeliverable"
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
    r"|배달 ?실패|전달되지|không gửi được|thư bị trả)"
    r"|.{0,200}\((?:delivery failed|failure)\)|.{0,80}\bdelivery fail(?:ure|ed)\b|.{0,80}\bundelivera"
    r"|.{0,60}\bnot deliverable\b|.{0,40}\bdelivery status notification\b",
    re.IGNORECASE,
)
_WORDS = re.compile(
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
    r"|παράδο|存在しません|届け|配信|送信でき|エラー|退|无法|未能|不存在|地址|전달|배달|수신자",
    re.IGNORECASE,
)
_FORMAL = re.compile(
    r"^[ \t>*-]{0,12}failed recipients?\b|following (?:recipient|address(?:ee)?)(?:s|es|\(s\)|\(es\))?"
    r"|smtp error code|remote (?:host|server) (?:said|returned)"
    r"|^(?:your )?(?:e?-?mail|message)(?: message)? could ?not be delivered to"
    r"|^delivery of e?-?mail to this address|not a valid user here|n'a pas p[ou].{0,3} etre d[eé]livr"
    r"|this is (?:the mail system|an advisory-only|an automatically generated)|reporting-mta|diagnostic-code"
    r"|transcript of session|final-recipient",
    re.IGNORECASE | re.MULTILINE,
)
_REPLY_CODE = re.compile(r"(?:^|[\s:(<\['\"#])(?:[45][0-5]\d[ \-]|#?[45]\.\d{1,3}\.\d{1,3})", re.MULTILINE)
_ADDRESS = r"[^\s<>,;:\"()\[\]|]{1,64}@[A-Za-z0-9\u0080-\uffff._-]{1,250}"
_ANY_ADDRESS = re.compile(rf"(?<![^\s<>,;:\"()\[\]|])(?<!from )(?<!from <)({_ADDRESS})", re.IGNORECASE)
_SPECIFIC = (
    # What we wrote to, where a server sent it on and the failure is of another.
    re.compile(rf"\((?:expanded|generated) from:? ?<?({_ADDRESS})", re.IGNORECASE),
    # <sam@example.org>: what went wrong; the form of qmail, Postfix, Courier and many others.
    re.compile(rf"^[ \t>*•-]{{0,12}}<({_ADDRESS})>[ \t]{{0,4}}(?:\([^)]{{0,300}}\))?[ \t]{{0,4}}:", re.MULTILINE),
    re.compile(rf"\[SMTP:({_ADDRESS})\]", re.IGNORECASE),
    re.compile(rf"RCPT TO:[ \t]?<?({_ADDRESS})", re.IGNORECASE),
    re.compile(
        rf"^[ \t>*]{{0,12}}(?:(?:failed |original |final |intended )?(?:recipient"
        rf"|addressee)s?(?: address(?:es)?)?|failed address(?:es)?|unknown user"
        rf"|invalid final delivery userid|undeliverable to|user mailbox exceeds allowed size"
        rf"|delivery failed)[ \t]{{0,4}}[:=]?[ \t]{{0,8}}<?({_ADDRESS})",
        re.IGNORECASE | re.MULTILINE,
    ),
)
_ALONE = re.compile(
    rf"^[ \t>*•·-]{{0,30}}(?:\d{{1,2}}[.)][ \t]{{0,3}})?(?:(?:to"
    rf"|address)[:=][ \t]{{0,8}})?(?:\"[^\"\n]{{0,80}}\" ?)?[<'\"(\[]{{0,2}}(?:mailto:|smtp:"
    rf"|rfc822;)?({_ADDRESS})[>'\")\]]{{0,2}}"
    rf"(?=[ \t]{{0,20}}(?:$|\(|:|;|,|-|\.\.\.| on \w{{3}}[,.]? |\.?$))",
    re.IGNORECASE | re.MULTILINE,
)
_RETURNED = re.compile(
    r"^[ \t>|]{0,8}(?:(?:received|return-path|message-id|dkim-signature|mime-version|delivered-to|x-[a-z-]{2,30}):[ \t]"
    r"|-{2,}[ \t]*(?:below this line|this is a copy|the header of the original|original message|unsent message"
    r"|returned message|forwarded message|enclosed is a copy|here is (?:a|your)|header of)"
    r"|(?:original message (?:follows|header)|message headers? follow|your (?:original )?message (?:reads"
    r"|follows)|the (?:original message|header of the original|first \d+ lines of)|start of returned message"
    r"|headers of (?:the )?original"
    r"|.{0,10}original message headers?:|----- unsent message))",
    re.IGNORECASE | re.MULTILINE,
)
_ANNOUNCED = re.compile(
    r"(?:did ?n[o']t reach|not (?:be )?(?:delivered|reached?)|failed|fails|error|problem|undeliver"
    r"|unable).{0,100}\bfollowing (?:intended )?(?:recipient|address|destination|user|person)[^:\n]{0,60}:?"
    r"|following (?:recipient|address|destination|user)[^:\n]{0,60}(?:not|fail|undeliver|unable|cannot"
    r"|error)[^:\n]{0,60}:?",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"will (?:keep|continue|be) (?:to )?(?:try|re-?tr)|will be retried|retry(?:ing)? (?:for|until|sending)"
    r"|warning message only|no action is required|do not need to resend|not yet been delivered|has been delayed"
    r"|is delayed|still (?:being )?(?:try|queued)"
    r"|delivery (?:attempts will|to .{1,80} delayed)|weiterhin versuch|erneut versuch|nouvelles? tentatives?"
    r"|seguirá intentando|continuerà a|blijven proberen|будут продолжены|temporary (?:fail|error|problem)",
    re.IGNORECASE,
)
_REASONS = (
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


def is_daemon(address: str, name: str) -> bool:
    """Whether mail servers write under this address or name."""
    return bool(_DAEMON.match(address[:200]) or _DAEMON_NAME.match(name[:200].strip(" \"'")))


def says_undelivered(subject: str) -> bool:
    """Whether a subject begins as mail servers begin one when they could not deliver; "Re:" before it is a person's."""
    return bool(_SUBJECT.match(subject[:400]))


def speaks_of_failing(text: str) -> bool:
    """Whether a text uses the words, or the codes, of a mail server that could not deliver."""
    start = text[:NOTICE]
    return bool(_WORDS.search(start) or _REPLY_CODE.search(start))


def is_formal(notice: str) -> bool:
    """Whether a report has the turns of a mail server: a person who tells of a failure has not."""
    return bool(_FORMAL.search(notice[:3_000]))


def notice_of(text: str) -> str:
    """Return what the server itself says: what stands before the mail that it returns within its text."""
    text = text[:NOTICE]
    match = _RETURNED.search(text)
    return text[: match.start()] if match and text[: match.start()].strip() else text


def _about_failing(notice: str) -> str:
    """Leave out what stands before the recipients where a report announces them: it may name others."""
    match = _ANNOUNCED.search(notice)
    return notice[match.end() :] if match and _ANY_ADDRESS.search(notice, match.end()) else notice


def failures(text: str, ours: frozenset[str], returned_to: Iterable[str] = ()) -> list[Failure]:
    """Find whom a report is about: `ours` cannot be meant, `returned_to` are those to whom the returned mail went.

    Each with the status and the words that stand nearest, in order, each address once.
    """
    notice = notice_of(text)
    named = _about_failing(notice)
    found = list(dict.fromkeys(_recipients(named, ours, list(returned_to))))[:50]
    late = bool(_LATER.search(notice))
    return [_failure(each, notice, late=late, only=len(found) == 1) for each in found] or [
        _failure("", notice, late=late, only=True)
    ]


def _recipients(notice: str, ours: frozenset[str], returned_to: list[str]) -> Iterator[str]:
    for pattern in (*_SPECIFIC, _ALONE):
        some = [each for each in map(_cleaned, pattern.findall(notice)) if _may_fail(each, ours)]
        if some:
            yield from some
            return
    said = [each for each in map(_cleaned, _ANY_ADDRESS.findall(notice)) if _may_fail(each, ours)]
    known = [each for each in said if each in returned_to]
    yield from known or said[:1] or [each for each in returned_to if _may_fail(each, ours)][:1]


def _cleaned(address: str) -> str:
    return address.lower().removeprefix("mailto:").removeprefix("smtp=").strip(".'`*=")


def _may_fail(address: str, ours: frozenset[str]) -> bool:
    return "." in address.partition("@")[2] and address not in ours and not _DAEMON.match(address)


def _failure(recipient: str, notice: str, *, late: bool, only: bool) -> Failure:
    nearby = _around(notice, recipient)
    status = (
        status_in(nearby) or (status_in(notice) if only else "") or _reason(nearby) or (_reason(notice) if only else "")
    )
    if late and not status.startswith("5"):
        return Failure(recipient, "delayed", status or "4.0.0", _one_line(nearby))
    return Failure(recipient, "failed", status or "5.0.0", _one_line(nearby))


def _around(notice: str, recipient: str) -> str:
    """Return the paragraph that begins with the line of this address."""
    start = notice.lower().find(recipient) if recipient else 0
    if start < 0:
        return ""
    start = max(notice.rfind("\n", 0, start) + 1, start - 300)
    return notice[start : start + 800]


def _reason(text: str) -> str:
    return next((status for pattern, status in _REASONS if pattern.search(text)), "")


def _one_line(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())[:500]
