"""Recording: only where the landlord says so and the caller has heard it, and paused for payment details."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from router.demo.provider.simulator import Person
from router.store import live_calls, people
from router.store.contacts import all_parts
from router.store.engine import begin_read
from tests.integration.line.at_the_console import reach, row, until
from tests.integration.line.test_handing import HUB, History, Story, a_caller, kinds, played, talking, talks_to_repairs
from tests.integration.line.test_waiting import files
from tests.landlord import TUESDAY
from tests.simulated import Line

SAYS = "This call is recorded to train our colleagues."
WISH = {"to": "hub", "reason": "wrong-team"}
ADJUSTMENTS = (
    "adjustments:\n  private: {name: Never recorded, means: We record none of their calls., recording: false}\n"
)


def rules(recording: str) -> dict[str, bytes]:
    """The landlord of the tests, with an adjustment against recording; calls are recorded as this says, if it does."""
    found = dict(files())
    text = found["landlord.yaml"].decode().replace("\nadjustments:\n", "\n" + ADJUSTMENTS, 1)
    section = f"\n  recording: {recording}" if recording else ""
    return found | {"landlord.yaml": text.replace("\ncalls:\n", f"\ncalls:{section}\n", 1).encode()}


ALL, REPAIRS_ONLY = f"{{says: {SAYS}}}", f"{{says: {SAYS}, teams: [repairs]}}"


def recorded(line: Line) -> list[str]:
    """How each recording of the provider's stands."""
    return [each.status for each in line.exchange.recordings.values()]


def customer(**more: Any) -> dict[str, Any]:
    ada = {"id": f"{1:026d}", "kind": "tenant", "source_digest": "", "changed_at": TUESDAY, "reference": "T-1"}
    ada |= {"name": "Ada Bell", "language": "en", "facts": {}, "preferences": [], "adjustments": {}}
    return ada | {"points": [("phone", a_caller().number, "")]} | more


def calls_in(
    url: str, data: Path, patch: pytest.MonkeyPatch, act: Story, recording: str, known: dict[str, Any] | None = None
) -> History:
    async def main(line: Line) -> None:
        reach(patch, line)
        if known:
            line.services.writer.submit(people.write, known).result()
        await act(line)

    return played(url, data, main, rules(recording))


def test_a_recorded_call_is_announced_and_paused_and_its_recording_is_referred_to(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, parts = a_caller(), []

    async def act(line: Line) -> None:
        desk = await talks_to_repairs(line, caller)
        order = [words for kind, words in caller.log if kind in ("heard", "talking to")]
        assert order.index(SAYS) < len(order) - 1
        assert "This call is recorded" in await desk.sees()
        await desk.does("pause-recording")
        assert recorded(line) == ["paused"]
        page = await desk.sees()
        assert "Recording is paused" in page
        assert "Go on recording" in page
        await desk.does("go-on-recording")
        assert recorded(line) == ["in-progress"]
        contact_id = row(line)["contact_id"]
        await until(lambda: recorded(line) == ["completed"])
        await until(lambda: bool(recordings(line, contact_id)))
        parts.extend(recordings(line, contact_id))

    told = calls_in(store_url, tmp_path, monkeypatch, act, ALL)
    assert [kind for kind in kinds(told) if kind.startswith("recording-")] == [
        live_calls.RECORDING_PAUSED,
        live_calls.RECORDING_RESUMED,
    ]
    [part] = parts
    assert part["facts"]["recording"].startswith("RE")
    assert int(part["facts"]["recording_seconds"]) > 0


def recordings(line: Line, contact_id: str) -> list[dict[str, Any]]:
    with begin_read(line.services.record) as record:
        return [part for part in all_parts(record, contact_id) if part["part"] == "recording"]


@pytest.mark.parametrize(
    "recording,known",
    [
        ("", None),
        (f"{{says: {SAYS}, teams: [hub]}}", None),
        (ALL, customer(adjustments={"private": ""})),
        (ALL, customer(preferences=["not-recorded"])),
    ],
    ids=["off unless told", "another team's", "an adjustment", "a preference"],
)
def test_nobody_else_is_recorded_nor_told_so(
    sqlite_template: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    recording: str,
    known: dict[str, Any] | None,
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    caller = a_caller()

    async def act(line: Line) -> None:
        desk = await talks_to_repairs(line, caller)
        assert recorded(line) == []
        assert "This call is recorded" not in await desk.sees()
        assert "This call is not being recorded" in (await desk.does("pause-recording")).text

    calls_in(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, monkeypatch, act, recording, known)
    assert SAYS not in caller.noted("heard")


def test_a_recording_that_cannot_be_paused_is_said_to_go_on(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def act(line: Line) -> None:
        desk = await talks_to_repairs(line, a_caller())
        reach(monkeypatch, line, httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(503))))
        answer = await desk.does("pause-recording")
        assert (answer.status_code, "Take no payment details" in answer.text) == (422, True)
        assert "This call is recorded" in await desk.sees()

    told = calls_in(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, monkeypatch, act, ALL)
    assert live_calls.RECORDING_PAUSED not in kinds(told)


@pytest.mark.parametrize("recording,heard,count", [(ALL, 2, 2), (REPAIRS_ONLY, 1, 1)], ids=["everybody", "Repairs"])
def test_a_caller_who_is_handed_on_is_recorded_as_the_other_team_is(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recording: str, heard: int, count: int
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    caller = a_caller()

    async def act(line: Line) -> None:
        line.exchange.people[HUB] = Person(HUB, talks=1_000.0)
        await (await talks_to_repairs(line, caller)).does("transfer", **WISH)
        await until(talking(line, HUB))
        await until(lambda: list(caller.noted("talking to"))[-1] == HUB)
        assert len(recorded(line)) == count

    calls_in(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, monkeypatch, act, recording)
    assert list(caller.noted("heard")).count(SAYS) == heard


def test_who_is_put_on_hold_is_not_recorded_from_then_on(
    sqlite_template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)

    async def act(line: Line) -> None:
        desk = await talks_to_repairs(line, a_caller())
        await desk.does("hold")
        await until(lambda: recorded(line) == ["completed"])
        page = await desk.sees()
        assert "This call is recorded" not in page
        await desk.does("resume")

    calls_in(f"sqlite:///{tmp_path / 'record.db'}", tmp_path, monkeypatch, act, ALL)
