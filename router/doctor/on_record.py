"""Checks of the record, from what it said of itself: pure, but that the first of them has it asked."""

from datetime import timedelta

from router.doctor.findings import Finding, ok, warning, wrong
from router.doctor.look import Away, Look, Record

TESTED = 15
"""The oldest PostgreSQL that the tests run on."""

APART, FAR_APART = timedelta(seconds=2), timedelta(seconds=60)


def answers(look: Look) -> Finding:
    """Whether there is a record that can be read."""
    found = look.record
    if isinstance(found, Record):
        return ok("PostgreSQL answers." if found.server else f"{look.settings.data / 'firstcontact.db'} can be read.")
    if found.not_yet:
        return warning(f"{found.why[:1].upper()}{found.why[1:]}.", "Start `firstcontact serve`, which makes it.")
    why = found.why.rstrip(".?")  # the database's own sentence
    if look.settings.embedded:
        return wrong(f"The record cannot be read: {why}.", "See docs/operations.md, The record is away.")
    return wrong(f"The record cannot be reached: {why}.", "Is its server running, and DATABASE_URL right?")


def tables(look: Look) -> Finding | None:
    """Whether the tables are those of this version."""
    found = look.record
    if isinstance(found, Away):
        return None
    if found.newer:
        return wrong(f"{found.newer[:1].upper()}{found.newer[1:]}.", "Install that version, or restore a back-up.")
    if not found.is_current:
        return warning(
            "The tables are older than this version.", "Starting `firstcontact serve` brings them up to date."
        )
    return ok("The tables are those of this version.")


def writable(look: Look) -> Finding | None:
    """Whether anything can be written."""
    found = look.record
    if isinstance(found, Away) or not found.is_current:
        return None
    if found.unwritable:
        return wrong(
            f"Nothing can be written: {found.unwritable}.",
            "Look at its disk, its rights and, for a replica, its address.",
        )
    return ok("It can be written to.")


def server(look: Look) -> Finding | None:
    """Whether PostgreSQL is one that this is tested with, keeps what it commits, and can hold every script."""
    found = look.record
    if isinstance(found, Away) or found.server is None:
        return None
    if found.server.hasty:
        names = " and ".join(found.server.hasty)
        return wrong(f"{names} is off: what was acknowledged can be lost in a power cut.", f"Set {names} to on.")
    if found.server.encoding != "UTF8":
        return wrong(f"Its encoding is {found.server.encoding}.", "Make the database anew with encoding UTF8.")
    major = found.server.version // 10_000
    if major < TESTED:
        return warning(f"PostgreSQL {major} is older than {TESTED}, the oldest that is tested.", "Plan an upgrade.")
    return ok(f"PostgreSQL {major} keeps what it commits.")


def clock(look: Look) -> Finding | None:
    """Whether this machine's clock is the record's, and not behind what is in it."""
    found = look.record
    if isinstance(found, Away):
        return None
    if found.newest and found.newest > look.at + FAR_APART:
        return wrong(f"The clock is behind the newest contact, of {found.newest:%d %B %Y %H:%M} UTC.", "Set the clock.")
    apart = abs(found.server.clock - look.at) if found.server else timedelta(0)
    if apart > APART:
        said = f"This machine's clock and PostgreSQL's are {apart.total_seconds():,.0f} seconds apart."
        return (wrong if apart > FAR_APART else warning)(said, "Set both by a time server (NTP).")
    return ok("The clock agrees with the record.")
