"""What the provider finds wrong with a document, and that it knows every attribute of its own library."""

import inspect
import re

import pytest
from twilio.twiml import voice_response

from router.demo.provider.documents import NotFollowedError, read
from router.demo.provider.verbs import SHAPES


@pytest.mark.parametrize(
    "verbs,wrong",
    [
        ("<Say>Hello</Say>", []),
        ("<Sing/>", ["there is no verb Sing"]),
        ("<Number>+441632960001</Number>", ["a Response may not hold a Number"]),
        ("<Gather><Dial>+441632960001</Dial></Gather>", ["a Gather may not hold a Dial"]),
        ("<Say loud='yes'>Hello</Say>", ["the loud of a Say is not known: yes"]),
        ("<Gather timeout='soon'/>", ["the timeout of a Gather is no whole number from 1 to 600: soon"]),
        ("<Gather numDigits='0'/>", ["the numDigits of a Gather is no whole number from 1 to 1000: 0"]),
        ("<Gather input='dtmf voice'/>", ["the input of a Gather are not of dtmf, speech: dtmf voice"]),
        ("<Gather finishOnKey=''/>", []),
        ("<Gather finishOnKey='x'/>", ["the finishOnKey of a Gather are no keys of a telephone: x"]),
        ("<Gather method='PUT'/>", ["the method of a Gather is none of GET, POST: PUT"]),
        ("<Gather action='mailto:a@b'/>", ["the action of a Gather is no URL: mailto:a@b"]),
        (f"<Say>{'a' * 4096}</Say>", []),
        (f"<Say>{'a' * 4097}</Say>", ["the text of a Say is longer than 4096 characters"]),
        ("<Say/>", ["the text of a Say is empty"]),
        ("<Dial/>", ["a Dial has to say whom"]),
        ("<Dial>01632 960001</Dial>", ["the text of a Dial is no number in E.164"]),
        ("<Dial><Number>+44</Number></Dial>", ["the text of a Number is no number in E.164"]),
        ("<Dial callerId='Harbour'>+441632960001</Dial>", ["the callerId of a Dial is no caller's number: Harbour"]),
        ("<Dial><Sip>hub@pbx.example</Sip></Dial>", ["the text of a Sip is no SIP address"]),
        ("<Dial><Sip>sip:hub@pbx.example</Sip><Client>anna</Client></Dial>", []),
        ("<Dial><Client><Identity>anna</Identity></Client></Dial>", []),
        ("<Dial><Queue>a</Queue><Number>+441632960001</Number></Dial>",
         ["a Dial to a Queue or a Conference may hold nothing else"]),
        ("<Dial>" + "<Number>+441632960001</Number>" * 11 + "</Dial>", ["a Dial may call ten at most"]),
        ("<Dial><Number statusCallbackEvent='over'>+441632960001</Number></Dial>",
         ["the statusCallbackEvent of a Number are not of initiated, ringing, answered, completed: over"]),
        (f"<Enqueue>{'q' * 65}</Enqueue>", ["the text of a Enqueue is longer than 64 characters"]),
        ("<Hangup>now</Hangup>", ["a Hangup may hold no text"]),
        ("Hello", ["a Response may hold no text"]),
        ("<Record transcribe='yes'/>", ["the transcribe of a Record is neither true nor false: yes"]),
        ("<Pause length='0'/>", ["the length of a Pause is no whole number from 1 to 600: 0"]),
        ("<Say>Ring <say-as interpret-as='telephone'>0800</say-as></Say>", []),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(verbs: str, wrong: list[str]) -> None:
    found = read(f"<Response>{verbs}</Response>".encode()).wrong
    assert list(found) == wrong


@pytest.mark.parametrize(
    "content,kind,code",
    [
        (b"nothing like it", "text/xml", 12100),
        (b"<Answer/>", "text/xml", 12100),
        (b"<Response>", "application/xml", 12100),
        (b"<Response/>", "text/plain", 12300),
        (b"<Response>" + b" " * 70_000 + b"</Response>", "text/xml", 11750),
    ],
)
def test_what_cannot_be_followed_has_the_providers_number(content: bytes, kind: str, code: int) -> None:
    with pytest.raises(NotFollowedError) as error:
        read(content, kind)
    assert error.value.code == code


BUILDERS = {
    "Say": voice_response.VoiceResponse.say,
    "Play": voice_response.VoiceResponse.play,
    "Pause": voice_response.VoiceResponse.pause,
    "Gather": voice_response.VoiceResponse.gather,
    "Redirect": voice_response.VoiceResponse.redirect,
    "Hangup": voice_response.VoiceResponse.hangup,
    "Leave": voice_response.VoiceResponse.leave,
    "Reject": voice_response.VoiceResponse.reject,
    "Enqueue": voice_response.VoiceResponse.enqueue,
    "Dial": voice_response.VoiceResponse.dial,
    "Record": voice_response.VoiceResponse.record,
    "Number": voice_response.Dial.number,
    "Sip": voice_response.Dial.sip,
    "Client": voice_response.Dial.client,
    "Queue": voice_response.Dial.queue,
    "Conference": voice_response.Dial.conference,
}
TEXTS = {"self", "kwargs", "message", "url_", "name", "phone_number", "sip_url", "identity", "number", "voice_url"}


@pytest.mark.parametrize("verb", BUILDERS)
def test_attributes_are_those_of_the_providers_library(verb: str) -> None:
    named = [name for name in inspect.signature(BUILDERS[verb]).parameters if name not in TEXTS]
    theirs = {re.sub(r"_(\w)", lambda match: match[1].upper(), name.rstrip("_")) for name in named}
    if verb in ("Play", "Redirect"):
        theirs -= {"url"}
    assert set(SHAPES[verb].bears) == theirs
