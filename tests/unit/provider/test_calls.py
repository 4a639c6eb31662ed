"""Whole calls to fixed documents: what is asked and told, what each person hears, and how the call ends."""

import pytest

from router.demo.provider.simulator import Person, Reaction, Source, in_turn
from tests.provider_hub import CALLER, COLLEAGUE, OURS, Said, played, twiml

GATHER = '<Gather action="/menu" numDigits="1" timeout="8"><Say>Press 1 for repairs.</Say></Gather>'
OTHER = "+441632960002"
DIAL = f'<Dial action="/dialled" timeout="20"><Number>{COLLEAGUE}</Number></Dial>'


@pytest.mark.parametrize(
    "places,caller,paths,log",
    [
        ({"/voice": "<Say>Hello.</Say>"}, {}, ["/voice", "/status"], [("heard", "Hello.")]),
        (
            {"/voice": GATHER, "/menu": "<Say>Repairs.</Say><Hangup/><Say>Never.</Say>"},
            {"reacts": in_turn("1")},
            ["/voice", "/menu", "/status"],
            [("heard", "Press 1 for repairs."), ("pressed", "1"), ("heard", "Repairs.")],
        ),
        (
            {"/voice": GATHER + "<Say>Nothing pressed.</Say>"},
            {},
            ["/voice", "/status"],
            [("heard", "Press 1 for repairs."), ("heard", "Nothing pressed.")],
        ),
        (
            {"/voice": GATHER.replace("numDigits", 'actionOnEmptyResult="true" numDigits')},
            {},
            ["/voice", "/menu", "/status"],
            [("heard", "Press 1 for repairs.")],
        ),
        (
            {"/voice": GATHER},
            {"patience": 1.0},
            ["/voice", "/status"],
            [("heard", "Press 1 for repairs."), ("hung up", "menu")],
        ),
        (
            {
                "/voice": "<Redirect>deep/other?a=1&amp;b=2</Redirect>",
                "/deep/other?a=1&b=2": "<Redirect>third</Redirect>",
            },
            {},
            ["/voice", "/deep/other?a=1&b=2", "/deep/third", "/status"],
            [],
        ),
    ],
)
def test_a_call_goes_where_the_documents_say(
    places: dict[str, Said], caller: dict[str, object], paths: list[str], log: list[tuple[str, str]]
) -> None:
    call = played(places, Person(CALLER, **caller))  # type: ignore[arg-type]
    assert call.hub.paths() == paths
    assert call.caller.log[:-1] == log
    assert call.caller.log[-1] == ("call over", "completed")
    assert call.exchange.violations == []


@pytest.mark.parametrize(
    "attributes,keys,told",
    [
        ("", "12#", {"Digits": "12", "FinishedOnKey": "#"}),
        ("", "12", {"Digits": "12", "FinishedOnKey": ""}),
        ("numDigits='2'", "123", {"Digits": "12"}),
        ("finishOnKey=''", "1#", {"Digits": "1#"}),
        ("finishOnKey='*'", "1*2", {"Digits": "1", "FinishedOnKey": "*"}),
        ("", "#", None),
        ("actionOnEmptyResult='true'", "#", {"Digits": ""}),
        ("input='speech'", "1", None),
        ("input='speech dtmf'", "1#", {"Digits": "1"}),
    ],
)
def test_keys_are_reported_as_the_document_wants_them(attributes: str, keys: str, told: dict[str, str] | None) -> None:
    call = played({"/voice": f"<Gather action='/menu' {attributes}/>"}, Person(CALLER, reacts=in_turn(keys)))
    reported = [{name: fields[name] for name in (told or {})} for fields in call.hub.of("/menu")]
    assert reported == ([told] if told is not None else [])


def test_words_are_reported_as_they_were_said() -> None:
    says = Person(CALLER, reacts=lambda _: Reaction(speech="My boiler is broken"))
    call = played({"/voice": "<Gather input='speech' action='/menu' partialResultCallback='/partly'/>"}, says)
    [told] = call.hub.of("/menu")
    assert (told["SpeechResult"], told["Confidence"]) == ("My boiler is broken", "0.92")
    assert [fields["UnstableSpeechResult"] for fields in call.hub.of("/partly")] == ["My boiler"]


@pytest.mark.parametrize("interrupts,seconds", [(True, 1), (False, 4)])
def test_a_key_may_come_before_the_question_is_over(interrupts: bool, seconds: int) -> None:
    question = f"<Gather action='/menu' numDigits='1'><Say>{'a' * 45}</Say></Gather>"
    reacts = lambda _: Reaction("1", after=1.0, interrupts=interrupts)  # noqa: E731 - of one test
    call = played({"/voice": question}, Person(CALLER, reacts=reacts))
    assert call.leg.duration == seconds


@pytest.mark.parametrize(
    "colleague,told,caller_log",
    [
        ({}, {"DialCallStatus": "completed", "DialCallDuration": "120", "DialBridged": "true"}, "talking to"),
        ({"answers": "busy"}, {"DialCallStatus": "busy", "DialBridged": "false"}, ""),
        ({"answers": "failed"}, {"DialCallStatus": "failed", "DialBridged": "false"}, ""),
        ({"answers": "no-answer"}, {"DialCallStatus": "no-answer", "DialBridged": "false"}, ""),
        ({"answers_after": 25.0}, {"DialCallStatus": "no-answer", "DialBridged": "false"}, ""),
        ({"talks": 30.0}, {"DialCallStatus": "completed", "DialCallDuration": "30"}, "talking to"),
    ],
)
def test_how_a_dialled_leg_ended_is_told(colleague: dict[str, object], told: dict[str, str], caller_log: str) -> None:
    person = Person(COLLEAGUE, **colleague)  # type: ignore[arg-type]
    call = played({"/voice": DIAL}, Person(CALLER, talks=500.0 if "talks" in colleague else 120.0), (person,))
    [fields] = call.hub.of("/dialled")
    assert {name: fields[name] for name in told} == told
    assert fields["CallStatus"] == "in-progress" or colleague == {}
    assert [COLLEAGUE] * bool(caller_log) == list(call.caller.noted("talking to"))


def test_a_caller_who_hangs_up_while_it_rings_is_reported_and_the_leg_given_up() -> None:
    number = (
        f"<Number statusCallback='/leg' statusCallbackEvent='initiated ringing answered completed'>{COLLEAGUE}</Number>"
    )
    call = played(
        {"/voice": f"<Dial action='/dialled'>{number}</Dial>"},
        Person(CALLER, patience_in={"ringing": 2.0}),
        (Person(COLLEAGUE, answers="no-answer"),),
    )
    assert [each["CallStatus"] for each in call.hub.of("/leg")] == ["initiated", "ringing", "canceled"]
    assert [each["DialCallStatus"] for each in call.hub.of("/dialled")] == ["no-answer"]
    assert {each["ParentCallSid"] for each in call.hub.of("/leg")} == {call.leg.sid}


@pytest.mark.parametrize("keys,bridged", [("1", "true"), ("2", "false")], ids=["accepts", "declines"])
def test_a_colleague_hears_a_whisper_and_accepts_or_declines(keys: str, bridged: str) -> None:
    whisper = "<Gather action='/accept' numDigits='1'><Say>A tenant. Press 1 to accept.</Say></Gather><Hangup/>"
    call = played(
        {
            "/voice": f"<Dial action='/dialled'><Number url='/whisper'>{COLLEAGUE}</Number></Dial>",
            "/whisper": whisper,
            "/accept": lambda fields: "" if fields["Digits"] == "1" else "<Hangup/>",
        },
        colleagues=(Person(COLLEAGUE, reacts=in_turn(keys)),),
    )
    [fields] = call.hub.of("/dialled")
    assert fields["DialBridged"] == bridged
    assert list(call.colleagues[COLLEAGUE].noted("talking to")) == ([CALLER] if bridged == "true" else [])
    assert call.exchange.violations == []


@pytest.mark.parametrize(
    "sequential,first,last,answered",
    [("true", "busy", 4.0, OTHER), ("false", "completed", 2.0, OTHER), ("false", "completed", 9.0, COLLEAGUE)],
)
def test_several_are_rung_one_after_the_other_or_at_once(
    sequential: str, first: str, last: float, answered: str
) -> None:
    numbers = f"<Number>{COLLEAGUE}</Number><Number>{OTHER}</Number>"
    call = played(
        {"/voice": f"<Dial sequential='{sequential}' action='/dialled'>{numbers}</Dial>"},
        colleagues=(Person(COLLEAGUE, answers=first), Person(OTHER, answers_after=last)),
    )
    assert list(call.caller.noted("talking to")) == [answered]
    assert len(call.hub.of("/dialled")) == 1


@pytest.mark.parametrize(
    "answer,code",
    [(500, "11217"), (404, "11217"), (b"no XML", "12100"), (b"<Answer/>", "12100")],
)
@pytest.mark.parametrize("fallback", ["/static", ""])
def test_what_fails_is_made_good_by_the_fallback(answer: Said, code: str, fallback: str) -> None:
    static = twiml("<Say>A person will answer.</Say>")
    source = Source(f"http://hub.example{fallback}", "GET") if fallback else Source(twiml=static)
    call = played({"/voice": answer, "/static": static}, fallback=source)
    assert list(call.caller.noted("heard")) == ["A person will answer."]
    assert [fields["ErrorCode"] for fields in call.hub.of("/static")] == ([code] if fallback else [])


def test_without_a_fallback_the_caller_hears_an_application_error() -> None:
    call = played({"/voice": 500})
    assert list(call.caller.noted("heard")) == ["We are sorry, an application error has occurred. Goodbye."]
    assert call.leg.status == "failed"


def test_a_webhook_is_tried_again_where_its_fragment_says_so() -> None:
    call = played({"/voice": "<Redirect>/again#rc=2&amp;rp=5xx</Redirect>", "/again": 503})
    assert call.hub.paths() == ["/voice", "/again", "/again", "/again", "/status"]


def test_the_end_is_told_once_with_its_seconds() -> None:
    call = played({"/voice": "<Pause length='7'/>"})
    [told] = call.hub.of("/status")
    assert (told["CallStatus"], told["CallDuration"], told["Duration"]) == ("completed", "7", "1")
    assert (told["From"], told["To"], told["Direction"]) == (CALLER, OURS, "inbound")
    assert told["CallbackSource"] == "call-progress-events"


def test_a_call_that_goes_round_in_circles_is_ended_and_named() -> None:
    call = played({"/voice": "<Redirect>/voice</Redirect>"})
    assert "round in circles" in call.exchange.violations[0]
    assert call.leg.status == "failed"


@pytest.mark.parametrize("reason,status", [("busy", "busy"), ("rejected", "no-answer")])
def test_a_call_may_be_rejected(reason: str, status: str) -> None:
    assert played({"/voice": f"<Reject reason='{reason}'/>"}).leg.status == status


@pytest.mark.parametrize(
    "attributes,caller,goes_on,seconds",
    [
        ("hangupOnStar='true'", {"stars": True, "talks": 20.0}, True, "20"),
        ("", {"stars": True, "talks": 20.0}, False, "20"),
        ("timeLimit='30'", {"talks": 60.0}, True, "30"),
        ("", {"talks": 20.0}, False, "20"),
    ],
    ids=["star", "star-not-asked-for", "limit", "hangs-up"],
)
def test_a_conversation_ends_as_the_document_allows(
    attributes: str, caller: dict[str, object], goes_on: bool, seconds: str
) -> None:
    places: dict[str, Said] = {
        "/voice": f"<Dial action='/dialled' {attributes}>{COLLEAGUE}</Dial>",
        "/dialled": "<Say>Goodbye.</Say>",
    }
    call = played(places, Person(CALLER, **caller), (Person(COLLEAGUE),))  # type: ignore[arg-type]
    [told] = call.hub.of("/dialled")
    assert (told["DialCallDuration"], told["CallStatus"] == "in-progress") == (seconds, goes_on)
    assert list(call.caller.noted("heard")) == ["Goodbye."] * goes_on


@pytest.mark.parametrize("noun,called", [("Sip", "sip:desk@pbx.example"), ("Client", "client:anna")])
def test_sip_addresses_and_clients_are_rung(noun: str, called: str) -> None:
    written = called.removeprefix("client:")
    places: dict[str, Said] = {"/voice": f"<Dial action='/dialled'><{noun}>{written}</{noun}></Dial>"}
    call = played(places, colleagues=(Person(called),))
    assert list(call.caller.noted("talking to")) == [called]
    assert call.exchange.violations == []
