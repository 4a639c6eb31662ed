"""What a person's adjustments, taken together, allow and ask for; the catalogue alone says what each one means.

An adjustment only ever narrows: it takes channels and times away, or adds something to do. What cannot be applied with
certainty (not in the catalogue, its detail missing, at odds with another) is *unsettled* and goes to a colleague.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rules.intent import Person
from rules.landlord import Adjustment, Ruleset
from rules.times import Window, window


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """The sum of the adjustments. `safe_times` are those of safety adjustments, which hold in an emergency too."""

    allowed: frozenset[str]
    safety: bool
    formats: tuple[str, ...]
    call_prefix: str
    interpreter: str
    voicemail: bool
    caller_identity: bool
    skip_menu: bool
    extra_time: bool
    slower_speech: bool
    times: tuple[Window, ...]
    safe_times: tuple[Window, ...]
    instructions: tuple[str, ...]
    because: tuple[str, ...]
    unsettled: tuple[str, ...]
    recording: bool = True


def constraints(person: Person, ruleset: Ruleset) -> Constraints:
    """What holds for this person, on every channel and for every purpose."""
    if not person.adjustments and not person.doubts:
        return _nothing_asked(ruleset)
    return _asked(person, ruleset)


@lru_cache(maxsize=16)
def _nothing_asked(ruleset: Ruleset) -> Constraints:
    """What holds for the many who have no adjustment, worked out once."""
    return _asked(Person(), ruleset)


def _asked(person: Person, ruleset: Ruleset) -> Constraints:
    known = {key: ruleset.adjustments[key] for key in person.adjustments if key in ruleset.adjustments}
    held = tuple(sorted(known.values(), key=lambda adjustment: (not adjustment.safety, adjustment.key)))
    windows = {each.key: window(person.adjustments[each.key]) for each in held if each.times}
    return Constraints(
        allowed=allowed_channels(person.adjustments, ruleset),
        safety=any(each.safety for each in held),
        formats=_union(each.formats for each in held),
        call_prefix=next((each.call_prefix for each in held if each.call_prefix), ""),
        interpreter=" and ".join(_union(_languages(each, person) for each in held)),
        voicemail=all(each.voicemail for each in held),
        recording=all(each.recording for each in held),
        caller_identity=all(each.caller_identity for each in held),
        skip_menu=any(each.skip_menu for each in held),
        extra_time=any(each.extra_time for each in held),
        slower_speech=any(each.slower_speech for each in held),
        times=tuple(found for found in windows.values() if found),
        safe_times=tuple(found for key, found in windows.items() if found and known[key].safety),
        instructions=_union((*each.instructions, *_detail(each, person)) for each in held),
        because=_union(_limits(each) for each in held),
        unsettled=tuple(_unsettled(person, ruleset, held, windows)),
    )


def allowed_channels(adjustments: Iterable[str], ruleset: Ruleset) -> frozenset[str]:
    """The channels that none of these adjustments forbids; more adjustments never allow more channels."""
    allowed = frozenset(ruleset.channels)
    for key in adjustments:
        adjustment = ruleset.adjustments.get(key)
        if adjustment:
            allowed -= frozenset(adjustment.never)
            allowed &= frozenset(adjustment.only or allowed)
    return allowed


def _unsettled(
    person: Person, ruleset: Ruleset, held: tuple[Adjustment, ...], windows: Mapping[str, Window | None]
) -> Iterable[str]:
    yield from person.doubts
    for key in person.adjustments:
        if key not in ruleset.adjustments:
            yield f"The record has the adjustment “{key}”, which the catalogue does not explain."
    for each in held:
        detail = person.adjustments[each.key].strip()
        if each.interpreter == "customer":
            if not _languages(each, person):
                yield f"“{each.name}” does not say which language, and the record has none."
        elif not detail and (each.needs_detail or each.times):
            yield f"“{each.name}” needs a detail, and the record has none."
        if each.times and detail and windows[each.key] is None:
            yield f"The times of “{each.name}” cannot be read ({detail}): write them like 09:00-12:00."
    yield from _contradictions(person, ruleset, held)


def _contradictions(person: Person, ruleset: Ruleset, held: tuple[Adjustment, ...]) -> Iterable[str]:
    if held and not allowed_channels(person.adjustments, ruleset):
        limiting = " and ".join(f"“{each.name}”" for each in held if each.only or each.never)
        yield f"{limiting} together leave no channel at all."
    if len({each.call_prefix for each in held if each.call_prefix}) > 1:
        yield "Two adjustments want different prefixes dialled before the number."
    if person.ambiguous and any(each.safety for each in held):
        yield "It is not certain which customer this is, and for one of them a message could be dangerous."


def _languages(adjustment: Adjustment, person: Person) -> tuple[str, ...]:
    if adjustment.interpreter != "customer":
        return (adjustment.interpreter,) if adjustment.interpreter else ()
    language = person.adjustments[adjustment.key].strip() or person.language
    return (language,) if language else ()


def _detail(adjustment: Adjustment, person: Person) -> tuple[str, ...]:
    """What the record says more; which language it is stands with the interpreter."""
    detail = person.adjustments[adjustment.key].strip()
    return (f"{adjustment.name}: {detail}",) if detail and adjustment.interpreter != "customer" else ()


def _limits(adjustment: Adjustment) -> Iterable[str]:
    if adjustment.only:
        yield f"“{adjustment.name}”: only by {' or '.join(adjustment.only)}."
    if adjustment.never:
        yield f"“{adjustment.name}”: never by {' or '.join(adjustment.never)}."


def _union(many: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for some in many for each in some))
