"""What holds of every plan, for arbitrary catalogues, people and intents."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.clock import calendar_of
from rules.landlord import Ruleset
from rules.plan import Intent, Person, allowed_channels, merge_strictest, plan
from rules.times import window
from tests.unit.rules_plan.made import ADJUSTMENT_KEYS, DETAILS, INTENTS, MOMENTS, PERSONS, catalogues

KEYS = st.sampled_from(ADJUSTMENT_KEYS)


@given(INTENTS, PERSONS, catalogues(), MOMENTS)
def test_never_a_channel_that_an_adjustment_forbids(what: Intent, who: Person, rules: Ruleset, now: datetime) -> None:
    found = plan(what, who, rules, now)
    for key in who.adjustments:
        held = rules.adjustments.get(key)
        if held and found.channel:
            assert found.channel not in held.never
            assert not held.only or found.channel in held.only


@given(INTENTS, PERSONS, catalogues(), MOMENTS)
def test_never_an_address_that_the_channel_does_not_reach(
    what: Intent, who: Person, rules: Ruleset, now: datetime
) -> None:
    found = plan(what, who, rules, now)
    assert (found.channel is None) == (found.address is None)
    if found.channel and found.address:
        channel = rules.channels[found.channel]
        theirs = any((point.kind, point.value) == (channel.reaches, found.address) for point in who.points)
        wrote = rules.channels.get(what.channel)
        kind = what.address_kind or (wrote.reaches if wrote else "")
        assert theirs or (kind, what.address) == (channel.reaches, found.address)
        assert channel.outbound
        assert (found.channel, found.address) not in who.opted_out
        assert theirs or not any(rules.adjustments[key].safety for key in who.adjustments if key in rules.adjustments)


@given(INTENTS, PERSONS, catalogues(), MOMENTS)
def test_a_plan_can_be_followed_or_says_why_a_person_has_to(
    what: Intent, who: Person, rules: Ruleset, now: datetime
) -> None:
    found = plan(what, who, rules, now)
    assert found.to_person or found.channel
    if not found.to_person and found.channel:
        assert rules.channels[found.channel].spoken == (what.purpose == "callback")
        assert all(key in rules.adjustments for key in who.adjustments)
    assert plan(what, who, rules, now) == found


@given(PERSONS, KEYS, DETAILS, catalogues())
def test_another_adjustment_never_allows_more(who: Person, key: str, detail: str, rules: Ruleset) -> None:
    more = {**who.adjustments, key: detail}
    assert allowed_channels(more, rules) <= allowed_channels(who.adjustments, rules)


@given(INTENTS, PERSONS, KEYS, catalogues(), MOMENTS)
def test_another_adjustment_never_lets_out_what_went_to_a_person(
    what: Intent, who: Person, key: str, rules: Ruleset, now: datetime
) -> None:
    if key not in who.adjustments and plan(what, who, rules, now).to_person:
        assert plan(what, replace(who, adjustments={**who.adjustments, key: ""}), rules, now).to_person


@given(INTENTS, st.lists(PERSONS, min_size=1, max_size=3), catalogues(), MOMENTS)
def test_ambiguity_never_allows_what_any_candidate_forbids(
    what: Intent, candidates: list[Person], rules: Ruleset, now: datetime
) -> None:
    merged = merge_strictest(candidates)
    found = plan(what, merged, rules, now)
    for each in candidates:
        assert allowed_channels(merged.adjustments, rules) <= allowed_channels(each.adjustments, rules)
        assert found.channel is None or found.channel in allowed_channels(each.adjustments, rules)
        assert found.channel is None or (found.channel, found.address) not in each.opted_out
        held = [rules.adjustments[key] for key in each.adjustments if key in rules.adjustments]
        assert not found.voicemail or all(adjustment.voicemail for adjustment in held)
        assert not found.caller_identity or all(adjustment.caller_identity for adjustment in held)


@given(INTENTS, PERSONS, catalogues(), MOMENTS)
def test_nothing_goes_out_outside_the_times_of_a_safety_adjustment(
    what: Intent, who: Person, rules: Ruleset, now: datetime
) -> None:
    found = plan(what, who, rules, now)
    moment = calendar_of(rules.landlord).local(found.not_before or now)
    minute = moment.hour * 60 + moment.minute
    for key, detail in who.adjustments.items():
        held = rules.adjustments.get(key)
        if held and held.times and held.safety and not found.to_person:
            assert any(start <= minute < end for start, end in window(detail) or ())


@given(INTENTS, PERSONS, catalogues(), MOMENTS)
def test_wishes_only_order(what: Intent, who: Person, rules: Ruleset, now: datetime) -> None:
    with_wishes, without = plan(what, who, rules, now), plan(what, replace(who, preferences=()), rules, now)
    assert (with_wishes.channel is None) == (without.channel is None)
    assert bool(with_wishes.to_person) == bool(without.to_person)
