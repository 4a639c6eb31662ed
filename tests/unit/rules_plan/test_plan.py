"""The one gate by example: which way, when and how, and what goes to a person for which reason."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules.outcomes import Wishes
from rules.plan import HandlingPlan, Intent, Person, Point, merge_strictest, plan
from tests.unit.rules_plan.made import CATALOGUE, EMAIL, NOW, SMS, intent, person

FIRM_EMAIL, SOFT_EMAIL = Wishes(("email",), firm=True), Wishes(("email",))
SECOND = Point("email", "b@example.org")
CALL = intent("phone", SMS.value, "callback")


def planned(what: Intent, whom: Person, now: datetime = NOW) -> HandlingPlan:
    return plan(what, whom, CATALOGUE, now)


@pytest.mark.parametrize(
    "what, whom, channel, address",
    [
        (intent("sms"), person(), "sms", SMS.value),
        (intent("email", EMAIL.value), person(), "email", EMAIL.value),
        (intent("email", SECOND.value), person(points=(EMAIL, SECOND)), "email", SECOND.value),
        (intent("sms"), Person(), "sms", SMS.value),  # somebody unknown gets an answer where they wrote from
        (intent("phone", SMS.value), Person(), "sms", SMS.value),  # a call is acknowledged in writing
        (intent("chat", "s1"), person(preferences=("email",)), "chat", "s1"),  # they are there
        (intent("portal", "T100", address_kind="reference"), person(), "sms", SMS.value),
        (intent("portal", "T100"), person(points=(EMAIL,)), "email", EMAIL.value),
        (intent("sms"), person(preferences=("email",)), "email", EMAIL.value),
        (intent("sms"), person(preferences=("phone", "letter", "email")), "email", EMAIL.value),
        (intent("sms", is_emergency=True), person(preferences=("email",)), "sms", SMS.value),
        (intent("sms"), person({"email-only": ""}), "email", EMAIL.value),
        (intent("email", EMAIL.value), person({"email-only": ""}, preferences=("sms",)), "email", EMAIL.value),
        (intent("sms"), person(opted_out=frozenset({("sms", SMS.value)})), "email", EMAIL.value),
        (intent("sms"), person(points=(replace(SMS, failing=True), EMAIL)), "email", EMAIL.value),
        (intent("email", "new@example.org"), person({"safe": ""}), "email", EMAIL.value),  # only what is on the record
        (intent("fax", "1"), person(), "sms", SMS.value),
        (intent("phone", "anonymous", address_kind="unknown"), person(points=(EMAIL,)), "email", EMAIL.value),
        (intent("sms", wishes=SOFT_EMAIL), person(), "email", EMAIL.value),
        (intent("sms", wishes=SOFT_EMAIL), person(preferences=("sms",)), "sms", SMS.value),
        (intent("sms", wishes=FIRM_EMAIL), person(preferences=("sms",)), "email", EMAIL.value),
        (intent("sms", wishes=SOFT_EMAIL, is_emergency=True), person(), "sms", SMS.value),
        (intent("sms", wishes=FIRM_EMAIL, is_emergency=True), person(), "email", EMAIL.value),
        (intent("chat", "s1", wishes=SOFT_EMAIL), person(), "chat", "s1"),
        (intent("chat", "s1", wishes=FIRM_EMAIL), person(), "email", EMAIL.value),
        (intent("sms", wishes=Wishes(("letter", "email"))), person(), "email", EMAIL.value),
        (intent("sms", wishes=FIRM_EMAIL), person(points=(SMS,)), "sms", SMS.value),
        (intent("email", EMAIL.value, wishes=Wishes(("sms",), firm=True)), person({"safe": ""}), "email", EMAIL.value),
        (CALL, person(), "phone", SMS.value),
        (CALL, person({"large-print": ""}), "phone", SMS.value),
        (CALL, person({"braille": ""}), "phone", SMS.value),
    ],
)
def test_which_way(what: Intent, whom: Person, channel: str, address: str) -> None:
    found = planned(what, whom)
    assert (found.channel, found.address, found.to_person) == (channel, address, None)


@pytest.mark.parametrize(
    "what, whom, channel, reason",
    [
        (intent(), person({"email-only": ""}, (SMS,)), None, "No address is known"),
        (intent("email", EMAIL.value), person({"letter-only": ""}), None, "none that we send on"),
        (intent(), person({"phone-only": ""}), "phone", "tell them by phone call"),
        (CALL, person({"no-phone": ""}), "sms", "cannot be rung: answer by text message"),
        (CALL, person({"email-only": ""}), "email", "cannot be rung: answer by email"),
        (intent(), person({"email-only": "", "phone-only": ""}), None, "leave no channel at all"),
        (intent(), person({"text-relay": "", "other-relay": ""}), None, "different prefixes"),
        (intent(), person({"mystery": ""}), None, "“mystery”, which the catalogue does not explain"),
        (intent(), person({"advocate": "  "}), None, "“An advocate” needs a detail"),
        (intent(), person({"times": ""}), None, "“Certain times” needs a detail"),
        (intent(), person({"times": "when the tide is in"}), None, "cannot be read (when the tide is in)"),
        (intent(), person({"times": "09:00-10:00", "safe-times": "11:00-12:00"}), "sms", "no moment in common"),
        (intent(), person({"translation": ""}), None, "does not say which language"),
        (intent(), person({"translation": "Polish"}), "sms", "“translated”"),
        (intent(), person({"braille": ""}), "sms", "“braille”, which a colleague does"),
        (intent("email", "new@example.org"), person({"safe": ""}, (SMS,)), "phone", "tell them by phone call"),
        (intent("chat", "s1"), person({"safe": ""}, ()), None, "No address is known"),
        (intent(), person(points=(replace(SMS, failing=True),)), None, "came back"),
        (intent("email", ""), Person(), None, "No address is known"),
        (intent(), replace(person({"safe": ""}), ambiguous=True), None, "not certain which customer"),
    ],
)
def test_what_goes_to_a_person(what: Intent, whom: Person, channel: str | None, reason: str) -> None:
    found = planned(what, whom)
    assert found.to_person is not None
    assert reason in found.to_person
    assert found.to_person in " ".join(found.because)
    assert found.channel == channel


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)  # in these months London is on UTC


@pytest.mark.parametrize(
    "adjustments, more, at, not_before",
    [
        ({"times": "09:00-12:00"}, {}, "2025-11-04 10:00", None),
        ({"times": "09:00-12:00"}, {}, "2025-11-04 07:30", "2025-11-04 09:00"),
        ({"times": "09:00-12:00"}, {}, "2025-11-04 12:00", "2025-11-05 09:00"),
        ({"times": "9 to 10am, 2pm-4pm"}, {}, "2025-11-04 11:00", "2025-11-04 14:00"),
        ({"times": "after 14:00"}, {}, "2025-11-04 11:00", "2025-11-04 14:00"),
        ({"times": "22:00-02:00"}, {}, "2025-11-04 01:00", None),
        ({"times": "22:00-02:00"}, {}, "2025-11-04 02:00", "2025-11-04 22:00"),
        ({"times": "09:00-12:00", "safe-times": "11:00-15:00"}, {}, "2025-11-04 09:30", "2025-11-04 11:00"),
        ({"times": "09:00-12:00"}, {"is_emergency": True}, "2025-11-04 03:00", None),
        ({"safe-times": "09:00-12:00"}, {"is_emergency": True}, "2025-11-04 03:00", "2025-11-04 09:00"),
        ({"times": "09:00-12:00"}, {"channel": "chat", "address": "s1"}, "2025-11-04 03:00", None),
    ],
)
def test_when(adjustments: dict[str, str], more: dict[str, object], at: str, not_before: str | None) -> None:
    what = intent(**({"channel": "email", "address": EMAIL.value} | more))  # type: ignore[arg-type]
    found = planned(what, person(adjustments), local(at))
    assert found.to_person is None
    assert found.not_before == (local(not_before) if not_before else None)


@pytest.mark.parametrize(
    "whom, expected",
    [
        (person(), {"language": "en", "voicemail": True, "caller_identity": True, "call_prefix": ""}),
        (person(language="pl"), {"language": "pl"}),
        (person({"safe": ""}), {"voicemail": False, "caller_identity": False}),
        (person({"text-relay": ""}), {"call_prefix": "18002", "extra_time": True, "instructions": ("Dial 18002.",)}),
        (person(points=(replace(SMS, prefix="18001"),)), {"call_prefix": "18002", "extra_time": True}),
        (person({"straight": ""}), {"skip_menu": True, "offer_callback": False}),
        (person({"translation": "Polish"}, language="pl"), {"interpreter": "Polish", "formats": ("translated",)}),
        (person({"translation": ""}, language="pl"), {"interpreter": "pl"}),
        (person({"bsl": "", "translation": "Polish"}), {"interpreter": "British Sign Language and Polish"}),
        (
            person({"advocate": "Sam, 01632 960001"}),
            {"instructions": ("Copy them in.", "An advocate: Sam, 01632 960001")},
        ),
        (person(preferences=("phone", "mornings")), {"instructions": ("They would like: mornings",)}),
    ],
)
def test_how(whom: Person, expected: dict[str, object]) -> None:
    found = planned(CALL, whom)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    "formats, language, to_person",
    [("large-print", "en", None), ("translation", "pl", None), ("braille", "en", "“braille”")],
)
def test_an_emergency_does_not_wait_for_a_format(formats: str, language: str, to_person: str | None) -> None:
    whom = person({formats: "Polish"}, language=language)
    assert planned(intent(is_emergency=True), whom).to_person is None
    assert (to_person or "None") in str(planned(intent(), whom).to_person)


@pytest.mark.parametrize(
    "what, sentence",
    [
        (intent(), "They got in touch by text message."),
        (intent("portal", "T100"), "Of what is possible, text message comes first."),
    ],
)
def test_the_way_is_explained(what: Intent, sentence: str) -> None:
    assert sentence in planned(what, person()).because


ONE = person({"no-phone": ""}, (SMS, EMAIL), name="Ada", language="pl", preferences=("email",))
OTHER = person({"advocate": "Sam"}, (SMS,), name="Ben", language="pl", preferences=("sms",))


@pytest.mark.parametrize(
    "persons, expected",
    [
        ((), Person()),
        ((ONE,), ONE),
        ((ONE, OTHER), {"name": "", "language": "pl", "points": (SMS,), "preferences": (), "ambiguous": True}),
        ((ONE, OTHER), {"adjustments": {"no-phone": "", "advocate": "Sam"}, "doubts": ()}),
        ((OTHER, replace(OTHER, adjustments={"advocate": ""})), {"adjustments": {"advocate": "Sam"}, "doubts": ()}),
        ((ONE, replace(ONE, points=(replace(SMS, failing=True),))), {"points": (replace(SMS, failing=True),)}),
        ((ONE, replace(ONE, opted_out=frozenset({("sms", "1")}))), {"opted_out": frozenset({("sms", "1")})}),
    ],
)
def test_merging(persons: tuple[Person, ...], expected: Person | dict[str, object]) -> None:
    merged = merge_strictest(persons)
    if isinstance(expected, Person):
        assert merged == expected
    else:
        assert {name: getattr(merged, name) for name in expected} == expected


def test_details_that_differ_between_candidates_go_to_a_person() -> None:
    merged = merge_strictest([OTHER, replace(OTHER, adjustments={"advocate": "Kim"})])
    assert "“advocate” differs" in str(planned(intent(), merged).to_person)


@pytest.mark.parametrize(
    "wishes, whom, expected",
    [
        (Wishes(skip_menu=True), person(), {"skip_menu": True}),
        (Wishes(offer_callback=True), person(), {"offer_callback": True}),
        (Wishes(offer_callback=True), person({"no-phone": ""}), {"offer_callback": False}),
        (Wishes(()), person(), {"instructions": ("No answer is wanted: a rule says so.",)}),
        (Wishes(("letter",)), person(), {"instructions": ("Answer by letter, as a rule asks.",)}),
        (Wishes(("letter",)), person({"email-only": ""}), {"instructions": ()}),
        (Wishes(("email",)), person(), {"instructions": (), "because": ("A rule asks for email.",)}),
    ],
)
def test_what_a_rule_wishes_for(wishes: Wishes, whom: Person, expected: dict[str, object]) -> None:
    found = planned(intent(wishes=wishes), whom)
    assert {name: getattr(found, name) for name in expected} == expected
