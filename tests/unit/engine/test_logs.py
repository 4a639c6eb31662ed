"""Log lines: what they hold, and above all what they never do."""

import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router import logs
from router.logs import WITHHELD

SECRET = "I can smell gas, call me on 07700 900123"


@pytest.fixture(autouse=True)
def undo() -> Iterator[None]:
    """Leave logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_step_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("web", "json")
    logs.log("contact.routed", contact="01J8", team="emergency-repairs", ms=4, rule="Gas escape", customer=None)
    [line] = lines(capsys)
    assert line.pop("at")
    assert line == {
        "level": "info",
        "process": "web",
        "event": "contact.routed",
        "contact": "01J8",
        "team": "emergency-repairs",
        "ms": 4,
        "rule": "Gas escape",
    }


def test_a_step_is_one_line_of_logfmt(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("web", "logfmt")
    logs.log("contact.routed", contact="01J8", rule='the "gas" rule')
    assert capsys.readouterr().err.endswith('event=contact.routed contact=01J8 rule="the \\"gas\\" rule"\n')


@pytest.mark.parametrize("key", ["text", "sender", "address", "name", "subject", "body", "phone"])
def test_a_key_that_is_not_on_the_list_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        logs.log("contact.routed", **{key: "x"})


@pytest.mark.parametrize(
    "value,shown",
    [
        ("01J8XK2M9QZ3", "01J8XK2M9QZ3"),
        ("damp-and-mould", "damp-and-mould"),
        ("router.jobs.drain", "router.jobs.drain"),
        ("+447700900123", WITHHELD),
        ("07700900123", WITHHELD),
        ("07700 900123", WITHHELD),
        ("anna@example.org", WITHHELD),
        ("I smell gas", WITHHELD),
        ("a\nb", WITHHELD),
        ("x" * 500, WITHHELD),
        ("Жанна", WITHHELD),
    ],
)
def test_a_value_that_may_be_personal_is_withheld(capsys: pytest.CaptureFixture[str], value: str, shown: str) -> None:
    logs.configure("web", "json")
    logs.log("contact.routed", contact=value)
    assert lines(capsys)[0]["contact"] == shown


def _fail() -> None:
    raise KeyError(SECRET)


@given(st.text())
def test_whatever_the_value_the_line_stays_one_line(text: str) -> None:
    for write in (logs._json, logs._logfmt):
        assert len(write({"event": text}).splitlines()) == 1


@pytest.mark.parametrize("form", ["json", "logfmt"])
def test_what_an_error_says_is_never_logged(capsys: pytest.CaptureFixture[str], form: logs.Form) -> None:
    logs.configure("worker-1", form)
    try:
        _fail()
    except KeyError as error:
        logs.failed("job.failed", error, job="drain")
        logging.getLogger("sqlalchemy").exception("statement failed: %s", SECRET)
        logging.getLogger("rq").error(error)  # noqa: TRY400
    said = capsys.readouterr().err
    assert said.count("KeyError") == 3
    assert "test_logs.py" in said
    assert "statement failed" in said
    assert "gas" not in said
    assert "07700" not in said


def test_what_is_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("web", "json", "warning")
    logs.log("contact.routed")
    logs.log("contact.stuck", level=logging.WARNING)
    assert [line["event"] for line in lines(capsys)] == ["contact.stuck"]
