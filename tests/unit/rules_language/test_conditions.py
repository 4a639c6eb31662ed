"""Conditions mean what people read: values, lists, operators and groups, normalised for deciding."""

from dataclasses import replace

import pytest

from rules.fields import FIELDS, OPERATORS, FieldType
from rules.model import All, Any, Condition, Mark, Not, Op, Test
from rules.problems import Problem
from rules.read_tests import _OPERATORS
from tests.unit.rules_language.landlords import RULE, condition, loaded, problems_of

NOWHERE = Mark("", 0, 0)


def without_marks(tree: Condition) -> Condition:
    match tree:
        case Test():
            return replace(tree, mark=NOWHERE)
        case Not(inner):
            return Not(without_marks(inner))
        case All(parts):
            return All(tuple(map(without_marks, parts)))
        case Any(parts):
            return Any(tuple(map(without_marks, parts)))


def of(field: str, op: Op, *operands: str | float | bool) -> Test:
    return Test(field, op, operands, NOWHERE)


PHONE, EMAIL, GAS = (
    of("channel", Op.IS, "phone"),
    of("channel", Op.IS, "email"),
    of("journey", Op.IS, "gas-escape"),
)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("{}", All(())),
        ("channel: phone", PHONE),
        ("channel: [phone, email, phone]", of("channel", Op.IS, "phone", "email")),
        ("channel: {is: phone}", PHONE),
        ("channel: {any: [phone, email]}", of("channel", Op.IS, "phone", "email")),
        ("channel: {not: phone}", Not(PHONE)),
        ("channel: {not: [phone, email]}", Not(of("channel", Op.IS, "phone", "email"))),
        ("{channel: phone, journey: gas-escape}", All((PHONE, GAS))),
        ("all: [{channel: phone}, {journey: gas-escape}]", All((PHONE, GAS))),
        ("all: [{channel: phone}]", PHONE),
        ("any: [{channel: phone}, {journey: gas-escape}]", Any((PHONE, GAS))),
        ("not: {channel: phone}", Not(PHONE)),
        ("not: {channel: phone, journey: gas-escape}", Not(All((PHONE, GAS)))),
        ("not: [{channel: phone}, {journey: gas-escape}]", Not(Any((PHONE, GAS)))),
        ("not: [{channel: phone}]", Not(PHONE)),
        ("not: {not: {channel: phone}}", Not(Not(PHONE))),
        ("any: [{channel: phone, journey: gas-escape}, {channel: email}]", Any((All((PHONE, GAS)), EMAIL))),
        ("customer.household: young-child", of("customer.household", Op.IS, "young-child")),
        ("customer.household: {all: [young-child, pregnant]}",
         of("customer.household", Op.ALL, "young-child", "pregnant")),
        ("customer.adjustments: text-relay", of("customer.adjustments", Op.IS, "text-relay")),
        ("repeat_contacts: {at_least: 2, below: 5}",
         All((of("repeat_contacts", Op.AT_LEAST, 2), of("repeat_contacts", Op.BELOW, 5)))),
        ("repeat_contacts: 3", of("repeat_contacts", Op.IS, 3)),
        ("confidence: {between: [0.25, 1]}", of("confidence", Op.BETWEEN, 0.25, 1)),
        ("menu: 1", of("menu", Op.IS, "1")),
        ("menu: 0123", of("menu", Op.IS, "0123")),
        ("language: no", of("language", Op.IS, "no")),
        ("sender.known: no", of("sender.known", Op.IS, False)),
        ("sender.known: True", of("sender.known", Op.IS, True)),
        ("text: {mentions: rat}", of("text", Op.MENTIONS, "rat")),
        ("text: {mentions: [żółć, out of order, 18002]}", of("text", Op.MENTIONS, "żółć", "out of order", "18002")),
        (r"sender.address: {matches: '\.gov\.uk$'}", of("sender.address", Op.MATCHES, r"\.gov\.uk$")),
        ("hours: {open: hub}", of("hours", Op.OPEN, "hub")),
        ("hours: {closed: [hub, safer-estates]}", of("hours", Op.CLOSED, "hub", "safer-estates")),
        ("weekday: [Saturday, sunday]", of("weekday", Op.IS, "saturday", "sunday")),
        ("time: {between: [22:00, 6:30]}", of("time", Op.BETWEEN, "22:00", "06:30")),
        ("time: {at_least: 18.00}", of("time", Op.AT_LEAST, "18:00")),
        ("holiday: true", of("holiday", Op.IS, True)),
        ("season: {between: [31 October, 1 may]}", of("season", Op.BETWEEN, "31 October", "1 May")),
        ("season: {between: [Feb 29, 1 Sep]}", of("season", Op.BETWEEN, "29 February", "1 September")),
        ("date: {between: [2026-12-24, 2027-01-02]}", of("date", Op.BETWEEN, "2026-12-24", "2027-01-02")),
        ("date: {not: 2026-12-25}", Not(of("date", Op.IS, "2026-12-25"))),
        ("customer.tenure: {absent: true}", of("customer.tenure", Op.ABSENT)),
        ("customer.tenure: {present: yes}", of("customer.tenure", Op.PRESENT)),
        ("customer.patch: anything goes", of("customer.patch", Op.IS, "anything goes")),
    ],
)  # fmt: skip
def test_what_a_condition_means(written: str, expected: Condition) -> None:
    assert without_marks(condition(written)) == expected


def test_a_test_knows_where_it_stands() -> None:
    assert condition("all:\n- channel: phone\n- journey: gas-escape").conditions[1].mark == Mark("case.yaml", 9, 7)  # type: ignore[union-attr]


def errors(case: str) -> list[Problem]:
    return [problem for problem in problems_of(case) if problem.severity == "error"]


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_the_documented_example_of_a_field_is_a_condition(field: object) -> None:
    wanted = FIELDS[getattr(field, "name", "")]
    case = f"{RULE}    {wanted.example}\nteams:\n  repairs: {{name: Repairs, hours: office}}\n"
    complaints = [problem for problem in errors(case) if "there is no" not in problem.message]
    assert not [problem for problem in complaints if "not among the values" not in problem.message]


@pytest.mark.parametrize("kind", FieldType)
def test_every_operator_of_a_type_can_be_read(kind: FieldType) -> None:
    assert OPERATORS[kind]
    assert set(OPERATORS[kind]) <= set(_OPERATORS)


def test_a_list_of_values_that_the_landlord_gives_is_the_whole_list() -> None:
    said = errors(f"{RULE}    customer.patch: nroth\nvalues: {{customer.patch: [north]}}")
    assert [str(problem) for problem in said] == [
        "case.yaml:7:21: `nroth` is not among the values of customer.patch (did you mean `north`?)"
    ]


def test_nesting_is_kept_within_the_limit() -> None:
    deep = "not: {channel: phone}"
    for _ in range(10):
        deep = f"not: {{{deep}}}"
    assert loaded(f"{RULE}    {deep}").owner[0].when
