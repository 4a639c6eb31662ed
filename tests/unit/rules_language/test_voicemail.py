"""The check of a voicemail: an emergency one key away, a promise, and nobody sent there before others were tried."""

import pytest

from tests.unit.rules_language.landlords import loaded, problems_of

HEAD = 'calls:\n  numbers: "+441632960000"\n  greeting: Hello.\n  fallback_number: "+441632960009"\n'
GOOD = "emergency: {says: Press 1., journey: fire}"
JOURNEYS = "journeys:\n  fire: {name: Fire, team: hub, priority: emergency, words: [fire]}\n"
MISSED = "  missed: {}\n"
WAITING = "  waiting: {says: Please wait., overflow: {after_minutes: 12}}\n"


def calls(voicemail: str, more: str = MISSED) -> str:
    return f"{HEAD}  voicemail: {{says: Speak., {voicemail}}}\n{more}{JOURNEYS}"


@pytest.mark.parametrize(
    "written, severity, message",
    [
        (calls("when: closed"), "error", "in `voicemail` an emergency is more than one key away"),
        (
            calls("emergency: {says: Press 1., journey: gas-escape}"),
            "error",
            "the `emergency` of `voicemail` leads to `gas-escape`, which is none",
        ),
        (calls("emergency: {says: Press 1., journey: nothing}"), "error", "there is no journey `nothing`"),
        (
            calls(GOOD, ""),
            "warning",
            "who leaves a voicemail is promised no call, as there is no `missed`",
        ),
        (
            calls(f"{GOOD}, when: waiting"),
            "error",
            "`voicemail` is for who is waiting, and nobody waits",
        ),
        (
            calls(f"{GOOD}, when: [closed, waiting], after_minutes: 9", MISSED + WAITING),
            "error",
            "a caller would be sent to the voicemail before the next team is tried",
        ),
        (calls(f"{GOOD}, at_most_seconds: 5"), "error", "this should be a whole number from 10 to 600, not `5`"),
        (calls(f"{GOOD}, teams: hubb"), "error", "there is no team `hubb`"),
        (
            HEAD + MISSED + '  menu: {"4": {says: For a message, voicemail: true}}\n',
            "error",
            "the key 4 leads to a voicemail, and there is none",
        ),
        (
            HEAD + MISSED + '  menu: {"4": {says: For a message, voicemail: true, menu: a}}\n',
            "error",
            "menu key `4` leads to a menu and to something else",
        ),
    ],
)
def test_what_is_wrong_with_a_voicemail_is_told(written: str, severity: str, message: str) -> None:
    assert (severity, message) in [(problem.severity, problem.message) for problem in problems_of(written)]


def test_what_is_written_is_what_counts() -> None:
    flow = loaded(calls(f"{GOOD}, teams: [hub], transcribed: true, at_most_seconds: 60")).calls
    assert flow is not None
    assert flow.voicemail is not None
    voicemail = flow.voicemail
    assert (voicemail.teams, voicemail.transcribed, voicemail.at_most_seconds) == (("hub",), True, 60)
    assert [voicemail.offers(*each) for each in (("closed", "hub"), ("closed", "x"), ("waiting", "hub"))] == [
        True,
        False,
        False,
    ]
