"""The schemas for editors: they take what the loader takes, catch what an editor can catch, and know every key."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from rules import (
    read_adjustments,
    read_calls,
    read_journeys,
    read_landlord,
    read_mailboxes,
    read_messages,
    read_reasons,
    read_rules,
    read_teams,
)
from rules.documented import GROUPS, OPERATORS, OUTCOMES, RULE
from rules.fields import OPERATORS as BY_TYPE
from rules.folder import read_folder
from rules.load import load
from rules.read_conditions import _GROUPS
from rules.read_tests import _OPERATORS
from rules.schema import FILE, MODELINE, NAME, NAMED, SECTIONS, schema
from rules.schema_sections import RECORDS
from rules.sections import NAMES
from tests.unit.rules_language.landlords import CASES
from tests.unit.rules_language.test_sentences import BLOCKS

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "config"
FILES = [
    *CONFIG.rglob("*.yaml"),
    *(CASES / "base").iterdir(),
    *(ROOT / "tests/cases/landlord").rglob("*.yaml"),
    CASES / "mistakes" / "warnings.yaml",
]


class Core(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # there is no other way to say either
    """YAML 1.2 as editors read it: but for true and false, null and numbers, every plain scalar is a string."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def plain(value: Any) -> Any:
    """A value with all keys as strings, as JSON has them."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(schema(FILE))


def complaints(text: str) -> list[str]:
    """Where an editor would complain of a file."""
    found = validator().iter_errors(plain(yaml.load(text, Core)))
    return sorted("/".join(map(str, error.absolute_path)) for error in found)


@pytest.mark.parametrize("kind", NAMED)
def test_a_schema_is_one(kind: str) -> None:
    Draft7Validator.check_schema(schema(kind))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_loads_is_right_to_an_editor(file: Path) -> None:
    assert complaints(file.read_text()) == []


@pytest.mark.parametrize("written", [written for written, _ in BLOCKS])
def test_every_rule_that_is_read_aloud_is_right_to_an_editor(written: str) -> None:
    lines = written if "then:" in written else f"{written}\nthen: {{ask: is-everyone-out}}"
    rule = "\n".join(f"    {line}" for line in lines.splitlines())
    assert complaints(f"{'owner' if '{team:' in lines else 'handling'}:\n  - rule: tried\n{rule}\n") == []


@pytest.mark.parametrize(
    "written, where",
    [
        ("teems: {}", [""]),
        ("owner: {rule: a}", ["owner"]),
        ("owner: [{when: {channel: phone}, then: {team: hub}}]", ["owner/0"]),
        ("owner: [{rule: a, then: {}}]", ["owner/0/then", "owner/0/then"]),
        ("owner: [{rule: a, then: {priority: high}}]", ["owner/0/then"]),
        ("owner: [{rule: a, than: {team: hub}}]", ["owner/0", "owner/0"]),
        ("owner: [{rule: a, for: fun, then: {team: hub}}]", ["owner/0/for"]),
        ("owner: [{rule: a, then: {team: hub}, examples: []}]", ["owner/0/examples"]),
        ("owner: [{rule: a, then: {team: hub}, examples: [{chanel: phone}]}]", ["owner/0/examples/0"]),
        ("owner: [{rule: a, then: {team: hub}, examples: [{weekday: monday}]}]", ["owner/0/examples/0"]),
        ("handling: [{rule: a, then: {team: hub}}]", ["handling/0/then"]),
        ("handling: [{rule: a, then: {priority: urgent}}]", ["handling/0/then/priority"]),
        ("handling: [{rule: a, then: {also: []}}]", ["handling/0/then/also"]),
        ("handling: [{rule: a, then: {due: {respond: 2 days}}}]", ["handling/0/then/due/respond"]),
        ("handling: [{rule: a, then: {queue: front}}]", ["handling/0/then/queue"]),
        ("handling: [{rule: a, then: {escalate: {after: 15}}}]", ["handling/0/then/escalate/after"]),
        ("handling: [{rule: a, then: {escalate: hub}}]", ["handling/0/then/escalate"]),
        ("handling: [{rule: a, then: {skip_menu: maybe}}]", ["handling/0/then/skip_menu"]),
        ("handling: [{rule: a, when: {chanel: phone}, then: {skip_menu: true}}]", ["handling/0/when"]),
        ("handling: [{rule: a, when: [{channel: phone}], then: {skip_menu: true}}]", ["handling/0/when"]),
        ("handling: [{rule: a, when: {text: {mention: rat}}, then: {skip_menu: true}}]", ["handling/0/when/text"]),
        ("handling: [{rule: a, when: {text: {mentions: []}}, then: {skip_menu: true}}]", ["handling/0/when/text"]),
        ("handling: [{rule: a, when: {text: {}}, then: {skip_menu: true}}]", ["handling/0/when/text"]),
        ("handling: [{rule: a, when: {journey: []}, then: {skip_menu: true}}]", ["handling/0/when/journey"]),
        ("handling: [{rule: a, when: {kind: bounced}, then: {skip_menu: true}}]", ["handling/0/when/kind"]),
        ("handling: [{rule: a, when: {channel: {below: 3}}, then: {skip_menu: true}}]", ["handling/0/when/channel"]),
        ("handling: [{rule: a, when: {hours: hub}, then: {skip_menu: true}}]", ["handling/0/when/hours"]),
        ("handling: [{rule: a, when: {weekday: funday}, then: {skip_menu: true}}]", ["handling/0/when/weekday"]),
        ("handling: [{rule: a, when: {holiday: sometimes}, then: {skip_menu: true}}]", ["handling/0/when/holiday"]),
        ("handling: [{rule: a, when: {time: {below: noon}}, then: {skip_menu: true}}]", ["handling/0/when/time/below"]),
        ("handling: [{rule: a, when: {date: Christmas}, then: {skip_menu: true}}]", ["handling/0/when/date"]),
        (
            "handling: [{rule: a, when: {season: {between: [May]}}, then: {skip_menu: true}}]",
            ["handling/0/when/season/between", "handling/0/when/season/between/0"],
        ),
        (
            "handling: [{rule: a, when: {repeat_contacts: {at_least: many}}, then: {skip_menu: true}}]",
            ["handling/0/when/repeat_contacts"],
        ),
        ("handling: [{rule: a, when: {any: []}, then: {skip_menu: true}}]", ["handling/0/when/any"]),
        ("handling: [{rule: a, when: {any: {menu: 1}}, then: {skip_menu: true}}]", ["handling/0/when/any"]),
        ("handling: [{rule: a, when: {not: {}}, then: {skip_menu: true}}]", ["handling/0/when/not"]),
        ("handling: [{rule: a, when: {all: [{}]}, then: {skip_menu: true}}]", ["handling/0/when/all/0"]),
        ("handling: [{rule: a, when: {menu: {absent: false}}, then: {skip_menu: true}}]", ["handling/0/when/menu"]),
        ("teams: {a: {name: A, role: B}}", ["teams/a"]),
        ("teams: {a: {name: A, hours: x, notify: [{mail: a@b.example}]}}", ["teams/a/notify"]),
        ("hours: {a: {moonday: closed}}", ["hours/a"]),
        ("hours: {a: {monday: 9-5}}", ["hours/a/monday"]),
        ("journeys: {a: {name: A}}", ["journeys/a"]),
        ("adjustments: {a: {name: A, never: []}}", ["adjustments/a/never"]),
        ("messages: {a: {subject: A}}", ["messages/a"]),
        ("calls: {numbers: [x], greeting: Hello}", ["calls", "calls/numbers"]),
        ("values: {customer.tenur: [a]}", ["values"]),
        ("landlord: {name: A, fallback: hub, repeat_days: 0}", ["landlord/repeat_days"]),
        ("mailboxes: {a@b.example: {jorney: x}}", ["mailboxes/a@b.example"]),
    ],
)
def test_an_editor_catches(written: str, where: list[str]) -> None:
    assert complaints(written) == where


READ: Mapping[str, Mapping[str, Any]] = {
    "landlord": read_landlord._LANDLORD,
    "channels": read_landlord._CHANNEL,
    "teams": read_teams._TEAM | {"channels": None, "notify": None},
    "journeys": read_journeys._JOURNEY,
    "adjustments": read_adjustments._ADJUSTMENT,
    "messages": read_messages._MESSAGE,
    "mailboxes": read_mailboxes._MAILBOX,
    "transfer_reasons": read_reasons._TRANSFER,
    "resolutions": read_reasons._RESOLUTION,
    "calls": read_calls._CALLS,
    "owner": read_rules._OWNER,
    "handling": read_rules._HANDLING,
}


@pytest.mark.parametrize("section", READ)
def test_the_schema_of_a_section_has_the_keys_that_are_read(section: str) -> None:
    assert set(RECORDS[section]["properties"]) == set(READ[section])


def test_what_is_documented_is_what_is_read() -> None:
    assert set(OUTCOMES) == set(read_rules._THEN_OWNER)
    assert set(RULE) == set(read_rules._OWNER)
    assert set(GROUPS) == set(_GROUPS)
    assert set(OPERATORS) == set(_OPERATORS) == {name for names in BY_TYPE.values() for name in names}
    assert set(SECTIONS) == set(NAMES)
    then = RECORDS["owner"]["properties"]["then"]["properties"]
    assert set(then["escalate"]["properties"]) == set(read_rules._ESCALATE)
    assert set(RECORDS["journeys"]["properties"]["hub"]["properties"]) == set(read_journeys._HUB)


def test_the_schema_beside_the_sample_is_current() -> None:
    kept = json.loads((CONFIG / NAME).read_text(encoding="utf-8"))
    assert kept == schema(FILE, load(read_folder(CONFIG))), "firstcontact rules schema --write config"


@pytest.mark.parametrize("file", sorted(CONFIG.glob("*.yaml")), ids=lambda file: file.name)
def test_the_files_of_the_sample_name_their_schema(file: Path) -> None:
    assert file.read_text(encoding="utf-8").splitlines()[0] == MODELINE


def test_a_landlords_own_names_are_offered() -> None:
    offered = schema(FILE, load(read_folder(CONFIG)))["definitions"]
    assert "safer-estates" in offered["key-team"]["anyOf"][0]["enum"]
    assert "young-child" in offered["key-customer.household"]["anyOf"][0]["enum"]
