"""Mistakes about the phone line stand where the entry does that has to be put right: its file, line and column."""

import pytest

from tests.unit.rules_language.landlords import problems_of

CALLS = """\
calls:
  numbers: "+441632960000"
  greeting: Hello.
  fallback_number: "+441632960009"
  voice: Brian
  menu:
    "1": {says: One, team: hub}
    "2": {says: Two, menu: second}
  menus:
    second: {says: Which?, keys: {"1": {says: One, journey: gas-escape}}}
  missed: {}
  waiting:
    says: Please wait.
    overflow: {after_minutes: 12}
  returning:
    says: To go to {team}
    key: "9"
  voicemail:
    says: Speak.
    when: [closed, waiting]
    after_minutes: 15
    emergency: {key: "1", says: Press 1., journey: fire}
journeys:
  fire: {name: Fire, team: hub, priority: emergency, words: [fire]}
"""
SECOND = '{says: Which?, keys: {"1": {says: One, journey: gas-escape}}}'


def place_of(written: str, entry: str) -> tuple[str, int, int]:
    """Where an entry stands that is written in one place only."""
    assert written.count(entry) == 1
    before = written[: written.index(entry)]
    return "case.yaml", before.count("\n") + 1, len(before) - before.rfind("\n")


def test_nothing_is_wrong_with_the_landlord_that_the_cases_start_from() -> None:
    assert [each.message for each in problems_of(CALLS) if each.severity == "error"] == []


@pytest.mark.parametrize(
    "was, becomes, message, entry",
    [
        ('key: "9"', 'key: "2"', "the key `2` of `returning` is one of the menu already", '"2"\n  voicemail'),
        ("{team}", "{nobody}", "`returning` says {nobody}, which is not known there", "To go to {nobody}"),
        ("{team}", "{team", "`returning` has a brace in `says` that is not closed", "To go to {team"),
        (
            "    overflow: {after_minutes: 12}\n",
            "",
            "`waiting` has no way out: while nobody is free, a caller waits without end",
            "waiting:\n",
        ),
        (
            "after_minutes: 15",
            "after_minutes: 9",
            "a caller would be sent to the voicemail before the next team is tried",
            "9\n    emergency",
        ),
        (
            "    after_minutes: 15\n",
            "",
            "a caller would be sent to the voicemail before the next team is tried",
            "voicemail:\n",
        ),
        (
            "  waiting:\n    says: Please wait.\n    overflow: {after_minutes: 12}\n",
            "",
            "`voicemail` is for who is waiting, and nobody waits",
            "when: [closed",
        ),
        (
            "journey: fire",
            "journey: gas-escape",
            "the `emergency` of `voicemail` leads to `gas-escape`, which is none",
            "gas-escape}\njourneys",
        ),
        (
            '    emergency: {key: "1", says: Press 1., journey: fire}\n',
            "",
            "in `voicemail` an emergency is more than one key away",
            "voicemail:\n",
        ),
        (
            "  missed: {}\n",
            "",
            "who leaves a voicemail is promised no call, as there is no `missed`",
            "voicemail:\n",
        ),
        ("menu: second", "menu: third", "there is no menu `third` under `menus`", "third"),
        ("menu: second", "team: hub", "no key and no number leads to the menu `second`", "second"),
        (SECOND, SECOND.replace("journey: gas-escape", "menu: second"), "the menu `second` leads back to itself",
         "second: {says"),
    ],
)  # fmt: skip
def test_it_stands_where_the_entry_does(was: str, becomes: str, message: str, entry: str) -> None:
    written = CALLS.replace(was, becomes)
    assert written != CALLS
    [mark] = [each.mark for each in problems_of(written) if each.message == message]
    assert (mark.file, mark.line, mark.column) == place_of(written, entry)


def test_a_key_that_leads_to_a_voicemail_which_is_not_there_is_pointed_at() -> None:
    written = CALLS[: CALLS.index("  voicemail:")] + CALLS[CALLS.index("journeys:") :]
    written = written.replace("One, team: hub", "One, team: hub, voicemail: true")
    [mark] = [each.mark for each in problems_of(written) if "leads to a voicemail" in each.message]
    assert (mark.file, mark.line, mark.column) == place_of(written, "true")
