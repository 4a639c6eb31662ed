"""What differs between two rulesets, by meaning."""

import pytest

from rules.difference import Change, ChangeKind, difference
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load
from tests.landlord import FOLDER

FILES = read_folder(FOLDER)
NAME = "landlord.yaml"
TEXT = FILES[NAME].decode()
GAS = "  - rule: gas escape\n"
THIRD = "  - rule: third contact about the same thing\n"
EVERYONE = "  - rule: everyone else\n"


def changed(*replacements: tuple[str, str]) -> Ruleset:
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return load({NAME: text.encode()})


def rule(name: str) -> str:
    """The lines of one rule of the small landlord."""
    start = TEXT.index(f"  - rule: {name}\n")
    after = [at for at in (TEXT.find("\n  - rule:", start), TEXT.find("\nhandling:", start)) if at >= 0]
    return TEXT[start : min(after, default=len(TEXT) - 1) + 1]


MENDS = "role: Mends homes.\n    responsibilities: [Repairs]\n    hours: "
NO_EMAIL = "  no-email: {name: No email, means: We never email them., never: [email]}\n"
NEW_RULE = "  - rule: rats\n    when: {journey: pests}\n    then: {team: hub}\n    because: Rats.\n"
NEW_RULE += "    examples: [{journey: pests}]\n"

CASES = {
    "nothing": ((), []),
    "remarks and order of files": ((("owner:\n", "# Who owns it.\nowner:\n"),), []),
    "a rule's team": (
        (("then: {team: complaints, take_over: true}", "then: {team: hub, take_over: true}"),),
        [(ChangeKind.CHANGED, "owner rule", "third contact about the same thing")],
    ),
    "a rule's examples": (
        (("examples: [{journey: gas-escape}]", "examples: [{journey: gas-escape, channel: sms}]"),),
        [(ChangeKind.CHANGED, "owner rule", "gas escape")],
    ),
    "another rule": (((EVERYONE, NEW_RULE + EVERYONE),), [(ChangeKind.ADDED, "owner rule", "rats")]),
    "a rule less": (
        (("  - rule: young child", "  - rule: small child"),),
        [(ChangeKind.ADDED, "handling rule", "small child"), (ChangeKind.REMOVED, "handling rule", "young child")],
    ),
    "a rule moved": (
        ((rule("gas escape"), ""), (EVERYONE, rule("gas escape") + EVERYONE)),
        [(ChangeKind.MOVED, "owner rule", "gas escape")],
    ),
    "a team's hours": (
        ((MENDS + "office", MENDS + "always"),),
        [(ChangeKind.CHANGED, "team", "repairs")],
    ),
    "a journey's words": (
        (("words: [rats, mice,", "words: [rats, moles,"),),
        [(ChangeKind.CHANGED, "journey", "pests")],
    ),
    "an adjustment more": (
        (("  no-telephone:", NO_EMAIL + "  no-telephone:"),),
        [(ChangeKind.ADDED, "adjustment", "no-email")],
    ),
    "what a message says": (
        (("Thank you. {team} has it", "Thanks. {team} has it"),),
        [(ChangeKind.CHANGED, "message", "acknowledgement")],
    ),
    "a mailbox": (
        (("{journey: repair, account: repairs}", "{journey: pests, account: repairs}"),),
        [(ChangeKind.CHANGED, "mailbox", "repairs@mill-lane.example")],
    ),
    "urgent words": ((("urgent: [gas, fire]", "urgent: [gas, flood]"),), [(ChangeKind.CHANGED, "urgent words", "")]),
    "the landlord": ((("name: Mill Lane Homes", "name: Long Lane Homes"),), [(ChangeKind.CHANGED, "landlord", "")]),
    "the calls": ((("wait_seconds: 5", "wait_seconds: 8"),), [(ChangeKind.CHANGED, "calls", "")]),
}


@pytest.mark.parametrize("replacements,expected", CASES.values(), ids=CASES)
def test_what_differs_is_named(
    replacements: tuple[tuple[str, str], ...], expected: list[tuple[ChangeKind, str, str]]
) -> None:
    found = difference(changed(), changed(*replacements))
    assert [(change.kind, change.what, change.name) for change in found] == expected


BACK = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}


@pytest.mark.parametrize("replacements", [case[0] for case in CASES.values()], ids=CASES)
def test_the_way_back_names_the_same_things(replacements: tuple[tuple[str, str], ...]) -> None:
    old, new = changed(), changed(*replacements)
    there = {(BACK.get(change.kind, change.kind), change.what) for change in difference(old, new)}
    assert {(change.kind, change.what) for change in difference(new, old)} == there


@pytest.mark.parametrize(
    "replacements,said",
    [
        (
            (("team: complaints, take_over", "team: hub, take_over"),),
            "Now: If the number of earlier contacts about the same thing is at least 2, then it goes to The Hub",
        ),
        ((("urgent: [gas, fire]", "urgent: [gas, flood]"),), "added “flood”; removed “fire”"),
        ((("wait_seconds: 5", "wait_seconds: 8"),), "wait_seconds: 5, now 8"),
        ((("name: Mill Lane Homes", "name: Long Lane Homes"),), "name: “Mill Lane Homes”, now “Long Lane Homes”"),
        (
            (("timescales: {visit: 48 hours}", "timescales: {visit: 2 weeks}"),),
            "timescales: visit: 48 hours, now visit: 2 weeks",
        ),
        ((("urgent: [gas, fire]", "urgent: [fire, gas]"),), "in another order"),
        ((("Thank you. {team} has it", "Thanks. " + "long " * 40),), "texts: it reads differently"),
        (
            (("examples: [{journey: gas-escape}]", "examples: [{journey: gas-escape, channel: sms}]"),),
            "Examples: 1 added, 1 removed",
        ),
        (
            ((rule("gas escape"), ""), (EVERYONE, rule("gas escape") + EVERYONE)),
            "It now stands after “third contact about the same thing”",
        ),
    ],
)
def test_how_it_differs_is_said_in_words(replacements: tuple[tuple[str, str], ...], said: str) -> None:
    (change,) = difference(changed(), changed(*replacements))
    assert any(said in detail for detail in change.details), change.details


def test_the_fewest_rules_are_said_to_be_moved() -> None:
    rules = [rule("gas escape"), rule("third contact about the same thing")]
    found = difference(changed(), changed(("".join(rules), "".join(reversed(rules)))))
    assert len(found) == 1
    assert found[0].kind is ChangeKind.MOVED


def test_a_change_is_written_for_people_and_for_machines() -> None:
    change = Change(ChangeKind.ADDED, "team", "assets", ("one",))
    assert str(change) == "added: team “assets”"
    assert change.as_dict() == {"kind": "added", "what": "team", "name": "assets", "details": ["one"]}
