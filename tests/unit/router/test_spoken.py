"""What a first question asks for where words are taken for an answer, as the provider is told of it."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from channels import twiml
from channels.inbound import Address, Inbound, PointKind
from channels.replies import CallSteps, Menu, Speech
from router import calls, spoken
from router.live import prepare
from rules.constraints import constraints
from rules.load import load
from rules.plan import Person
from tests.landlord import FOLDER, TUESDAY

OURS = "+441632960000"
TEXT = (FOLDER / "landlord.yaml").read_text()
WITH_SPEECH = TEXT.replace(
    "  wait_seconds: 5\n", "  wait_seconds: 5\n  speech: {says: Or say it., hints: [Elm House]}\n"
)
LIVE = prepare(1, load({"landlord.yaml": WITH_SPEECH.encode()}))


def first_question() -> Menu:
    call = Inbound(
        channel="phone", provider="twilio", account="", conversation="CA1", event="e", part="call",
        sender=Address(PointKind.PHONE, "+447700900123"), recipients=(Address(PointKind.PHONE, OURS),),
        received_at=TUESDAY,
    )  # fmt: skip
    heard = calls.opening(replace(call, progress="wait"), None, LIVE, TUESDAY, constraints(Person(), LIVE.ruleset))
    question = heard.steps[0]
    assert isinstance(question, Menu)
    return question


def test_the_emergency_key_is_heard_before_that_words_will_do() -> None:
    said = [prompt.text for prompt in first_question().prompts]
    assert said[1:4] == ["For an emergency, press 1.", "Or say it.", "For a repair, press 2."]


def test_hints_begin_with_the_urgent_words_and_have_some_of_every_journey() -> None:
    hints = spoken.hints(LIVE.ruleset)
    assert hints[:3] == ("gas", "fire", "Elm House")
    assert {"smell gas", "tap", "rats", "complaint"} <= set(hints[:8])


def test_the_provider_is_asked_for_both() -> None:
    gather = ET.fromstring(twiml.render(CallSteps((first_question(),)), "twilio/voice"))[0]
    assert gather.get("input") == "dtmf speech"
    assert (gather.get("language"), gather.get("speechTimeout")) == ("en-GB", "auto")
    assert gather.get("profanityFilter") == "false"
    assert str(gather.get("hints")).startswith("gas,fire,Elm House,")


def test_hints_never_exceed_what_the_provider_takes() -> None:
    many = Speech("en-GB", tuple(f"{'long, ' * 30}phrase {number}" for number in range(600)))
    gather = ET.fromstring(twiml.render(CallSteps((replace(first_question(), speech=many),)), "twilio/voice"))[0]
    phrases = str(gather.get("hints")).split(",")
    assert len(phrases) == 9
    assert all(len(phrase) == 100 for phrase in phrases)
