"""Generated conditions, rulesets, facts and moments: every operator, groups inside groups inside groups."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from rules.landlord import Ruleset
from rules.model import All, Any, Condition, Not, Op, Test
from tests.unit.rules_deciding.builders import TEAMS, UTC, WEEK, asks, rule, ruleset

VALUES = {
    "channel": ("phone", "sms", "email", "chat"),
    "journey": ("gas-escape", "repair", "complaint"),
    "customer.tenure": ("leaseholder", "sheltered"),
    "sender.known": (True, False),
}
SETS = {
    "customer.household": ("young-child", "older-person", "pregnant"),
    "customer.adjustments": ("text-relay", "large-print"),
}
NUMBERS = {"repeat_contacts": (0, 1, 2, 3), "confidence": (0.2, 0.5, 0.9)}
WORDS = ("gas", "gas leak", "complain", "żółć", "the gas leak again", "Gas", "zolc", "气", "!")
PATTERNS = ("gas|leak", "(?i)GAS", "[0-9]+", "^a", "leak$", "")
ZONES = ("Europe/London", "UTC", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Africa/Casablanca")
"""Lord Howe changes its clocks by half an hour, Chatham is three quarters off, and St John's half of one."""
TEXTS = (
    "the gas leak again",
    "gas leaks",
    "Complaints about żółć",
    "a gas bill 42",
    "",
    "leak gas leak gas",
    "GAS",
    "zolc 漏气",
)
TIMES = ("00:00", "08:00", "09:30", "12:30", "22:00", "24:00")
DAYS = ("1 January", "29 February", "1 May", "31 October", "25 December")
DATES = ("2026-03-03", "2026-03-29", "2026-10-25", "2026-12-25")
MOMENTS = (
    "2026-03-03 10:00", "2026-03-29 00:59", "2026-03-29 01:00", "2026-10-25 00:30", "2026-10-25 01:30",
    "2026-12-25 11:00", "2026-12-26 08:00", "2026-12-28 10:30", "2026-04-30 23:00", "2024-02-29 23:30",
    "2026-03-07 12:00", "2026-06-01 21:00", "2026-06-01 20:59", "2026-05-04 09:30", "2026-03-04 12:29",
)  # fmt: skip


def listed(values: tuple) -> st.SearchStrategy[tuple]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple)


def tests_on(field: str, op: Op, operands: st.SearchStrategy[tuple]) -> st.SearchStrategy[Test]:
    return operands.map(lambda each: asks(field, op, *each))


def ordered_tests(field: str, points: tuple) -> list[st.SearchStrategy[Test]]:
    single = st.sampled_from(points).map(lambda each: (each,))
    pair = st.tuples(st.sampled_from(points), st.sampled_from(points))
    return [
        tests_on(field, Op.AT_LEAST, single),
        tests_on(field, Op.BELOW, single),
        tests_on(field, Op.BETWEEN, pair),
        tests_on(field, Op.IS, listed(points)),
    ]


def known_tests() -> list[st.SearchStrategy[Test]]:
    fields = (*VALUES, *SETS, *NUMBERS, "text", "subject")
    return [
        *(tests_on(field, Op.IS, listed(values)) for field, values in (VALUES | SETS).items()),
        *(tests_on(field, Op.ALL, listed(values)) for field, values in SETS.items()),
        *(each for field, points in NUMBERS.items() for each in ordered_tests(field, points)),
        tests_on("text", Op.MENTIONS, listed(WORDS)),
        tests_on("text", Op.MATCHES, listed(PATTERNS)),
        tests_on("subject", Op.IS, listed(TEXTS)),
        tests_on("subject", Op.MENTIONS, listed(WORDS)),
        st.builds(asks, st.sampled_from(fields), st.sampled_from((Op.PRESENT, Op.ABSENT))),
    ]


def moment_tests() -> list[st.SearchStrategy[Test]]:
    season = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))
    return [
        tests_on("hours", Op.OPEN, listed(tuple(TEAMS))),
        tests_on("hours", Op.CLOSED, listed(tuple(TEAMS))),
        tests_on("weekday", Op.IS, listed(WEEK)),
        tests_on("holiday", Op.IS, listed((True, False))),
        tests_on("season", Op.BETWEEN, season),
        *ordered_tests("time", TIMES),
        *ordered_tests("date", DATES),
    ]


def grown(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    groups = st.lists(inner, max_size=4).map(tuple)
    return st.one_of(inner.map(Not), groups.map(Any), groups.map(All))


conditions = st.recursive(st.one_of(*known_tests(), *moment_tests()), grown, max_leaves=8)


def clock_changes(zone: str) -> list[datetime]:
    """The quarters of an hour (UTC) of two years at which the clocks of a zone change."""
    start, there = datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    days = changed([start + timedelta(days=each) for each in range(2 * 365)], there)
    return [at for day in days for at in changed([day + timedelta(minutes=15 * each) for each in range(-96, 1)], there)]


def changed(moments: list[datetime], there: ZoneInfo) -> list[datetime]:
    """Those of these moments by which the clocks of a zone have changed since the one before."""
    offsets = [each.astimezone(there).utcoffset() for each in moments]
    return [at for at, before, after in zip(moments[1:], offsets, offsets[1:], strict=False) if before != after]


CHANGES = [each for zone in ZONES for each in clock_changes(zone)]

moments = st.one_of(
    st.sampled_from(MOMENTS).map(lambda each: datetime.fromisoformat(each).replace(tzinfo=UTC)),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(
        lambda change, seconds: change + timedelta(seconds=seconds),
        st.sampled_from(CHANGES),
        st.integers(-7200, 7200),
    ),
)

facts = st.fixed_dictionaries(
    {},
    optional={field: st.sampled_from((*values, *((values[0],)))) for field, values in VALUES.items()}
    | {field: st.frozensets(st.sampled_from((*values, "other"))) for field, values in SETS.items()}
    | {field: st.sampled_from((*points, -1, 0.7, 100)) for field, points in NUMBERS.items()}
    | {"text": st.sampled_from(TEXTS), "subject": st.sampled_from(TEXTS)},
)


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    """A landlord anywhere, who tells words apart in any way, with any rules."""
    owner = draw(st.lists(conditions, max_size=12))
    handling = draw(st.lists(conditions, max_size=4))
    made = ruleset(
        *(rule(f"owner {number}", when, list(TEAMS)[number % 5]) for number, when in enumerate(owner)),
        handling=tuple(rule(f"handling {number}", when) for number, when in enumerate(handling)),
    )
    home = replace(
        made.landlord,
        zone=draw(st.sampled_from(ZONES)),
        ignore_case=draw(st.booleans()),
        ignore_accents=draw(st.booleans()),
    )
    return replace(made, landlord=home)
