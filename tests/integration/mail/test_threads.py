"""Whose reply joins an enquiry: by token, then by reference, and only a participant whose mail is proven."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.inbound import Address, Inbound, Kind, PointKind
from router import outbound, tokens
from router.acting import Ordered, act
from router.enquiry.actions import Actor
from router.enquiry.orders import Resolve, Wait
from router.enquiry.state import fold
from router.services import Services
from router.store import enquiries, history, outbox
from router.store.engine import begin_read
from tests.landlord import publish_small, route_all, shown, small_landlord, take_in
from tests.messages import NOON, mail
from tests.servers.postbox import Postbox

PASS, FAIL, NONE = {"auth": "pass"}, {"auth": "fail"}, {}
JO, SAM = "jo@home.example", "sam@other.example"
REPAIRS = Address(PointKind.EMAIL, "repairs@mill-lane.example")
SUPERVISOR = Actor("user:1", everywhere=True)
LENIENT = b"  repairs@mill-lane.example: {journey: repair, account: repairs, authentication: participant}"


def decided(services: Services, inbound: Inbound) -> dict[str, Any]:
    """The decision on a mail that comes in now."""
    accepted = take_in(services, inbound)
    route_all(services)
    return shown(services, accepted.contact_id)["decision"]


def events_of(services: Services, enquiry_id: str) -> list[dict[str, Any]]:
    with begin_read(services.record) as record:
        return history.of_one(record, enquiry_id)


def kinds(services: Services, enquiry_id: str) -> list[str]:
    return [event["kind"] for event in events_of(services, enquiry_id)]


def token_for(services: Services, enquiry: Mapping[str, str], participant: str) -> str:
    return tokens.keys_of(services.settings).issue(enquiry["id"], enquiry["reference"], participant)


def tagged(token: str) -> tuple[Address, ...]:
    return (Address(PointKind.EMAIL, f"repairs+{token}@mill-lane.example"),)


def lenient(services: Services) -> None:
    files = dict(small_landlord().files)
    [name] = files
    strict = b"  repairs@mill-lane.example: {journey: repair, account: repairs}"
    assert strict in files[name]
    publish_small(services, {name: files[name].replace(strict, LENIENT)})


@pytest.mark.parametrize(
    "how, sender, facts, policy, joins",
    [
        # by reference: a participant, and proven
        ("reference", JO, PASS, "strict", True),
        ("reference", JO.upper(), PASS, "strict", True),
        ("reference", JO, NONE, "strict", False),
        ("reference", JO, FAIL, "strict", False),
        ("reference", SAM, PASS, "strict", False),
        ("reference", "jo+x@home.example", PASS, "strict", False),
        # where nobody checks mail and the landlord lets participants join
        ("reference", JO, NONE, "participant", True),
        ("reference", JO, PASS, "participant", True),
        ("reference", JO, FAIL, "participant", False),
        ("reference", SAM, NONE, "participant", False),
        # by token: only of use to whom it was made for
        ("token", JO, PASS, "strict", True),
        ("token", JO, NONE, "strict", False),
        ("token", JO, FAIL, "strict", False),
        ("token", SAM, PASS, "strict", False),
        ("token", JO, NONE, "participant", True),
        ("token", SAM, NONE, "participant", False),
    ],
)
def test_who_joins(services: Services, how: str, sender: str, facts: dict[str, str], policy: str, joins: bool) -> None:
    if policy == "participant":
        lenient(services)
    first = mail("the boiler is broken", JO, recipients=(REPAIRS,), facts=PASS)
    enquiry = decided(services, first)["enquiry"]
    names = (
        {"references": (first.message_id,), "recipients": (REPAIRS,)}
        if how == "reference"
        else {"recipients": tagged(token_for(services, enquiry, JO))}
    )
    reply = decided(services, mail("any news?", sender.lower(), facts=facts, **names))
    assert (reply["enquiry"]["id"] == enquiry["id"]) is joins
    assert reply["how"] == ("threaded" if joins else "opened")
    assert ("thread-unproven" in reply["marks"]) is not joins
    linked = [event for event in events_of(services, reply["enquiry"]["id"]) if event["kind"] == "linked"]
    assert [event["data"]["how"] for event in linked] == ([] if joins else ["unproven"])


@pytest.mark.parametrize("change", ["mac", "key", "reference", "participant"])
def test_a_token_that_is_not_ours_links_nothing(services: Services, change: str) -> None:
    enquiry = decided(services, mail("the boiler is broken", JO, facts=PASS))["enquiry"]
    token = token_for(services, enquiry, JO)
    other = decided(services, mail("there are rats in my loft", SAM, facts=PASS))["enquiry"]
    forged = {
        "mac": token[:-1] + ("a" if token[-1] != "a" else "b"),
        "key": ("aa" if token[:2] != "aa" else "bb") + token[2:],
        "reference": token[:2] + other["reference"].replace("-", "").lower() + token[11:],
        "participant": token_for(services, enquiry, "nobody@home.example"),
    }[change]
    reply = decided(services, mail("hello", "new@home.example", recipients=tagged(forged), facts=PASS))
    assert reply["how"] == "opened"
    assert reply["marks"] == []
    assert "linked" not in kinds(services, enquiry["id"]) + kinds(services, reply["enquiry"]["id"])


def test_what_is_unproven_joins_nothing_else_and_learns_nothing(
    services: Services, postbox: tuple[Postbox, int]
) -> None:
    first = mail("my boiler is broken", JO, recipients=(REPAIRS,), facts=PASS)
    enquiry = decided(services, first)["enquiry"]
    outbound.send_due(services)
    # The same words about the same matter from the same address: but for the doubt it would have joined.
    forged = mail("my boiler is broken", JO, recipients=(REPAIRS,), references=(first.message_id,))
    own = decided(services, forged)["enquiry"]
    assert own["id"] != enquiry["id"]
    outbound.send_due(services)
    acknowledged = [each for each in postbox[0].letters if each["To"] == JO]
    assert len(acknowledged) == 2
    text = str(acknowledged[1])
    assert own["reference"] in text
    assert enquiry["reference"] not in text
    assert first.message_id not in str(acknowledged[1]["In-Reply-To"])


def test_token_before_reference(services: Services) -> None:
    one = mail("my boiler is broken", JO, facts=PASS)
    two = mail("there are rats in my loft", JO, facts=PASS)
    by_reference, by_token = (decided(services, each)["enquiry"] for each in (one, two))
    both = mail(
        "hello", JO, facts=PASS, references=(one.message_id,), recipients=tagged(token_for(services, by_token, JO))
    )
    assert decided(services, both)["enquiry"]["id"] == by_token["id"]
    assert by_reference["id"] != by_token["id"]


def test_whoever_was_written_to_is_a_participant_by_the_id_of_what_they_got(
    services: Services, postbox: tuple[Postbox, int]
) -> None:
    enquiry = decided(services, mail("my boiler is broken", JO, facts=PASS))["enquiry"]
    outbound.send_due(services)
    ours = next(each for each in postbox[0].letters if each["To"] == JO)["Message-ID"].strip("<>")
    assert tokens.in_message_id(ours) is not None
    assert decided(services, mail("thanks", JO, facts=PASS, references=(ours,)))["enquiry"]["id"] == enquiry["id"]
    stranger = decided(services, mail("thanks", SAM, facts=PASS, references=(ours,)))
    assert (stranger["how"], "thread-unproven" in stranger["marks"]) == ("opened", True)


@pytest.mark.parametrize("days, how, state", [(13, "threaded", "open"), (15, "opened", "resolved")])
def test_a_reply_to_what_was_resolved(services: Services, days: int, how: str, state: str) -> None:
    first = mail("my boiler is broken", JO, facts=PASS)
    enquiry = decided(services, first)["enquiry"]
    act(services, Ordered(enquiry["id"], Resolve("answered", True), SUPERVISOR, "1"))
    later = replace(services, clock=lambda: NOON + timedelta(days=days))
    reply = mail("it broke again", JO, facts=PASS, references=(first.message_id,), received_at=later.clock())
    decision = decided(later, reply)
    assert decision["how"] == how
    with begin_read(services.record) as record:
        [row] = enquiries.get(record, [enquiry["id"]])
        told = [each for each in outbox.of(record, enquiry_id=decision["enquiry"]["id"]) if each["audience"] == "team"]
    assert row["state"] == state
    happened = kinds(services, enquiry["id"])
    if how == "threaded":
        assert decision["enquiry"]["id"] == enquiry["id"]
        assert happened[-2:] == ["reopened", "threaded"]
        assert row["resolved_at"] is None
        assert fold(events_of(services, enquiry["id"])).reopened == 1
        assert [each["values"]["news"] for each in told][-1] == "contact"
    else:
        [link] = [each for each in events_of(services, decision["enquiry"]["id"]) if each["kind"] == "linked"]
        assert (link["data"]["to"], link["data"]["how"]) == (enquiry["id"], "follows")


@pytest.mark.parametrize("kind", [Kind.AUTOMATIC_REPLY, Kind.BOUNCE])
@pytest.mark.parametrize("resolved", [False, True])
def test_machines_are_kept_with_what_they_are_about_and_change_nothing(
    services: Services, kind: Kind, resolved: bool
) -> None:
    first = mail("my boiler is broken", JO, facts=PASS)
    enquiry = decided(services, first)["enquiry"]
    wait = Wait(NOON + timedelta(days=3), "customer", "photos")
    act(services, Ordered(enquiry["id"], Resolve("answered", True) if resolved else wait, SUPERVISOR, "1"))
    with begin_read(services.record) as record:
        before = enquiries.get(record, [enquiry["id"]])
    machine = mail("I am away, a gas leak", JO, kind=kind, facts=PASS, references=(first.message_id,))
    decision = decided(services, machine)
    with begin_read(services.record) as record:
        assert enquiries.get(record, [enquiry["id"]]) == before
    # A report that names only what the customer wrote is about no message of ours.
    about = None if kind is Kind.BOUNCE else enquiry["id"]
    assert decision["how"] == "recorded"
    assert (decision["enquiry"] or {}).get("id") == about
    assert ("recorded" in kinds(services, enquiry["id"])) is (about is not None)


def test_a_machine_about_nothing_opens_nothing_and_has_an_owner(services: Services) -> None:
    accepted = take_in(services, mail("I am out of the office", kind=Kind.AUTOMATIC_REPLY))
    route_all(services)
    view = shown(services, accepted.contact_id)
    assert (view["state"], view["owner"]["key"]) == ("decided", "hub")
    assert (view["decision"]["enquiry"], view["messages"]) == (None, [])
