"""How a call went, from any order of what is known of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.telephony.course import CallEnding, Course, course_of

NINE = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
Part = dict[str, Any]


def part(name: str, after: int = 0, **facts: str) -> Part:
    at = NINE + timedelta(seconds=after)
    return {"part": name, "received_at": at + timedelta(seconds=1), "claimed_at": at, "facts": facts}


def over(after: int = 90, status: str = "completed", **facts: str) -> Part:
    return part("call-status", after, call_status=status, **facts)


def leg(status: str, after: int = 0, **facts: str) -> Part:
    return part("call-status", after, call_status=status, parent_call="CA1", **facts)


CALL, KEY, LEFT = part("call"), part("menu-choice", 5), part("queue-left", 40, queue="hangup")
TALK, AGAIN = part("call-leg", 80, dial="completed"), part("call-leg", 95, dial="completed")
RETURNED = part("call-returned", 82)
COURSES: list[tuple[str, list[Part], CallEnding | None, int | None]] = [
    ("goes on", [CALL, KEY, leg("in-progress", 20)], None, None),
    ("a leg that ends does not end the call", [CALL, KEY, leg("completed", 20)], None, None),
    ("nothing but its end is known", [over()], CallEnding.ABANDONED, 0),
    ("hung up in the menu", [CALL, over(7)], CallEnding.ABANDONED, 7),
    ("broke down", [CALL, over(7, "failed")], CallEnding.FAILED, 7),
    ("hung up while waiting", [CALL, KEY, LEFT, over(40)], CallEnding.ABANDONED_WAITING, 40),
    ("hung up while it rang", [CALL, leg("ringing", 9), over(20)], CallEnding.ABANDONED_WAITING, 20),
    ("no answer anywhere", [CALL, part("call-leg", 30, dial="no-answer"), over()], CallEnding.ABANDONED_WAITING, 90),
    ("talked", [CALL, KEY, leg("in-progress", 20), leg("completed", 80), TALK, over()], CallEnding.ANSWERED, 20),
    ("talked after another did not answer", [part("call-leg", dial="busy"), TALK, over()], CallEnding.ANSWERED, 90),
    ("hung up on the whisper", [part("call-leg", dial="completed", bridged="false"), over()],
     CallEnding.ABANDONED_WAITING, 90),
    ("the end of dialling is lost", [leg("completed", 80, call_seconds="60"), over()], CallEnding.ANSWERED, 90),
    ("the leg was never talked on", [leg("completed", 80, call_seconds="0"), over()], CallEnding.ABANDONED_WAITING, 90),
    ("a machine answered the leg", [leg("completed", 80, call_seconds="60", answered_by="machine_start"), over()],
     CallEnding.ABANDONED_WAITING, 90),
    ("a person answered the leg", [leg("completed", 80, call_seconds="60", answered_by="human"), over()],
     CallEnding.ANSWERED, 90),
    ("nobody took the leg, and another was rung", [leg("completed", 30, call_seconds="12"), leg("ringing", 32), over()],
     CallEnding.ABANDONED_WAITING, 90),
    ("nobody took the leg, and the caller waited on", [leg("completed", 30, call_seconds="12"),
                                                      part("queue-left", 60, queue="hangup"), over()],
     CallEnding.ABANDONED_WAITING, 90),
    ("a colleague talked to the caller, and moved them on", [leg("completed", 70, call_seconds="60"),
                                                             leg("ringing", 72), over()], CallEnding.ANSWERED, 90),
    ("cut off from their colleague, and gave up", [TALK, RETURNED, LEFT, over()], CallEnding.ABANDONED_WAITING, 90),
    ("cut off, and talked to again", [TALK, RETURNED, AGAIN, over(99)], CallEnding.ANSWERED, 99),
    ("another system says that it was answered", [part("call-answered", 3), over()], CallEnding.ANSWERED, 3),
    ("left a message", [CALL, LEFT, part("voicemail", 60, recording_seconds="9"), over()], CallEnding.VOICEMAIL, 90),
    ("the recording alone tells of it", [part("recording", 99, recording_seconds="9", recording_source="RecordVerb"),
                                         over()], CallEnding.VOICEMAIL, 90),
    ("said nothing after the beep", [CALL, part("voicemail", 60, recording_seconds="0"), over()],
     CallEnding.ABANDONED, 90),
    ("a talk that was recorded is no message", [part("recording", 99, recording_seconds="9",
                                                    recording_source="DialVerb"), over()], CallEnding.ABANDONED, 90),
]  # fmt: skip


@pytest.mark.parametrize("parts,outcome,waited", [case[1:] for case in COURSES], ids=[case[0] for case in COURSES])
def test_course(parts: list[Part], outcome: CallEnding | None, waited: int | None) -> None:
    course = course_of([CALL, *parts] if waited else parts)
    assert (course.outcome, course.over, course.waited) == (outcome, outcome is not None, waited)


@pytest.mark.parametrize(
    "told,seconds",
    [({"call_seconds": "42"}, 42), ({}, 90), ({"call_seconds": "many"}, 90), ({"call_seconds": "9" * 40}, 90)],
)
def test_how_long_it_was_is_told_or_worked_out(told: Mapping[str, str], seconds: int) -> None:
    assert course_of([CALL, over(90, **told)]).seconds == seconds


EVERY = [each for case in COURSES for each in case[1]]


@given(st.lists(st.sampled_from(EVERY), max_size=9), st.randoms(use_true_random=False))
def test_order_and_repeats_say_nothing(parts: list[Part], chance: Any) -> None:
    shuffled = [*parts, *parts[:3]]
    chance.shuffle(shuffled)
    assert course_of(shuffled) == course_of(parts)


@given(st.lists(st.sampled_from(EVERY), max_size=9), st.sampled_from(EVERY))
def test_a_call_that_is_over_stays_so_whatever_else_comes(parts: list[Part], more: Part) -> None:
    before, after = course_of([*parts, over(90)]), course_of([*parts, over(90), more])
    assert after.over
    assert after.outcome is not None
    says_more = more["part"] in ("call-leg", "queue-left") or "parent_call" in more["facts"]
    assert (before.outcome == CallEnding.ANSWERED) <= (after.outcome == CallEnding.ANSWERED or says_more)


def test_nothing_is_known_of_no_call() -> None:
    assert course_of([]) == Course()
