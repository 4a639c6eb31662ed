"""What a colleague does with their call at the console: hold, bring somebody in, let them go, hand the caller over.

What is meant is kept first, then the provider is told; where it cannot be, what was kept is taken back and the refusal
says how things stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from channels import twilio_calls
from channels.senders import Result, Sent
from router import logs
from router.calls import ring_seconds
from router.clients import http_client
from router.enquiry.actions import RefusedError
from router.live import LiveRuleset
from router.senders import twilio_config
from router.services import Services
from router.store import brought_in, contacts, live_calls
from router.store import calls as store
from router.store.brought_in import third_of
from router.store.calls import Line
from router.store.engine import begin_read
from router.store.live_calls import CALL_BROUGHT_IN, CALL_HELD, CALL_LET_GO, CALL_RESUMED, Happened
from router.store.rows import Row
from router.telephony import rooms, talks
from router.telephony.gate import number_rung
from router.telephony.handing import (
    GONE_ON,
    HUNG_UP,
    NOT_SET_UP,
    PERHAPS,
    CallAndEnquiry,
    HandOn,
    check_order,
    check_reachable,
    entitled,
    kept,
    known_of,
)
from router.telephony.moving import address_of, can_move, send
from router.telephony.talks import How, talk_of
from router.telephony.waiting import GRACE
from rules.landlord import Phone

NO_LEG: Final = "It is not known yet on which line you talk, so the caller cannot be held. Look again in a moment."
NOT_HELD: Final = "The provider could not be reached, so the caller is not on hold: they still hear you. Try again."
STILL_HELD: Final = "The provider could not be reached, so the caller is still on hold. Try again."
NOT_RUNG: Final = (
    "Nobody could be rung: the provider did not take it. The caller is on hold: take them off it, or try again."
)
STILL_HERE: Final = "The provider could not be reached, so they are still in the call, or being rung. Try again."
SOMEBODY_IS_RUNG: Final = "Somebody is in this call already, or is being rung for it. Let them go first."
IN_USE: Final = (
    "They are on the telephone just now, so the caller stays with you. Choose another telephone, or try again."
)
NOBODY_IS_HERE: Final = "Nobody has come into the call who could take the caller. Wait until they are here."
NO_SERVICE: Final = "The landlord's YAML names no interpreting service (`interpreter` in `calls`)."


@dataclass(frozen=True, slots=True)
class Control:
    """One wish of a colleague's, with what the record has on its call."""

    services: Services
    wish: HandOn
    known: CallAndEnquiry
    now: datetime
    live: LiveRuleset

    @property
    def row(self) -> Row:
        """The call as it was when the button was pressed."""
        return self.known.row

    def change(self, how: How, happened: Happened | None = None, line: Line | None = None) -> Row | None:
        """Change the call if it is still at the attempt that was seen, and a telephone free; as it is then, or None."""
        turn = self.wish.turn

        def if_seen(row: Row) -> Row | None:
            return how(row) if row["turn"] == turn else None

        step = live_calls.CallChange(self.row["contact_id"], self.now, if_seen, happened, line)
        return self.services.writer.submit(live_calls.change, step).result()

    def happened(self, kind: str, **data: Any) -> Happened:
        """Something that was done, by whoever wished it."""
        return Happened(kind, self.known.enquiry["id"], self.wish.actor.name, data)

    def sent(self, leg: str, place: str, said: str, before: Row) -> None:
        """Have a leg sent somewhere; where it is certain that it was not, take back what was kept, and refuse."""
        result = send(self.services, leg, place)
        if isinstance(result, Sent) or result.reason in PERHAPS:
            return
        logs.log("call.not-moved", contact=self.row["contact_id"], outcome=result.reason)
        self.change(talks.undone(before))
        raise RefusedError(HUNG_UP if result == twilio_calls.GONE else said)


def control_of(services: Services, wish: HandOn) -> Control:
    """A wish with what the record has; raises RefusedError where it may not be, or the call has gone on since."""
    known, live = known_of(services, wish.contact_id), services.live.current()
    wish = entitled(wish, known, live)
    if not can_move(services, known.row):
        raise RefusedError(NOT_SET_UP)
    if known.row["turn"] != wish.turn or known.row["stage"] != store.TALKING:
        raise RefusedError(GONE_ON)
    return Control(services, wish, known, services.clock(), live)


def hold(services: Services, wish: HandOn) -> None:
    """Put the caller on hold; raises RefusedError."""
    _hold(control_of(services, wish))


def _hold(control: Control, third: Row | None = None, phone: Phone | None = None) -> None:
    """Hold the caller: the colleague goes into the room, and the caller out of it where both are there already.

    The telephone of somebody who is to be rung meanwhile is kept for that, and has to be free.
    """
    row, talk = control.row, talk_of(control.row)
    if not row["leg"]:
        raise RefusedError(NO_LEG)
    if third and third_of(row):
        raise RefusedError(SOMEBODY_IS_RUNG)
    if talk and talk["mode"] == talks.HELD and third is None:
        return
    enquiry = control.known.enquiry["id"]
    line = Line(phone.address, phone.at_once) if phone else None
    if control.change(talks.hold(control.now, enquiry, third), line=line) is None:
        raise RefusedError(GONE_ON if phone is None or _free(control, [phone]) else IN_USE)
    if talk is None:
        control.sent(row["leg"], f"{rooms.ROOM}?call={row['call']}", NOT_HELD, row)
    elif talk["mode"] == talks.TOGETHER:
        control.sent(row["call"], rooms.HELD, NOT_HELD, row)
    if talk is None or talk["mode"] == talks.TOGETHER:
        control.change(_as_it_is, control.happened(CALL_HELD))


def _as_it_is(row: Row) -> Row:
    """No change at all, for what only has to be told."""
    return {"live": row["live"]}


def resume(services: Services, wish: HandOn) -> None:
    """Take the caller off hold, to talk with everybody in the room; raises RefusedError."""
    _resume(control_of(services, wish))


def _resume(control: Control) -> None:
    before = known_of(control.services, control.wish.contact_id).row
    if control.change(talks.resume(control.now)) is None:
        return
    control.sent(before["call"], rooms.ROOM, STILL_HELD, before)
    control.change(_as_it_is, control.happened(CALL_RESUMED))


def bring_in_team(services: Services, wish: HandOn) -> None:
    """Hold the caller and ring another team, to talk to them first and hand the caller over; raises RefusedError."""
    control = control_of(services, wish)
    wish = control.wish
    check_reachable(wish, control.live, control.now)
    check_order(wish, control.known, control.live, control.now)
    phone = _telephone(control)
    third = kept(replace(wish, phone=phone.address), control.known, control.now)
    until = (control.now + timedelta(seconds=ring_seconds(control.live)) + GRACE + store.DECIDES).isoformat()
    third |= {"kind": talks.TEAM, "confirm": phone.confirm, "stage": brought_in.RINGING, "leg": "", "until": until}
    to = f"client:{phone.address}" if phone.reach == "client" else phone.address
    _bring_in(control, third, {"To": to}, control.happened(CALL_BROUGHT_IN, to=wish.to), phone)


def bring_in_interpreter(services: Services, wish: HandOn) -> None:
    """Hold the caller and ring the interpreting service, with our code once it answers; raises RefusedError."""
    control = control_of(services, wish)
    flow = control.live.ruleset.calls
    service = flow.interpreter if flow else None
    if service is None:
        raise RefusedError(NO_SERVICE)
    third: Row = {"key": wish.key, "kind": talks.INTERPRETER, "stage": brought_in.RINGING, "leg": "", "to": ""}
    form = {"To": service.number} | ({"SendDigits": service.code} if service.code else {})
    _bring_in(control, third, form, control.happened(CALL_BROUGHT_IN))


def _telephone(control: Control) -> Phone:
    """The telephone of a team that is wanted, or the first that is free; raises RefusedError where it is in use."""
    phones, wanted = control.live.ruleset.teams[control.wish.to].telephones, control.wish.phone
    free = _free(control, [phone for phone in phones if wanted in ("", phone.address)])
    if not free:
        raise RefusedError(IN_USE)
    return free[0]


def _free(control: Control, phones: Sequence[Phone]) -> list[Phone]:
    """Those of these telephones that can take another call."""
    lines = [Line(phone.address, phone.at_once) for phone in phones]
    with begin_read(control.services.record) as record:
        free = store.free(record, lines, control.now)
    return [phone for phone in phones if phone.address in free]


def _bring_in(
    control: Control, third: Row, form: dict[str, str], happened: Happened, phone: Phone | None = None
) -> None:
    _hold(control, third, phone)
    made = _rung(control, third["key"], form)
    if not isinstance(made, Sent):
        logs.log("call.not-made", contact=control.row["contact_id"], outcome=made.reason)
        control.change(talks.third_is(third["key"], brought_in.GONE))
        raise RefusedError(NOT_RUNG)
    if control.change(talks.rung(third["key"], made.provider_id), happened) is None:
        _not_needed(control, third["key"], made.provider_id)


def _not_needed(control: Control, key: str, leg: str) -> None:
    """End the call of somebody who was rung for a caller who is gone, or was let go again; raises RefusedError."""
    with begin_read(control.services.record) as record:
        row = store.get(record, control.row["contact_id"])
    if row is not None and (row["leg"] == leg or (third_of(row) or {}).get("key") == key):
        return
    twilio_calls.end(twilio_config(control.services.settings), leg, http_client())
    raise RefusedError(HUNG_UP if row is None or row["stage"] == store.OVER else GONE_ON)


def _rung(control: Control, key: str, form: dict[str, str]) -> Result:
    """Have the provider ring somebody, who comes into the room; from the number of ours that the caller rang."""
    with begin_read(control.services.record) as record:
        contact = contacts.load(record, [control.row["contact_id"]])[0]
    about = f"?call={control.row['call']}&key={key}"
    more = {
        "From": number_rung(contact) or control.services.settings.sms_from,
        "Url": address_of(control.services, rooms.BESIDE + about),
        "StatusCallback": address_of(control.services, rooms.THIRD + about),
        "Timeout": str(ring_seconds(control.live)),
    }
    return twilio_calls.make(twilio_config(control.services.settings), form | more, key, http_client())


def let_go(services: Services, wish: HandOn) -> None:
    """End the call of whoever was brought in; a colleague's caller is taken off hold then. Raises RefusedError."""
    control = control_of(services, wish)
    third = third_of(control.row)
    if third is None:
        return
    # Kept before their call is ended: its end is told to us by another request, which may be here first.
    control.change(talks.third_is(third["key"], brought_in.GONE))
    if third["leg"]:
        _end(control, third["leg"])
    control.change(_as_it_is, control.happened(CALL_LET_GO, to=third["to"]))
    if third["kind"] == talks.TEAM:
        _resume(control)


def _end(control: Control, leg: str) -> None:
    """Have the call of whoever was brought in ended; where it is certain that it was not, they are still here."""
    ended = twilio_calls.end(twilio_config(control.services.settings), leg, http_client())
    if isinstance(ended, Sent) or ended == twilio_calls.GONE or ended.reason in PERHAPS:
        return
    logs.log("call.not-ended", contact=control.row["contact_id"], outcome=ended.reason)
    control.change(talks.undone(control.row))
    raise RefusedError(STILL_HERE)


def complete(services: Services, wish: HandOn) -> None:
    """Hand the caller over to the colleague who was brought in: caller and enquiry are theirs. Raises RefusedError."""
    control = control_of(services, wish)
    third = third_of(control.row)
    if third is None or third["kind"] != talks.TEAM or third["stage"] != brought_in.HERE:
        raise RefusedError(NOBODY_IS_HERE)
    theirs = replace(control.wish, to=third["to"], phone=third["phone"], reason=third["reason"], note=third["note"])
    check_order(theirs, control.known, control.live, control.now)
    before = control.row
    if control.change(talks.complete(wish.key)) is None:
        raise RefusedError(GONE_ON)
    control.sent(before["call"], rooms.ROOM, STILL_HELD, before)
