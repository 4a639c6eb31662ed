"""The `call_events` section: every recipe of the documentation loads, its log is read as it says, mistakes are told."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels import call_events
from channels.adapter import Request
from channels.inbound import Inbound
from tests.unit.rules_language.landlords import loaded, problems_of

PAGE = (Path(__file__).parents[3] / "docs" / "call-events.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^### (.+?)\n(.*?)(?=^###|\Z)", PAGE, re.MULTILINE | re.DOTALL))
LINE = re.compile(r"^(\S.*?)\s+->\s+(call-[a-z]+)(?:, (\S+))?", re.MULTILINE)
LOGGED = [(recipe, *found) for recipe, text in RECIPES.items() for found in LINE.findall(text)]


def test_there_is_a_log_for_every_recipe() -> None:
    assert {recipe for recipe, *_ in LOGGED} == RECIPES.keys() == {
        "Asterisk", "FreeSWITCH", "3CX", "Genesys Cloud", "Amazon Connect", "CTI products", "Placetel",
    }  # fmt: skip


@pytest.mark.parametrize("recipe, line, part, status", LOGGED, ids=lambda value: str(value)[:40])
def test_what_a_recipe_logs_is_read_as_it_says(recipe: str, line: str, part: str, status: str) -> None:
    yaml = re.findall(r"```yaml\n(.*?)```", RECIPES[recipe], re.DOTALL)
    section = loaded(yaml[0]).call_events if yaml else {}
    whole = line.replace(", …", "").replace(": …", ": {}")
    body = json.dumps(json.loads(whole)).encode() if whole.startswith("{") else whole.encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    inbound = call_events.parse(Request("POST", ("https://hub.example/channels/calls",), form, body, _now(), section))
    assert isinstance(inbound, Inbound)
    assert (inbound.part, inbound.facts.get("call_status", "")) == (part, status if part == "call-status" else "")


def _now() -> datetime:
    return datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_what_is_written_is_what_the_adapter_gets() -> None:
    written = "call_events: {fields: {call: [a, b.c], from: d}, events: {on: new, no: ended}, answer: decision}"
    section = loaded(written).call_events
    assert {name: value for name, value in section["fields"].items() if value} == {"call": ("a", "b.c"), "from": ("d",)}
    assert (section["events"], section["answer"]) == ({"on": "new", "no": "ended"}, "decision")
    assert loaded("").call_events == {}


@pytest.mark.parametrize(
    "written, message, hint",
    [
        ("call_events: [a]", "this should be a mapping that describes `call_events`, not a list", ""),
        ("call_events: {field: {}}", "`call_events` has no key `field`", "did you mean `fields`?"),
        ("call_events: {fields: {caller: x}}", "the fields of an event has no key `caller`", "did you mean `call`?"),
        ("call_events: {fields: {call: []}}", "this list is empty", "fill it, or take its key out"),
        ("call_events: {events: {Hangup: over}}", "`over` is no event of a call", ""),
        ("call_events: {answer: decide}", "`decide` is no answer to a new call", "one of: decision, nothing"),
    ],
)
def test_a_mistake_is_told(written: str, message: str, hint: str) -> None:
    told = [(problem.message, problem.hint) for problem in problems_of(written) if problem.severity == "error"]
    assert told[0][0] == message
    assert hint in told[0][1]
