"""TwiML: valid whatever the text, and the same that the provider's own library would write."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from channels import twiml
from channels.replies import CallSteps, Conference, Connect, Hangup, Menu, Reach, Redirect, Say, Step

ROUTE = "twilio/voice"
texts = st.text(st.characters(), max_size=200)
says = st.builds(Say, texts, texts, texts)
menus = st.builds(
    Menu,
    st.lists(says, max_size=2).map(tuple),
    st.lists(st.sampled_from("0123456789*#"), max_size=3).map(tuple),
    texts,
    st.integers(1, 60),
    st.integers(1, 3),
)
connects = st.builds(Connect, texts, st.none() | texts, st.integers(1, 60), texts)
steps = st.one_of(says, menus, connects, st.builds(Redirect, texts), st.just(Hangup()))


@given(st.lists(steps, max_size=4).map(tuple))
def test_it_is_valid_whatever_the_text(several: tuple[Step, ...]) -> None:
    root = ET.fromstring(twiml.render(CallSteps(several), ROUTE))
    assert root.tag == "Response"
    assert {child.tag for child in root} <= {"Say", "Gather", "Dial", "Redirect", "Hangup"}


def ours(*several: Step) -> str:
    """Render steps and write the XML anew, attributes in order."""
    return ET.canonicalize(twiml.render(CallSteps(several), ROUTE).decode())


def theirs(build: VoiceResponse) -> str:
    """Write what the provider's library made."""
    return ET.canonicalize(str(build))


def test_it_is_what_the_providers_library_writes() -> None:
    answer = VoiceResponse()
    answer.say("Welcome & hello", language="en-GB", voice="Polly.Amy")
    gather = Gather(
        input="dtmf",
        action="/channels/twilio/voice/menu?step=1&at=2",
        method="POST",
        timeout=8,
        num_digits=1,
        finish_on_key="",
        action_on_empty_result=True,
    )
    gather.say("Press 1 <now>", language="en-GB")
    answer.append(gather)
    dial = Dial(timeout=20, action="/channels/twilio/voice/dialled", method="POST", caller_id="+448001632960")
    dial.number("+441632960010")
    answer.append(dial)
    answer.redirect("/channels/twilio/voice", method="POST")
    answer.hangup()
    assert theirs(answer) == ours(
        Say("Welcome & hello", voice="Polly.Amy"),
        Menu((Say("Press 1 <now>"),), ("1", "2"), "menu?step=1&at=2"),
        Connect("+441632960010", "+448001632960", then="dialled"),
        Redirect(""),
        Hangup(),
    )


def test_a_room_is_what_the_providers_library_writes() -> None:
    answer, dial = VoiceResponse(), Dial(action="/channels/twilio/voice/parted?turn=1", method="POST")
    dial.conference(
        "room-1",
        beep="false",
        end_conference_on_exit=True,
        wait_url="/channels/twilio/voice/alone?call=CA1&leg=CA2",
        wait_method="POST",
    )
    answer.append(dial)
    assert theirs(answer) == ours(Conference("room-1", "parted?turn=1", ends=True, wait="alone?call=CA1&leg=CA2"))


@pytest.mark.parametrize(
    "connect,inside",
    [
        (Connect("+441632960010", about={"Contact": "c 1"}), "<Number>+441632960010</Number>"),
        (Connect("sip:a@b.example", reach=Reach.SIP), "<Sip>sip:a@b.example</Sip>"),
        (
            Connect("sip:a@b.example", reach=Reach.SIP, about={"Contact": "c 1", "Enquiry": "FC-1"}),
            "<Sip>sip:a@b.example?X-Contact=c%201&amp;X-Enquiry=FC-1</Sip>",
        ),
        (
            Connect("desk", reach=Reach.CLIENT, about={"Contact": '"c"'}),
            '<Client><Identity>desk</Identity><Parameter name="Contact" value=\'"c"\'/></Client>',
        ),
    ],
)
def test_what_the_call_is_about_goes_where_a_telephone_can_read_it(connect: Connect, inside: str) -> None:
    assert f">{inside}</Dial>" in twiml.render(CallSteps((connect,)), ROUTE).decode()


@pytest.mark.parametrize("text", ["One sentence. " * 1_000, "word " * 3_000, "x" * 9_000])
def test_a_long_text_is_said_in_pieces_that_the_provider_takes(text: str) -> None:
    root = ET.fromstring(twiml.render(CallSteps((Say(text),)), ROUTE))
    said = [each.text or "" for each in root.findall("Say")]
    assert all(len(each) <= 4_096 for each in said)
    assert "".join(said).replace(" ", "") == text.replace(" ", "")
