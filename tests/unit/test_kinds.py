"""The kinds of messages are one list, though the rules may not import the channels'."""

from channels.inbound import MACHINES, Kind
from rules.fields import KINDS, MACHINE_KINDS


def test_rules_know_every_kind() -> None:
    assert set(KINDS) == set(Kind)
    assert set(MACHINE_KINDS) == MACHINES
