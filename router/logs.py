"""Log lines: one a step, JSON or logfmt on standard error, with ids and never a person's data.

`log` takes only the keys below, and only values that look like ids. Lines of other people's libraries keep their
template but not what they would put into it, and an exception its kind and place but not its message: a database
error quotes the values of the row that failed, and a row may hold what a customer wrote.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

KEYS = frozenset(
    {
        "account",  # of the provider, as configured
        "attempt",
        "batch",
        "channel",
        "code",  # an exit code, an HTTP status, a provider's error number
        "contact",
        "count",
        "customer",
        "decision",
        "dependency",
        "door",
        "enquiry",
        "error",  # the kind of an exception, never its message
        "event",
        "intent",
        "job",
        "journey",
        "key",  # the id of an API key
        "kind",
        "ms",
        "outcome",
        "part",
        "pid",
        "port",
        "priority",
        "process",
        "provider",
        "purpose",
        "reason",  # a word of ours
        "replay",
        "rule",
        "ruleset",
        "seconds",
        "status",
        "team",
        "timer",
        "trace",
        "user",
    }
)
OURS = frozenset({"rule", "trace"})  # a rule's name is the landlord's, a trace is made here
DEEPEST = 8
WITHHELD = "(withheld)"
Value = str | int | float | bool | None
Form = Literal["auto", "json", "logfmt"]
_ID = re.compile(r"[A-Za-z0-9_.:/-]{1,120}")
_NUMBER = re.compile(r"[0-9 ()./-]{6,}")
_PLAIN = re.compile(r"[!#-<>-~]+")  # no blank, no quote, no equals sign
_logger = logging.getLogger("firstcontact")


def log(event: str, /, level: int = logging.INFO, **ids: Value) -> None:
    """Say that a step was taken: `log("contact.routed", contact=id, team=key, ms=4)`.

    Raises ValueError for a key that is not on the list; a value that looks like a person's words, number or address
    is withheld.
    """
    if not ids.keys() <= KEYS:
        raise ValueError(
            f"log keys {sorted(ids.keys() - KEYS)} are not on the list in router/logs.py: no personal data in logs"
        )
    if _logger.isEnabledFor(level):
        _logger.log(level, event, extra={"ids": {key: _harmless(key, value) for key, value in ids.items()}})


def failed(event: str, error: BaseException, /, **ids: Value) -> None:
    """Say that a step failed, with the kind of the error and where it arose; otherwise like `log`."""
    log(event, level=logging.ERROR, error=type(error).__name__, trace=_trace(error), **ids)


def _trace(error: BaseException) -> str:
    """Where the error arose, the deepest call last, without what it says."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return " ".join(f"{_short(frame.filename)}:{frame.lineno}:{frame.name}" for frame in frames)


def _harmless(key: str, value: Value) -> Value:
    """The value, where it is no text, looks like an id, or is one of the keys whose text is always ours."""
    if not isinstance(value, str) or key in OURS:
        return value
    return value if _ID.fullmatch(value) and not _NUMBER.fullmatch(value) else WITHHELD


def _short(filename: str) -> str:
    """The last two parts of a path: enough to find the file, and nothing about the machine."""
    return "/".join(filename.rsplit("/", 2)[-2:])


def configure(process: str, form: Form = "auto", level: str = "info") -> None:
    """Send every log line of this process to standard error; `auto` is logfmt on a terminal, else JSON."""
    chosen = ("logfmt" if sys.stderr.isatty() else "json") if form == "auto" else form
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(process, _json if chosen == "json" else _logfmt))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    _logger.setLevel(level.upper())


class _Lines(logging.Formatter):
    """A record of ours or of a library, as one line."""

    def __init__(self, process: str, write: Callable[[Mapping[str, Value]], str]) -> None:
        super().__init__()
        self._process, self._write = process, write

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Value] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
        }
        ids = getattr(record, "ids", None)
        line |= {"event": str(record.msg), **ids} if ids is not None else _foreign(record)
        return self._write({key: value for key, value in line.items() if value is not None})


def _foreign(record: logging.LogRecord) -> dict[str, Value]:
    """A library's record: the template of its message without the values, and its exception without the message."""
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    line: dict[str, Value] = {"event": record.name, "says": template.strip()[:200]}
    if record.exc_info and record.exc_info[1] is not None:
        line |= {"error": type(record.exc_info[1]).__name__, "trace": _trace(record.exc_info[1])}
    return line


def _json(line: Mapping[str, Value]) -> str:
    return json.dumps(line)


def _logfmt(line: Mapping[str, Value]) -> str:
    return " ".join(f"{key}={_quoted(str(value))}" for key, value in line.items())


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
