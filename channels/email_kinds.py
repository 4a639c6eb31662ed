"""Mail that no person wrote: told by its headers and its form, and recorded as what it is, never by one word alone."""

import re

from channels import email_bounced, email_reports
from channels.autoreply_subjects import is_prefixed, says_automatic
from channels.bounce_reports import address_in
from channels.email_headers import header_text, identifiers, raw_text
from channels.email_letter import (
    BULK,
    LISTS,
    NOBODY,
    Letter,
    Sorted,
    answers,
    has_no_return_path,
    kept,
    says_answered,
    says_machine,
    suppresses_answers,
    word,
)
from channels.inbound import Kind
from channels.senders import OWN_HEADER

_DELIVERED = ("delivered-to", "x-original-to")
_HEADERS = 20
_CAMPAIGNS = ("feedback-id", "x-campaign", "x-campaignid", "x-mailchimp-campaign", "x-mc-user", "x-csa-complaints")
_CHALLENGE_HEADERS = (
    "x-tmda-confirm",
    "x-boxtrapper",
    "x-delivery-agent-tmda",
    "x-spamarrest",
    "x-spam-arrest",
    "x-challenge",
    "x-knowspam",
)
_SERVICES = re.compile(
    r"spamarrest|boxtrapper|bluebottle|mailblocks|boxbe|choicemail|digiportal|knowspam|spamlion|vanquish|sendio"
    r"|totalblock|mailinblack",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(?:spamarrest|boxtrapper|tmda|bluebottle|mailblocks|boxbe|choicemail|digiportal|knowspam|spamlion|vanquish"
    r"|sendio|totalblock|mailinblack|quarantine confirmation)"
    r"|confirm(?:ation)? (?:your|that you|you are|the|of your) (?:e?-?mail|message|human|real|sender|sent|address"
    r"|are)|verif(?:y|ication) (?:your|that you|you are|required|of your) (?:e?-?mail|message|human|real|sender"
    r"|identity)"
    r"|(?:please|must|need to) (?:confirm|verify|authenticate|authorize) .{0,80}(?:message|e?-?mail|sender"
    r"|delivery|yourself)|message (?:is |has been )?(?:held|waiting|pending|quarantined).{0,60}(?:confirm|verif"
    r"|approv|authori)"
    r"|(?:approved|authorized|allowed|white ?list(?:ed)?) senders?|challenge[/-]response|your (?:e?-?mail"
    r"|message) requires verification",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"(?:this is an?|diese ist eine|ceci est une?|dit is een|esta? es una?|esta é uma|questa è una|det här är ett"
    r"|dette er et)"
    r" (?:auto|réponse auto|respuesta auto|resposta auto|risposta auto)|automatically generated"
    r"|only notification you will"
    r"|automatisch (?:erstellt|generiert|verzonden)|wygenerowana automatycznie|автоматическ",
    re.IGNORECASE,
)

_AWAY = re.compile(
    r"\b(?:i am|i'm|i’m|i will be|i'll be|we are|currently)\b.{0,40}\b(?:out of (?:the )?office|away|on (?:\w+ )?leave"
    r"|on holiday|on vacation|absent)|(?:limited|no) access to (?:my )?e-?mail"
    r"|ich bin .{0,60}(?:nicht im (?:büro|haus)|(?:außer|ausser) haus|abwesend|im urlaub|nicht erreichbar)"
    r"|je (?:suis|serai) .{0,40}(?:absent|en cong|en vacances|hors du bureau|indisponible)"
    r"|(?:estoy|estaré|me encuentro) .{0,40}(?:fuera de (?:la )?oficina|ausente|de vacaciones)"
    r"|(?:sono|sarò) .{0,40}(?:fuori (?:sede|ufficio)|assente|in ferie)"
    r"|(?:estou|estarei|encontro-me) .{0,40}(?:fora do escrit|ausente|de férias)"
    r"|ik ben .{0,60}(?:afwezig|niet aanwezig|(?:met|op) vakantie|niet op kantoor)"
    r"|(?:jestem|będę) .{0,40}(?:nieobecn|poza biurem|na urlopie)"
    r"|(?:jag är|jeg er) .{0,40}(?:frånvarande|fraværende|(?:inte|ikke) på kontoret|på (?:semester|ferie))",
    re.IGNORECASE,
)


def sort(letter: Letter) -> Sorted:
    """Tell what sort of mail it is; a person's message is one of which nothing else is sure."""
    for recognise in _SORTERS:
        if found := recognise(letter):
            return found
    return Sorted(Kind.MESSAGE, {})


def _own(letter: Letter) -> Sorted | None:
    if not letter.root.header(OWN_HEADER.lower()).strip():
        return None
    about = identifiers(letter.root.header("message-id"))
    return Sorted(Kind.OWN, kept({"automatic": OWN_HEADER.lower(), "own.about": "".join(about[:1])}))


def _challenge(letter: Letter) -> Sorted | None:
    header = next((name for name in _CHALLENGE_HEADERS if letter.root.header(name)), "")
    if not header:
        # Words alone are not enough: a person may write of approved senders too.
        sign = says_machine(letter) or ("sender" if _SERVICES.search(letter.sender.partition("@")[2]) else "")
        header = sign if sign and _CHALLENGE.search(f"{letter.sender}\n{letter.subject}\n{letter.text[:5_000]}") else ""
    return Sorted(Kind.CHALLENGE, {"automatic": header}) if header else None


def _automatic(letter: Letter) -> Sorted | None:
    reason = says_answered(letter.root)
    if not reason and says_automatic(letter.subject):
        reason = says_machine(letter) or _confirmed_by(letter)
    if not reason and has_no_return_path(letter):
        reason = "return-path"
    if not reason:
        return None
    return Sorted(Kind.AUTOMATIC_REPLY, {"automatic": reason})


def _confirmed_by(letter: Letter) -> str:
    """Return what bears out what the subject says: a header, the sender, the thread or the text."""
    if is_prefixed(letter.subject) and suppresses_answers(letter.root):
        return "x-auto-response-suppress"
    if NOBODY.search(letter.sender.partition("@")[0]):
        return "subject"
    said = letter.text[:3_000]
    borne_out = answers(letter.root) or bool(_SAYS_SO.search(said) or _AWAY.search(said))
    return "subject" if is_prefixed(letter.subject) and borne_out else ""


def _bulk(letter: Letter) -> Sorted | None:
    precedence = word(letter.root, "precedence")
    listed = next((name for name in LISTS if letter.root.header(name)), "")
    campaign = next((name for name in _CAMPAIGNS if letter.root.header(name)), "")
    reason = (
        listed or ("precedence" if precedence in BULK else "") or (campaign if NOBODY.search(letter.sender) else "")
    )
    if not reason or (precedence in ("", "list") and _is_our_group(letter)):
        return None
    return Sorted(Kind.BULK, {"automatic": reason})


def _is_our_group(letter: Letter) -> bool:
    """Whether the list is a group of the domain that it was delivered to: a shared mailbox, to which people write."""
    listed = header_text(letter.root.header("list-id")).rpartition("<")[2].strip("<> ").lower()
    headers = [value for name in _DELIVERED for value in letter.root.all_headers(name)[:_HEADERS]]
    ours = {address_in(written).rpartition("@")[2] for written in (*letter.envelope_to, *map(raw_text, headers))}
    return any(domain and listed.endswith(f".{domain}") for domain in ours)


_SORTERS = (
    _own,
    email_reports.complaint,
    email_reports.receipt,
    email_reports.notified,
    email_bounced.bounce,
    _challenge,
    email_reports.calendar,
    _automatic,
    _bulk,
)
"""In this order, because a delivery report may come through a list, and an answer may be a bounce's in form."""
