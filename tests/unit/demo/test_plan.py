"""A morning's plan: the same from the same seed, within the shares that the landlord's figures have, and in order."""

import random
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import parse, read
from channels.email_auth import Trusted
from channels.inbound import Kind
from channels.numbers import read_number
from router.demo.arrivals import Arrival, Plan
from router.demo.dressing import right_key
from router.demo.letters import raw
from router.demo.people import (
    ADJUSTMENTS,
    READS_ENGLISH_BADLY,
    VULNERABILITIES,
    Person,
    customer_file,
    made_up,
)
from router.demo.plan import CHANNELS, GAS, MORNING, expected, plan
from router.importing import read_customers
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load
from tests.landlord import FOLDER

ROOT = Path(__file__).parents[3]
SEEDS = st.integers(0, 10_000)
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
LANDLORDS = {"sample": ROOT / "config", "small": FOLDER}


@cache
def ruleset(name: str = "sample") -> Ruleset:
    return load(read_folder(LANDLORDS[name]))


@cache
def morning(seed: int = 1) -> Plan:
    return plan(ruleset(), seed, MORNING)


@cache
def crowd() -> tuple[Person, ...]:
    return made_up(5_000, random.Random(1), ruleset())


@given(SEEDS, st.floats(1, 30), st.sampled_from(list(LANDLORDS)))
def test_the_same_seed_is_the_same_morning(seed: int, minutes: float, landlord: str) -> None:
    assert plan(ruleset(landlord), seed, minutes) == plan(ruleset(landlord), seed, minutes)


def test_another_seed_is_another_morning() -> None:
    assert morning(1) != morning(2)


@given(SEEDS, st.floats(1, 45), st.sampled_from(list(LANDLORDS)))
def test_everybody_comes_in_order_and_in_time(seed: int, minutes: float, landlord: str) -> None:
    arrivals = plan(ruleset(landlord), seed, minutes).arrivals
    assert [each.at for each in arrivals] == sorted(each.at for each in arrivals)
    assert all(0 <= each.at <= minutes for each in arrivals)
    assert len({each.key for each in arrivals}) == len(arrivals)
    assert all(each.channel in ruleset(landlord).channels for each in arrivals)
    assert all(each.journey in {"", *ruleset(landlord).journeys} for each in arrivals)


@pytest.mark.parametrize("minutes", [1, 30, 33, 120, MORNING])
def test_as_many_come_as_are_expected(minutes: float) -> None:
    counts = [len(plan(ruleset(), seed, minutes).arrivals) for seed in range(3)]
    assert sum(counts) / 3 == pytest.approx(expected(minutes), rel=0.12, abs=1)


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels_have_the_shares_of_a_month(channel: str) -> None:
    counted = Counter(each.channel for seed in range(3) for each in morning(seed).arrivals)
    share = CHANNELS[channel] / sum(CHANNELS.values())
    assert counted[channel] / counted.total() == pytest.approx(share, rel=0.25)


@pytest.mark.parametrize("need", VULNERABILITIES)
def test_people_have_the_shares_of_the_census(need: str) -> None:
    having = sum(need in person.vulnerabilities for person in crowd()) / len(crowd())
    assert having == pytest.approx(VULNERABILITIES[need], rel=0.3, abs=0.004)


def test_as_many_read_english_badly_as_the_census_counted() -> None:
    foreign = sum("interpreter" in person.adjustments for person in crowd()) / len(crowd())
    assert foreign == pytest.approx(READS_ENGLISH_BADLY, rel=0.25)


def test_every_adjustment_that_is_made_up_is_in_the_sample_catalogue() -> None:
    wanted = {word.partition("=")[0] for shares in ADJUSTMENTS.values() for word in shares}
    assert wanted <= set(ruleset().adjustments)


@given(SEEDS)
def test_a_morning_has_a_gas_escape(seed: int) -> None:
    assert any(each.journey == GAS for each in plan(ruleset(), seed, 10).arrivals)


@given(SEEDS, st.sampled_from(list(LANDLORDS)))
def test_everybody_can_be_imported_as_a_customer(seed: int, landlord: str) -> None:
    people = plan(ruleset(landlord), seed, 30).people
    sheet = read_customers(customer_file(people), ruleset(landlord), NOW)
    assert sheet.troubles == []
    assert [row["reference"] for row in sheet.customers] == [person.reference for person in people]


def ours(number: str) -> bool:
    """Whether it is one of the numbers that belong to nobody: Ofcom's for drama."""
    return number[:-3] in {"+447700900", "+442079460"} or (number[:3] == "+44" and number[6:10] == "4960")


@pytest.mark.parametrize("seed", range(3))
def test_nobody_has_a_number_or_a_mailbox_that_could_be_somebodys(seed: int) -> None:
    people = [each.person for each in morning(seed).arrivals] + list(morning(seed).people)
    assert all(ours(person.phone) and read_number(person.phone)[1] == "" for person in people)
    assert all(person.email.endswith(".example") for person in people if person.email)
    phones = [person.phone for person in morning(seed).people]
    assert len(set(phones)) == len(phones)


@given(SEEDS)
def test_nobody_uses_a_way_that_their_record_rules_out(seed: int) -> None:
    for arrival in plan(ruleset(), seed, 20).arrivals:
        for key in arrival.person.adjustments:
            duty = ruleset().adjustments[key]
            assert arrival.channel not in duty.never
            assert not duty.only or arrival.channel in duty.only


@given(SEEDS)
def test_who_asks_again_is_who_asked_first_and_comes_later(seed: int) -> None:
    arrivals = {each.key: each for each in plan(ruleset(), seed, 40).arrivals}
    for again in (each for each in arrivals.values() if each.again):
        first = arrivals[again.again]
        assert (first.person, first.journey) == (again.person, again.journey)
        assert first.at < again.at


@pytest.mark.parametrize(
    "journey,key",
    [
        ("gas-escape", "1"),
        ("emergency-repair", "1"),
        ("water-leak", "2"),
        ("routine-repair", "2"),
        ("rent-arrears", "3"),
        ("statutory-nuisance", "4"),
        ("service-charge", "5"),
        ("pest-control", "0"),
        ("", "0"),
    ],
)
def test_a_sensible_caller_presses_the_key_that_is_meant(journey: str, key: str) -> None:
    assert right_key(journey, ruleset()) == key


def letter(**changed: object) -> Arrival:
    person = Person("DEMO-1", "Jo Ürün", "+447700900100", "jo@home.example")
    given = {"key": "k1", "at": 1.0, "channel": "email", "person": person, "journey": "", "words": ("there are rats",)}
    return Arrival(**(given | {"subject": "Rats", "to": "hello@harbour-row.example"} | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed,kind,text",
    [
        ({}, Kind.MESSAGE, "there are rats"),
        ({"looks": "html"}, Kind.MESSAGE, "there are rats"),
        ({"looks": "quoted"}, Kind.MESSAGE, "there are rats"),
        ({"looks": "forwarded"}, Kind.MESSAGE, "Forwarded message"),
        ({"kind": Kind.AUTOMATIC_REPLY}, Kind.AUTOMATIC_REPLY, "away until Monday"),
        ({"kind": Kind.BOUNCE}, Kind.BOUNCE, "could not be delivered"),
    ],
)
def test_letters_are_what_mail_programs_write(changed: dict[str, object], kind: Kind, text: str) -> None:
    inbound = parse(raw(letter(**changed), "Harbour Row", NOW), NOW)
    assert inbound.kind is kind
    assert text in inbound.text
    assert [each.value for each in inbound.recipients] == ["hello@harbour-row.example"]


def test_a_letter_that_quotes_keeps_what_it_quotes_apart() -> None:
    inbound = parse(raw(letter(looks="quoted"), "Harbour Row", NOW), NOW)
    assert "> > Hello, I wrote" in inbound.whole
    assert "wrote" not in inbound.text


def test_a_letter_that_asks_again_names_the_first_one() -> None:
    inbound = parse(raw(letter(again="k0"), "Harbour Row", NOW), NOW)
    assert inbound.references == ("k0@mail.example",)


def test_a_letter_says_what_our_mail_server_found_out() -> None:
    trusted = Trusted(("mx.harbour-row.example",))
    checked = read(raw(letter(), "Harbour Row", NOW, "mx.harbour-row.example"), NOW, trusted=trusted)
    assert (checked.facts["auth"], checked.facts["aligned"]) == ("pass", "yes")
    assert read(raw(letter(), "Harbour Row", NOW), NOW, trusted=trusted).facts["auth"] == "none"


def test_every_mailbox_of_the_sample_says_who_checks_senders() -> None:
    assert {each.get("checked_by") for each in ruleset().mailboxes.values()} == {"mx.harbour-row.example"}
