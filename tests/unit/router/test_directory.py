"""Who it is, and whose matter: the customer's where there is exactly one, and never a guess."""

from typing import Any

import pytest

from router.directory import Customer, Identity, _party, is_doubted
from router.planning import person_of
from tests.unit.router.rows import MAILBOX, PHONE, contact, customer


@pytest.mark.parametrize(
    "row,candidates,party",
    [
        (contact(), (customer(),), "customer:k1"),
        (contact(), (), f"phone:{PHONE}"),
        (contact(), (customer(), customer(id="k2")), f"phone:{PHONE}"),
        (contact(sender={"kind": "email", "value": MAILBOX}), (), f"email:{MAILBOX}"),
        (contact(about={"kind": "email", "value": MAILBOX}), (), f"email:{MAILBOX}"),
        (contact(about={"kind": "email", "value": MAILBOX}), (customer(),), "customer:k1"),
        (contact(sender={"kind": "reference", "value": "HR-1"}), (), "reference:HR-1"),
        (contact(sender={"kind": "unknown", "value": "withheld"}), (), "contact:c1"),
        (contact(sender={"kind": "session", "value": "s"}), (), "contact:c1"),
        (contact(sender={"kind": "phone"}), (), "contact:c1"),
        (contact(about={"kind": "unknown", "value": "mum"}), (), "contact:c1"),
    ],
)
def test_whose_matter_it_is(row: dict[str, Any], candidates: tuple[Customer, ...], party: str) -> None:
    assert _party(row, Identity(candidates)) == party


@pytest.mark.parametrize(
    "candidates,one,ambiguous",
    [((), None, False), ((customer(),), "k1", False), ((customer(), customer(id="k2")), None, True)],
)
def test_one_none_or_several(candidates: tuple[Customer, ...], one: str | None, ambiguous: bool) -> None:
    identity = Identity(candidates)
    assert (identity.customer["id"] if identity.customer else None, identity.ambiguous) == (one, ambiguous)


def test_a_doubted_sender_is_nobody_and_the_strictest_is_planned_for() -> None:
    identity = Identity((customer(adjustments={"email-only": ""}),), doubted=True)
    assert (identity.customer, identity.ambiguous) == (None, True)
    assert set(person_of(identity).adjustments) == {"email-only"}
    assert (person_of(identity).name, person_of(identity).ambiguous) == ("", True)
    assert person_of(Identity((), doubted=True)).adjustments == {}


@pytest.mark.parametrize("auth, doubted", [({}, False), ({"auth": "pass"}, False), ({"auth": "none"}, False),
                                           ({"auth": "fail"}, True)])  # fmt: skip
def test_a_mail_that_failed_its_checks_is_doubted(auth: dict[str, str], doubted: bool) -> None:
    parts = [{"facts": {}}, {"facts": auth}]
    assert is_doubted(contact() | {"parts": parts}) is doubted


def test_of_several_the_strictest_person_is_planned_for() -> None:
    several = Identity(
        (customer(adjustments={"email-only": ""}), customer(id="k2", adjustments={"times": "10:00-14:00"}))
    )
    assert set(person_of(several).adjustments) == {"email-only", "times"}
    assert person_of(Identity(())).adjustments == {}
