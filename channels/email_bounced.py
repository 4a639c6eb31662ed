"""Whether a mail is a delivery report: by its type, or by several signs of which none alone would do."""

from channels import bounce_forms, bounces
from channels.autoreply_subjects import says_automatic
from channels.bounce_reports import RETURNED
from channels.email_letter import Letter, Sorted, answers, has_no_return_path, says_machine
from channels.email_mime import Part
from channels.email_reports import report_type
from channels.inbound import Kind

_WEIGHTS = {"x-failed-recipients": 3, "return-path": 1, "sender": 2, "subject": 2}
_ENOUGH = 3
"""What several signs must weigh together for a mail to be a delivery report."""


def bounce(letter: Letter) -> Sorted | None:
    """Recognise a delivery report, and read it."""
    reason = _why_bounce(letter)
    if not reason:
        return None
    own = frozenset((letter.sender, *letter.recipients, *letter.envelope_to))
    return Sorted(Kind.BOUNCE, {"automatic": reason, **bounces.facts_of(letter.root, own)})


def _why_bounce(letter: Letter) -> str:
    """Return what gives a delivery report away: its type, or several signs of which none alone would do."""
    root = letter.root
    is_report = root.media_type == "multipart/report"
    if report_type(root) == "delivery-status" or (is_report and bounces.status_parts(root)):
        return "multipart/report"
    named = bool(root.header("x-failed-recipients"))
    nobody = not letter.sender and b"<>" in root.header("from")
    daemon = nobody or bounce_forms.is_daemon(letter.sender, letter.sender_name)
    no_path = has_no_return_path(letter)
    undelivered = bounce_forms.says_undelivered(letter.subject)
    signs = {"x-failed-recipients": named, "return-path": no_path, "sender": daemon, "subject": undelivered}
    if not any(signs.values()) or (no_path and not (daemon or named) and says_automatic(letter.subject)):
        return ""
    return next(name for name, given in signs.items() if given) if _weighs_enough(letter, signs) else ""


def _weighs_enough(letter: Letter, signs: dict[str, bool]) -> bool:
    whole = bounces.spoken(letter.root)
    notice = bounce_forms.notice_of(whole)
    returns, formal = _returns(letter.root), bounce_forms.is_formal(notice)
    machine = any(signs[name] for name in ("x-failed-recipients", "return-path", "sender")) or not letter.sender
    if not machine and not (says_machine(letter) or returns or (formal and not answers(letter.root))):
        return False
    if not (signs["sender"] or signs["subject"] or signs["x-failed-recipients"] or returns or formal):
        return False
    weight = sum(_WEIGHTS[name] for name, given in signs.items() if given) + returns + formal
    return weight >= _ENOUGH or (weight + 2 >= _ENOUGH and _tells_of_failing(letter, signs, whole, notice))


def _tells_of_failing(letter: Letter, signs: dict[str, bool], whole: str, notice: str) -> bool:
    """Whether a mail's words bear out its signs: a postmaster may be a person, a mailer-daemon is none."""
    ours = frozenset((letter.sender, *letter.recipients, *letter.envelope_to))
    specific = bounce_forms.is_specific(whole, ours)
    if bounce_forms.is_never_a_person(letter.sender) and specific:
        return True
    alone = signs["sender"] and not any(given for name, given in signs.items() if name != "sender")
    return bounce_forms.speaks_of_failing(notice) and (specific or not alone)


def _returns(root: Part) -> bool:
    """Whether it is a mail of several parts, of which one returns another mail, or tells machines what became of it."""
    return any(
        each.media_type in RETURNED or each.media_type == "message/delivery-status"
        for each in bounces.leaves(root, 2)
        if each is not root
    )
