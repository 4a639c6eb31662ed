"""What a landlord is warned of in the messages, and how subjects and names are written by language."""

import pytest

from rules.load import load_checked
from rules.problems import RulesetError
from tests.landlord import small_landlord

BEFORE = b"messages:\n"


def loaded(message: str, landlord: str = "", journey: str = "") -> tuple[object, list[str]]:
    """The small landlord with one more message, and what is said of it."""
    [(name, text)] = small_landlord().files.items()
    text = text.replace(BEFORE, BEFORE + f"  thanks: {message}\n".encode())
    text = text.replace(b"  fallback: hub\n", f"  fallback: hub\n{landlord}".encode())
    text = text.replace(
        b"    timescales: {visit: 48 hours}\n", f"    timescales: {{visit: 48 hours}}\n{journey}".encode()
    )
    try:
        ruleset, problems = load_checked({name: text})
    except RulesetError as error:
        return None, [str(problem) for problem in error.problems]
    return ruleset, [str(problem) for problem in problems]


LONG = (
    "We acknowledge receipt of your communication and shall endeavour to provide a comprehensive determination "
    "notwithstanding operational considerations necessitating additional investigation by our specialist colleagues."
)


@pytest.mark.parametrize(
    "message, landlord, journey, said",
    [
        ("{subject: Thanks, text: Thank you.}", "", "", ""),
        (f"{{subject: Thanks, text: {LONG}}}", "", "", "takes a reader of about"),
        (f"{{subject: Thanks, text: {LONG}}}", "  reading_age: 25\n", "", "and 25 is what everybody"),
        ("{subject: Thanks, text: " + "Thank you for that. " * 9 + "}", "  reading_age: 8\n", "", ""),
        ("{subject: Thanks, text: We will come within 24 hours.}", "", "", "promises `24 hours`"),
        ("{subject: Thanks, text: You will hear from us in two days.}", "", "", "promises `2 days`"),
        ("{subject: Thanks, text: '{team} will ring in 5 minutes.'}", "", "", "promises `5 minutes`"),
        ("{subject: Thanks, text: We will come within 48 hours.}", "", "", "promises `48 hours`"),
        ("{subject: Thanks, text: We will come within 48 hours.}", "", "    message: thanks\n", ""),
        ("{subject: Thanks, text: You have 4 weeks to send your papers.}", "", "", ""),
        ("{subject: Thanks, text: 'We will come by {due}.'}", "", "", ""),
        ("{subject: Thanks, texts: {en: Thank you., pl: Dziękujemy.}}", "", "", "its subject only in English"),
        ("{subjects: {en: Thanks, pl: Dzięki}, texts: {en: Thank you., pl: Dziękujemy.}}", "", "", ""),
        ("{texts: {en: Thank you., pl: Dziękujemy.}}", "", "", ""),
        ("{subject: A, subjects: {en: B}, text: Thank you.}", "", "", "has `subject` and `subjects`"),
        ("{subjects: {pl: Dzięki}, text: Thank you.}", "", "", "there is no English text"),
        ("{subjects: {polish: Dzięki, en: Thanks}, text: Thank you.}", "", "", "is no language code"),
        ("{subjects: {en: 'Thanks {nam}'}, text: Thank you.}", "", "", "nothing can be filled in for `{nam}`"),
    ],
)
def test_what_is_said_of_a_message(message: str, landlord: str, journey: str, said: str) -> None:
    _, problems = loaded(message, landlord, journey)
    assert all(said in problem for problem in problems) if said else problems == []
    assert bool(problems) is bool(said)


def test_a_subject_in_a_language_falls_back_to_english() -> None:
    ruleset, _ = loaded("{subjects: {en: Thanks, pl: Dzięki}, texts: {en: Thank you., pl: Dziękujemy., es: Gracias.}}")
    message = ruleset.messages["thanks"]
    assert (message.subject, message.subjects) == ("Thanks", {"pl": "Dzięki"})


@pytest.mark.parametrize(
    "landlord, expected",
    [
        ("", 14),
        ("  reopen_within: 1 day\n", 1),
        ("  reopen_within: 0 days\n", 0),
        ("  reopen_within: a while\n", "this should be a number of days"),
        ("  reopen_within: 14\n", "this should be a number of days"),
    ],
)
def test_how_long_an_answer_opens_an_enquiry_again(landlord: str, expected: object) -> None:
    ruleset, problems = loaded("{text: Thank you.}", landlord)
    if isinstance(expected, int):
        assert ruleset.landlord.reopen_within == expected
    else:
        assert any(expected in problem for problem in problems)


@pytest.mark.parametrize(
    "written, said",
    [
        ("{plus_addressing: true}", ""),
        ("{authentication: participant, answer_from: hello@mill-lane.example}", ""),
        ("{authentication: lax}", "`lax` is no policy of authentication"),
        ("{answer_from: hello}", "this should be an email address"),
    ],
)
def test_how_a_mailbox_is_trusted_and_answered(written: str, said: str) -> None:
    [(name, text)] = small_landlord().files.items()
    added = text.replace(b"mailboxes:\n", f"mailboxes:\n  hello@mill-lane.example: {written}\n".encode())
    try:
        problems = [str(each) for each in load_checked({name: added})[1]]
    except RulesetError as error:
        problems = [str(each) for each in error.problems]
    assert any(said in each for each in problems) if said else problems == []


@pytest.mark.parametrize("local, fits", [("x" * 32, True), ("x" * 33, False), ("a+b", False)])
def test_a_name_that_leaves_no_room_for_a_token_is_refused(local: str, fits: bool) -> None:
    [(name, text)] = small_landlord().files.items()
    line = f"mailboxes:\n  {local}@mill-lane.example: {{plus_addressing: true}}\n"
    try:
        load_checked({name: text.replace(b"mailboxes:\n", line.encode())})
    except RulesetError:
        assert not fits
    else:
        assert fits
