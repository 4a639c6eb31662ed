"""A landlord's YAML becomes a checked Ruleset, or every mistake in it with its place."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Final

from rules.check_adjustments import check_adjustments
from rules.check_line import check_line
from rules.check_messages import check_messages
from rules.compose import MOST_NODES, compose
from rules.findings import TooManyErrors
from rules.folder import MAKE_SMALLER, MOST_BYTES, TOO_LARGE
from rules.landlord import Landlord, Reason, Ruleset
from rules.loops import check_loops
from rules.model import REPLY, Mark
from rules.nodes import Map, Node, Scalar
from rules.notices import STANDARD_NOTICES
from rules.places import Places
from rules.problems import Problem, RulesetError, in_reading_order
from rules.read_adjustments import read_adjustment
from rules.read_calls import read_call_events, read_calls
from rules.read_hours import read_hours
from rules.read_journeys import read_journey, read_question
from rules.read_landlord import STANDARD_CHANNELS, read_channel, read_landlord, read_values
from rules.read_mailboxes import read_mailboxes
from rules.read_messages import STANDARD_REPLY, read_message
from rules.read_reasons import STANDARD_RESOLUTIONS, STANDARD_TRANSFERS, read_resolution, read_transfer_reason
from rules.read_rules import read_rules
from rules.read_teams import read_team
from rules.reading import Reading, texts
from rules.references import check_completeness, check_escalations, check_references, check_timescales
from rules.sections import Sections, gather, keyed
from rules.words_of_ours import STANDARD_WORDS

_NOBODY: Final = Landlord("", "Europe/London", "GB", "ENG", "")


def load(files: Mapping[str, bytes]) -> Ruleset:
    """The ruleset of a landlord's files (relative name -> bytes); raises RulesetError with every mistake in them."""
    return load_checked(files)[0]


def load_checked(files: Mapping[str, bytes]) -> tuple[Ruleset, tuple[Problem, ...]]:
    """The ruleset, and the warnings about it in reading order; raises RulesetError with every mistake beside them."""
    reading = Reading()
    ruleset = None
    with suppress(TooManyErrors):
        ruleset = _read(reading, files)
    problems = in_reading_order(reading.findings.problems)
    if ruleset is None or reading.findings.errors:
        raise RulesetError(problems)
    return ruleset, problems


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 in hex over the names and bytes of these files, in the order of their names."""
    whole = sha256()
    for name, data in sorted(files.items()):
        for part in (name.encode("utf-8", "surrogateescape"), data):
            whole.update(len(part).to_bytes(8, "big"))
            whole.update(part)
    return whole.hexdigest()


def _read(reading: Reading, files: Mapping[str, bytes]) -> Ruleset | None:
    start = Mark(min(files, default="."), 1, 1)
    if not files:
        reading.findings.error(start, "there are no YAML files", "a ruleset needs at least a landlord, teams and rules")
        return None
    if sum(map(len, files.values())) >= MOST_BYTES:
        reading.findings.error(start, TOO_LARGE, MAKE_SMALLER)
        return None
    sections = gather(reading, _composed(reading, files), start)
    ruleset = _ruleset(reading, sections, digest(files))
    if not reading.findings.partial:
        check_references(reading, ruleset)
        check_completeness(reading, ruleset, start)
        check_timescales(reading, ruleset)
        check_escalations(reading, ruleset)
        check_loops(reading, ruleset)
        if ruleset.calls:
            check_line(reading, ruleset, ruleset.calls, Places(*sections.once["calls"][0]))
        check_adjustments(reading, ruleset)
        check_messages(reading, ruleset)
    return ruleset


def _composed(reading: Reading, files: Mapping[str, bytes]) -> list[Map]:
    budget = MOST_NODES
    composed = []
    for name in sorted(files):
        sections, budget = compose(name, files[name], reading.findings, budget)
        composed.append(sections)
    return composed


def _ruleset(reading: Reading, sections: Sections, digest: str) -> Ruleset:
    """Read the sections, the landlord first: the zone of every time comes from there."""
    landlord = _landlord(reading, sections)
    channels = keyed(reading, sections.table("channels"), read_channel)
    channels = channels or {channel.key: channel for channel in STANDARD_CHANNELS}
    owner, handling = read_rules(reading, sections.listing("owner"), sections.listing("handling"))
    calls = [read_calls(reading, node) for node in sections.single("calls")]
    events = [read_call_events(reading, node) for node in sections.single("call_events")]
    urgent = [texts(reading, node) for node in sections.single("urgent")]
    return Ruleset(
        landlord=landlord,
        hours=keyed(reading, sections.table("hours"), read_hours),
        teams=keyed(reading, sections.table("teams"), partial(read_team, channels)),
        channels=channels,
        journeys=keyed(reading, sections.table("journeys"), read_journey),
        adjustments=keyed(reading, sections.table("adjustments"), read_adjustment),
        questions=keyed(reading, sections.table("questions"), read_question),
        messages={REPLY: STANDARD_REPLY, **STANDARD_NOTICES, **STANDARD_WORDS}
        | keyed(reading, sections.table("messages"), read_message),
        transfer_reasons=_reasons(reading, sections, "transfer_reasons", read_transfer_reason, STANDARD_TRANSFERS),
        resolutions=_reasons(reading, sections, "resolutions", read_resolution, STANDARD_RESOLUTIONS),
        calls=calls[0] if calls else None,
        call_events=events[0] if events else {},
        mailboxes=read_mailboxes(reading, sections),
        urgent=(urgent[0] or ()) if urgent else (),
        values=read_values(reading, sections.table("values")),
        owner=owner,
        handling=handling,
        digest=digest,
    )


def _reasons(
    reading: Reading,
    sections: Sections,
    name: str,
    read: Callable[[Reading, Scalar, Node], Reason],
    standard: Iterable[Reason],
) -> Mapping[str, Reason]:
    return keyed(reading, sections.table(name), read) or {reason.key: reason for reason in standard}


def _landlord(reading: Reading, sections: Sections) -> Landlord:
    written = [read_landlord(reading, node) for node in sections.single("landlord")]
    if written:
        return written[0]
    if not reading.findings.partial:
        hint = "add it, with `name` and `fallback`"
        reading.findings.error(sections.start, "there is no section `landlord`", hint)
    return _NOBODY
