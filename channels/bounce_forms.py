"""Delivery reports that mail servers word as they like: how they are known, and whom they are about."""

import re
from collections.abc import Iterable, Iterator

from channels import bounce_words
from channels.bounce_reports import Failure, status_in

NOTICE = 60_000
"""Characters of a report that are read: the report proper stands before the mail that it returns."""

_REPLY_CODE = re.compile(r"(?:^|[\s:(<\['\"#])(?:[45][0-5]\d[ \-]|#?[45]\.\d{1,3}\.\d{1,3})", re.MULTILINE)
_APART = r"\s<>,;:\"()\[\]|\u3000-\u303f\uff00-\uff20\uff3b-\uff40\uff5b-\uff65"
"""What stands around an address, as the inside of a class: blanks, brackets and stops, also the wide ones."""
_ADDRESS = rf"[^{_APART}]{{1,64}}@[A-Za-z0-9\u0080-\u2fff\u3040-\ufeff._-]{{1,250}}"
_ANY_ADDRESS = re.compile(rf"(?<![^{_APART}])(?<!from )(?<!from <)({_ADDRESS})", re.IGNORECASE)
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

_NAME_ALONE = re.compile(r"^[ \t]{2,30}([A-Za-z0-9][\w.+-]{1,60})(?:[ \t]*|[ \t]{2,}[^\n:]{3,60})$", re.MULTILINE)


def is_daemon(address: str, name: str) -> bool:
    """Whether mail servers write under this address or name."""
    return bool(bounce_words.DAEMON.match(address[:200]) or bounce_words.DAEMON_NAME.match(name[:200].strip(" \"'")))


def says_undelivered(subject: str) -> bool:
    """Whether a subject begins as mail servers begin one when they could not deliver; "Re:" before it is a person's."""
    if bounce_words.ANSWERED.match(subject):
        return bool(bounce_words.FAILED_AFTER_ALL.match(subject))
    start = subject[:400]
    return bool(bounce_words.SUBJECT.match(start) or bounce_words.SUBJECT_WITHIN.search(start, 0, 120))


def is_never_a_person(address: str) -> bool:
    """Whether it is the address under which mail servers alone write."""
    return address[:14].replace("_", "-") in ("mailer-daemon@", "mailerdaemon@")


def is_specific(text: str, ours: frozenset[str]) -> bool:
    """Whether a text names an address that is not one of `ours`, gives a server's code, or returns a mail."""
    start = text[:NOTICE]
    named = any(_may_fail(_cleaned(each), ours) for each in _ANY_ADDRESS.findall(start)[:50])
    return named or bool(_REPLY_CODE.search(start)) or len(notice_of(text)) < len(start)


def speaks_of_failing(text: str) -> bool:
    """Whether a text uses the words, or the codes, of a mail server that could not deliver."""
    start = text[:NOTICE]
    return bool(bounce_words.WORDS.search(start) or _REPLY_CODE.search(start))


def is_formal(notice: str) -> bool:
    """Whether a report has the turns of a mail server: a person who tells of a failure has not."""
    return bool(bounce_words.FORMAL.search(notice[:3_000]))


def notice_of(text: str) -> str:
    """Return what the server itself says: what stands before the mail that it returns within its text."""
    text = text[:NOTICE]
    found = next((match for match in bounce_words.RETURNED.finditer(text) if text[: match.start()].strip()), None)
    return text[: found.start()] if found else text


def _about_failing(notice: str) -> str:
    """Leave out what stands before the recipients where a report announces them: it may name others."""
    match = bounce_words.ANNOUNCED.search(notice)
    return notice[match.end() :] if match and _ANY_ADDRESS.search(notice, match.end()) else notice


def failures(text: str, ours: frozenset[str], returned_to: Iterable[str] = ()) -> list[Failure]:
    """Find whom a report is about: `ours` cannot be meant, `returned_to` are those to whom the returned mail went.

    Each with the status and the words that stand nearest, in order, each address once.
    """
    notice = notice_of(text)
    named = _about_failing(notice)
    found = list(dict.fromkeys(_recipients(named, ours, list(returned_to))))[:50]
    late = bool(bounce_words.LATER.search(notice))
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
    written_to = [each for each in returned_to if _may_fail(each, ours)][:1]
    yield from known or said[:1] or written_to or _names_at_home(notice, ours)


def _names_at_home(notice: str, ours: frozenset[str]) -> list[str]:
    """Take a name alone on a line for a mailbox where the report comes from, as some servers mean it."""
    home = next((each.partition("@")[2] for each in ours if is_never_a_person(each)), "")
    return [f"{match[1].lower()}@{home}" for match in _NAME_ALONE.finditer(notice)][:10] if home else []


def _cleaned(address: str) -> str:
    return address.lower().removeprefix("mailto:").removeprefix("smtp=").strip(".'`*=")


def _may_fail(address: str, ours: frozenset[str]) -> bool:
    return "." in address.partition("@")[2] and address not in ours and not bounce_words.DAEMON.match(address)


def _failure(recipient: str, notice: str, *, late: bool, only: bool) -> Failure:
    nearby = _around(notice, recipient)
    code = status_in(nearby) or (status_in(notice) if only else "")
    reason = code or _reason(nearby) or (_reason(notice) if only else "")
    if late and not code.startswith("5"):
        return Failure(recipient, "delayed", code or f"4{reason[1:]}" if reason else "4.0.0", _one_line(nearby))
    return Failure(recipient, "failed", reason or "5.0.0", _one_line(nearby))


def _around(notice: str, recipient: str) -> str:
    """Return the paragraph that begins with the line of this address."""
    start = notice.lower().find(recipient) if recipient else 0
    if start < 0:
        return ""
    start = max(notice.rfind("\n", 0, start) + 1, start - 300)
    return notice[start : start + 800]


def _reason(text: str) -> str:
    return next((status for pattern, status in bounce_words.REASONS if pattern.search(text)), "")


def _one_line(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())[:500]
