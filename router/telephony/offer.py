"""The offer of a call back while a caller waits: who is made it, and the dialog in which they choose number and time.

At most three questions: whether it is to be the number that they ring from, else which, and when.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from channels.inbound import Address, PointKind
from channels.replies import Asked, CallSteps, Hangup, Keyed, Menu, Redirect, Reply, Step
from channels.ringable import WhyNot, digit_by_digit, keyed
from router import logs
from router.acting import Ordered, act
from router.calls import say
from router.enquiry import orders
from router.enquiry.actions import RefusedError
from router.live import LiveRuleset
from router.services import Services
from router.store import callbacks as store
from router.store.rows import Row
from router.telephony import offer_words as words
from router.telephony import ringing, waiting
from router.telephony.chooser import Dialog, can_be_rung, read, since
from router.telephony.placing import AGAIN, WAIT
from router.telephony.promising import ENGINE, OFFERED, promised, soon
from rules.callback_slots import CallbackSlot, slots

WHOSE, NUMBER, WHEN = "whose", "number", "when"
"""The steps of the dialog, each of which says what was asked: whose number, which one, and when."""

THIS, OTHER, WRONG = "1", "2", "*"
TURN: Final = "1"
BY_A_PERSON: Final = "They chose to be called back. Before anybody rings them, see what their adjustments ask for."


def in_dialog(what: Asked) -> bool:
    """Whether this is an answer to a question of the dialog, and not to the offer."""
    return what.about.get("step", "") in _STEPS


async def offered(services: Services, asked: Asked, row: Row, live: LiveRuleset) -> Reply:
    """The next question, the promise, or the waiting at the old place."""
    caller = (await asyncio.to_thread(read, services, row, live)).chooses
    now = services.clock()
    if caller is None or not can_be_rung(caller, live):
        return _back(asked, live)
    dialog = Dialog(asked, caller, live, now, since(asked, now))
    step = _STEPS.get(asked.about.get("step", ""))
    return await step(services, dialog) if step else _begun(dialog)


def _back(asked: Asked, live: LiveRuleset, *texts: str) -> Reply:
    """Go on waiting, at the same place."""
    flow = waiting.flow_of(live)
    said = (say(flow, text) for text in texts)
    return CallSteps((*said, Redirect(AGAIN if "loop" in asked.about else WAIT)))


def _begun(dialog: Dialog, *first: str, **more: str) -> Reply:
    own = dialog.caller.own
    if own is None:
        return _asked_for_number(dialog)
    question = words.own_number(digit_by_digit(own.value, dialog.region))
    prompts = dialog.say(*first, question, words.WHICH)
    return CallSteps((Menu(prompts, (THIS, OTHER), dialog.place(WHOSE, **more), _pace(dialog)),))


def _pace(dialog: Dialog) -> int:
    return dialog.flow.wait_seconds * (2 if dialog.caller.asked.extra_time else 1)


async def _whose(_: Services, dialog: Dialog) -> Reply:
    """It is to be the number that they ring from, or another one."""
    own = dialog.caller.own
    if dialog.what.key == THIS and own is not None:
        return _asked_when(dialog, own.value)
    if dialog.what.key == OTHER:
        return _asked_for_number(dialog)
    return _back(dialog.what, dialog.live, words.GO_ON) if dialog.is_again else _begun(dialog, again="1")


def _asked_for_number(dialog: Dialog, *first: str, **more: str) -> Reply:
    prompts = dialog.say(*first, words.KEY_IN)
    return CallSteps((Keyed(prompts, dialog.place(NUMBER, **more), _pace(dialog)),))


async def _number(services: Services, dialog: Dialog) -> Reply:
    """The number that they keyed in; one that we do not ring is asked for once more."""
    read = keyed(dialog.what.key, dialog.region)
    if isinstance(read, WhyNot):
        if dialog.is_again:
            return _back(dialog.what, dialog.live, words.REFUSALS[read], words.GO_ON)
        return _asked_for_number(dialog, words.REFUSALS[read], again="1")
    await services.writer.write(store.key_in, store.KeyedNumber(dialog.caller.contact_id, read.value, dialog.now))
    return _asked_when(dialog, read.value, other="1")


def _asked_when(dialog: Dialog, number: str, *first: str, **more: str) -> Reply:
    """The question when; a number that was keyed in is read back, and can be put right by a key."""
    found, other = _slots(dialog), "other" in more
    said = words.times(digit_by_digit(number, dialog.region), found, dialog.live.calendar, dialog.at)
    prompts = dialog.say(*first, *said, *([words.WRONG] if other else []))
    keys = (TURN, *(str(key) for key, _ in enumerate(found, 2)), *([WRONG] if other else []))
    at = str(int(dialog.at.timestamp()))
    return CallSteps((Menu(prompts, keys, dialog.place(WHEN, at=at, **more), _pace(dialog)),))


def _slots(dialog: Dialog) -> tuple[CallbackSlot, ...]:
    team = dialog.live.ruleset.teams.get(dialog.caller.team, dialog.live.ruleset.fallback)
    hours, length = dialog.live.ruleset.hours[team.hours], dialog.flow.callbacks.slot_hours
    # Counted from a whole second, because that is what the address of the answer holds.
    at = dialog.at.replace(microsecond=0)
    return slots(hours, dialog.live.calendar, at, length, dialog.caller.asked.times)


async def _when(services: Services, dialog: Dialog) -> Reply:
    """The promise, for as soon as it is their turn or for the time that they chose."""
    key, other = dialog.what.key, "other" in dialog.what.about
    if key == WRONG and other:
        return _asked_for_number(dialog)
    address = _chosen(dialog, other=other)
    times = {str(number): slot for number, slot in enumerate(_slots(dialog), 2)}
    within = dialog.flow.callbacks.promise_within
    times[TURN] = CallbackSlot(*soon(dialog.caller.team, within, dialog.live, dialog.now))
    if address is None:
        return _back(dialog.what, dialog.live, words.SORRY)
    if key not in times:
        if dialog.is_again:
            return _back(dialog.what, dialog.live, words.GO_ON)
        return _asked_when(dialog, address.value, again="1", **({"other": "1"} if other else {}))
    return await _promised(services, dialog, address, times[key])


def _chosen(dialog: Dialog, *, other: bool) -> Address | None:
    row = dialog.caller.row
    if not other:
        return dialog.caller.own
    return Address(PointKind.PHONE, row["number"]) if row and row["number"] else None


async def _promised(services: Services, dialog: Dialog, address: Address, slot: CallbackSlot) -> Reply:
    """Make the promise, on the enquiry first: what is promised there is owed, whatever happens to us now."""
    try:
        row = await asyncio.to_thread(_keep, services, dialog, address, slot, dialog.what.key)
    except RefusedError as refused:
        logs.log("call-back.refused", contact=dialog.caller.contact_id, kind=type(refused).__name__)
        return _back(dialog.what, dialog.live, words.SORRY)
    number, window = digit_by_digit(row["number"], dialog.region), CallbackSlot(row["starts"], row["ends"])
    said: tuple[Step, ...] = dialog.say(
        words.promise(number, window, dialog.live.calendar, dialog.now, turn=row["in_line"])
    )
    return CallSteps((*said, Hangup()))


def _keep(services: Services, dialog: Dialog, address: Address, slot: CallbackSlot, key: str) -> Row:
    caller = dialog.caller
    other = "" if caller.own and address.value == caller.own.value else address.value
    made = promised(services, caller.contact_id, caller.enquiry_id, slot, other)
    by_person = bool(caller.asked.unsettled) or not ringing.is_set_up(services.settings)
    if caller.asked.unsettled:
        note = orders.Note(BY_A_PERSON)
        act(services, Ordered(caller.enquiry_id, note, ENGINE, f"{OFFERED}note:{caller.contact_id}"))
    kept = store.Promised(
        caller.contact_id, caller.enquiry_id, made.id, address.value, address.prefix, made.starts, made.ends,
        dialog.now, key == TURN, by_person,
    )  # fmt: skip
    row: Row = services.writer.submit(store.promise, kept).result()
    return row


_STEPS: Mapping[str, Callable[[Services, Dialog], Awaitable[Reply]]] = {WHOSE: _whose, NUMBER: _number, WHEN: _when}
