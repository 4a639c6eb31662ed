"""Mail that no person wrote: automatic replies and delivery reports, told by their headers."""

import re
from collections.abc import Mapping

from channels.email_mime import Part
from channels.inbound import Kind

_AUTOMATIC_HEADERS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply-from", "x-mail-autoreply")
_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "bulk", "junk", "list"})
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|mail\.daemon)@", re.IGNORECASE)


def kind_of(root: Part, sender: str, *, envelope_from: str | None = None) -> tuple[Kind, str]:
    """Return what sort of mail it is, and the header that gave it away; a person's message has none.

    `envelope_from` is the return path where the mail server told us, else the Return-Path header counts.
    """
    if root.media_type == "multipart/report":
        return _report(root.params)
    no_path = _has_no_return_path(root, envelope_from)
    if root.header("x-failed-recipients") or (_DAEMON.match(sender) and (no_path or _says_automatic(root))):
        return Kind.BOUNCE, "x-failed-recipients" if root.header("x-failed-recipients") else "return-path"
    reason = _says_automatic(root)
    if reason:
        return Kind.AUTOMATIC_REPLY, reason
    return (Kind.AUTOMATIC_REPLY, "return-path") if no_path else (Kind.MESSAGE, "")


def _report(params: Mapping[str, str]) -> tuple[Kind, str]:
    report = params.get("report-type", "").lower()
    return (Kind.AUTOMATIC_REPLY if report == "disposition-notification" else Kind.BOUNCE), "multipart/report"


def _has_no_return_path(root: Part, envelope_from: str | None) -> bool:
    if envelope_from is not None:
        return envelope_from.strip() in ("", "<>", "MAILER-DAEMON")
    return root.header("return-path").strip() == b"<>"


def _says_automatic(root: Part) -> str:
    submitted = root.header("auto-submitted").decode("ascii", "replace").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return "auto-submitted"
    for name in _AUTOMATIC_HEADERS:
        if (value := root.header(name).strip().lower()) and value not in (b"no", b"false"):
            return name
    if root.header("precedence").decode("ascii", "replace").strip().lower() in _PRECEDENCE:
        return "precedence"
    return ""
