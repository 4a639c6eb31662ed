"""Messages after the tone, recordings of conversations, and what is told of them, also when."""

import asyncio
import io
import wave

import pytest

from router.demo.provider.calls import Leg
from router.demo.provider.exchange import Exchange
from router.demo.provider.simulator import Person, client, in_turn
from tests.provider_hub import CALLER, COLLEAGUE, Said, played

API = "https://api.twilio.com/2010-04-01/Accounts/" + "AC" + "1" * 32
RECORD = (
    "<Record action='/kept' maxLength='30' timeout='4' recordingStatusCallback='/recording' transcribe='true' "
    "transcribeCallback='/transcript'/><Say>We heard nothing.</Say>"
)
PLACES: dict[str, Said] = {"/voice": RECORD, "/kept": "<Say>Thank you.</Say>"}


@pytest.mark.parametrize(
    "caller,kept,heard",
    [
        ({"message": "Water!", "message_seconds": 10.0}, [("10", "")], ["beep", "Thank you."]),
        ({"message": "Water!", "message_seconds": 90.0}, [("30", "")], ["beep", "Thank you."]),
        ({"message": "Water!", "reacts": in_turn("#")}, [("12", "#")], ["beep", "Thank you."]),
        ({"message": "Water!", "patience": 6.0}, [("12", "hangup")], ["beep"]),
        ({}, [], ["beep", "We heard nothing."]),
    ],
    ids=["silence", "longest", "key", "hangs-up", "says-nothing"],
)
def test_a_message_is_recorded_and_told(
    caller: dict[str, object], kept: list[tuple[str, str]], heard: list[str]
) -> None:
    call = played(PLACES, Person(CALLER, **caller))  # type: ignore[arg-type]
    assert [(each["RecordingDuration"], each["Digits"]) for each in call.hub.of("/kept")] == kept
    assert list(call.caller.noted("heard")) == heard
    assert [each["RecordingStatus"] for each in call.hub.of("/recording")] == ["completed"] * len(kept)
    assert [each["TranscriptionText"] for each in call.hub.of("/transcript")] == ["Water!"] * len(kept)


def test_a_recording_and_its_transcript_can_be_fetched() -> None:
    fetched: list[bytes] = []

    async def fetch(exchange: Exchange, leg: Leg) -> None:
        await leg.done.wait()
        await asyncio.sleep(60)
        asked = client(exchange)
        asked.auth = (exchange.account, exchange.token)
        [kept] = asked.get(f"{API}/Recordings.json", params={"CallSid": leg.sid}).json()["recordings"]
        fetched.append(asked.get(kept["media_url"] + ".wav").content)
        [written] = asked.get(f"{API}/Recordings/{kept['sid']}/Transcriptions.json").json()["transcriptions"]
        assert written["transcription_text"] == "Water!"
        assert asked.delete(f"{API}/Recordings/{kept['sid']}.json").status_code == 204
        assert asked.get(f"{API}/Recordings/{kept['sid']}.json").json()["code"] == 20404

    played(PLACES, Person(CALLER, message="Water!", message_seconds=5.0), meanwhile=fetch)
    with wave.open(io.BytesIO(fetched[0])) as sound:
        assert sound.getnframes() == 5 * sound.getframerate()


def test_a_conversation_is_recorded_and_paused_by_the_api() -> None:
    statuses: list[str] = []

    async def pause(exchange: Exchange, leg: Leg) -> None:
        await asyncio.sleep(30)
        asked = client(exchange)
        asked.auth = (exchange.account, exchange.token)
        at = f"{API}/Calls/{leg.sid}/Recordings/Twilio.CURRENT.json"
        statuses.extend(asked.post(at, data={"Status": each}).json()["status"] for each in ("paused", "in-progress"))

    attributes = "record='record-from-answer' action='/dialled' recordingStatusCallback='/recording'"
    places: dict[str, Said] = {"/voice": f"<Dial {attributes}>{COLLEAGUE}</Dial>"}
    call = played(places, colleagues=(Person(COLLEAGUE, talks=60.0),), meanwhile=pause)
    assert statuses == ["paused", "in-progress"]
    [told] = call.hub.of("/recording")
    assert (told["RecordingStatus"], told["RecordingDuration"], told["RecordingSource"]) == (
        "completed",
        "60",
        "DialVerb",
    )
    assert call.hub.of("/dialled")[0]["RecordingUrl"] == told["RecordingUrl"]
