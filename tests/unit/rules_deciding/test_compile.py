"""The structure behind deciding: it stays small, gives the same bytes everywhere, and is exact at its edges."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from rules.compile import compile_rules
from rules.decide import decide
from rules.judge import judge
from rules.masks import bits_of, line, lowest, mask_of, sweep, union
from rules.model import All, Any, Facts, Not, Op
from rules.planes import Plane
from rules.scan import scanner
from tests.unit.rules_deciding.builders import TUESDAY, asks, at, is_, mentions, rule, ruleset


def planes(plane: Plane) -> int:
    return 1 + sum(planes(inner) for inner in plane.inner)


CLAUSES = tuple(Any((is_("channel", "phone"), mentions(f"word{number}"))) for number in range(12))


@pytest.mark.parametrize(
    "condition, expected",
    [
        pytest.param(All(CLAUSES), 13, id="a conjunction of twelve choices is twelve planes, not 4,096"),
        pytest.param(Not(Any(tuple(Not(each) for each in CLAUSES))), 13, id="and the same behind negations"),
        pytest.param(Any(tuple(is_("customer.patch", str(n)) for n in range(1000))), 1, id="a long choice is a list"),
    ],
)
def test_groups_do_not_multiply(condition: All | Any | Not, expected: int) -> None:
    rules = [rule(f"rule {number}", condition) for number in range(50)]
    assert planes(compile_rules(ruleset(*rules)).plane) == expected


def test_a_rule_of_thousands_of_groups_is_decided_too() -> None:
    choices = tuple(
        Any((is_("channel", f"no-{number}", "phone"), mentions(f"word{number}"))) for number in range(3_000)
    )
    compiled = compile_rules(ruleset(rule("all of them", All(choices))))
    assert judge(compiled, {"channel": "phone"}, TUESDAY).winner == 0
    assert judge(compiled, {"channel": "no-7", "text": "word8"}, TUESDAY).winner == -1


MOMENTS = [
    pytest.param(asks("hours", Op.OPEN, "repairs"), "2026-03-30 08:00", True, id="09:00 in summer is 08:00 UTC"),
    pytest.param(asks("hours", Op.OPEN, "repairs"), "2026-03-27 08:00", False, id="but not in winter"),
    pytest.param(asks("hours", Op.OPEN, "repairs"), "2026-03-30 16:00", False, id="closed at the closing minute"),
    pytest.param(asks("hours", Op.OPEN, "repairs"), "2026-03-30 11:45", False, id="closed at midday"),
    pytest.param(asks("hours", Op.OPEN, "complaints"), "2026-12-25 10:00", False, id="closed at Christmas"),
    pytest.param(asks("hours", Op.OPEN, "emergency"), "2026-12-25 10:00", True, id="always is always"),
    pytest.param(asks("hours", Op.OPEN, "wardens"), "2026-03-29 01:30", True, id="02:30 after the clocks jumped"),
    pytest.param(asks("weekday", Op.IS, "monday"), "2026-06-07 23:30", True, id="already Monday here"),
    pytest.param(asks("holiday", Op.IS, True), "2026-12-28 10:00", True, id="a substitute day"),
    pytest.param(asks("time", Op.BETWEEN, "22:00", "06:00"), "2026-06-07 05:00", True, id="past midnight"),
    pytest.param(asks("time", Op.BETWEEN, "22:00", "06:00"), "2026-06-07 05:01", False, id="and no further"),
    pytest.param(asks("season", Op.BETWEEN, "31 October", "1 May"), "2026-05-01 22:59", True, id="the last day"),
    pytest.param(asks("season", Op.BETWEEN, "31 October", "1 May"), "2026-05-01 23:00", False, id="the next"),
    pytest.param(asks("date", Op.BELOW, "2026-06-08"), "2026-06-07 23:30", False, id="a date is local"),
]


@pytest.mark.parametrize("test, moment, holds", MOMENTS)
def test_moments_are_read_on_the_landlords_clock(test: Any, moment: str, holds: bool) -> None:
    assert judge(compile_rules(ruleset(rule("it", test))), {}, at(moment)).fits == holds


SCRIPT = """
from tests.unit.rules_deciding.test_compile import RULES, FACTS, TUESDAY, compile_rules, decide
print(decide(compile_rules(RULES), FACTS, TUESDAY).digest)
"""
RULES = ruleset(
    *(
        rule(f"{first} {second}", All((is_("channel", first, "chat"), Any((mentions(second), is_("language", "pl"))))))
        for first, second in product(("phone", "sms", "email"), ("gas", "leak", "complain"))
    )
)
FACTS: Facts = {"channel": "email", "text": "gas leak", "customer.household": frozenset("abc")}


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_digest_is_the_same_in_every_process(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == decide(compile_rules(RULES), FACTS, TUESDAY).digest


def test_a_digest_tells_trails_apart_that_lead_to_the_same_owner() -> None:
    compiled = compile_rules(RULES)
    digests = {decide(compiled, {"channel": channel}, TUESDAY).digest for channel in ("phone", "sms", "email", "post")}
    assert len(digests) == 4


def test_a_digest_is_of_the_trail_alone() -> None:
    """On what a rule failed that comes later, or that only would apply as well, is no part of it."""
    phone = rule("phone", is_("channel", "phone"))
    later = ruleset(phone, rule("both", All((is_("channel", "phone"), is_("language", "pl")))), handling=(phone,))
    compiled = compile_rules(later)
    digests = {decide(compiled, {"channel": "phone"} | more, TUESDAY).digest for more in ({}, {"language": "pl"})}
    assert len(digests) == 1


def test_threads_share_a_compiled_ruleset() -> None:
    compiled = compile_rules(RULES)
    expected = decide(compiled, FACTS, TUESDAY)
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: decide(compiled, FACTS, TUESDAY), range(200)))
    assert outcomes == [expected] * 200


@pytest.mark.parametrize(
    "text, found",
    [
        ("The GAS leaks!", ["gas leak", "gas"]),
        ("gas, and later a leak", ["gas"]),
        ("a leak of gas gas leak", ["gas leak", "gas"]),
        ("żółć", ["żółć"]),
        ("zolc \ud800 12", ["żółć", "[0-9]+"]),
        ("", []),
    ],
)
def test_one_scan_finds_all_that_is_asked_of_a_text(text: str, found: list[str]) -> None:
    asked = [mentions("gas leak"), mentions("gas"), mentions("żółć"), asks("text", Op.MATCHES, "[0-9]+")]
    words = scanner(asked)
    named = {words.asked(test)[0]: str(test.operands[0]) for test in asked}
    assert sorted(named[number] for number in words.found(text)) == sorted(found)


@pytest.mark.parametrize("memory", [1 << 17, 1 << 18, 1 << 26])
def test_patterns_too_large_for_one_automaton_are_tried_one_by_one(
    memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rules.scan._MEMORY", memory)
    tests = [asks("text", Op.MATCHES, f"word{number}[a-z]{{1,40}}x{number}") for number in range(40)]
    words = scanner(tests)
    assert words.found("a word7abcx7 and word39qx39") == {7, 39}


@pytest.mark.parametrize("mask", [0, 1, 2, 1 << 8, (1 << 30) | 5, (1 << 2000) | (1 << 64)])
def test_masks_and_bits_are_the_same_thing(mask: int) -> None:
    assert mask_of(bits_of(mask)) == mask
    assert lowest(mask) == next(bits_of(mask), -1)


@pytest.mark.parametrize(
    "ranges, expected",
    [
        ([], ()),
        ([(3, 3)], ()),
        ([(2, 4), (0, 1)], ((0, 1), (2, 4))),
        ([(0, 2), (2, 4)], ((0, 4),)),
        ([(0, 9), (2, 4), (8, 12)], ((0, 12),)),
    ],
)
def test_ranges_are_made_one_where_they_touch(ranges: list, expected: tuple) -> None:
    assert union(ranges) == expected


def test_a_sweep_flips_each_bit_inside_its_ranges_only() -> None:
    assert sweep(0b10, {0: ((1, 3),), 1: ((0, 1), (3, 4))}, 4) == [0b00, 0b11, 0b11, 0b00]


@pytest.mark.parametrize("value, cell", [(0, 0), (1, 1), (1.5, 2), (2, 3), (9, 4)])
def test_a_line_has_a_cell_for_each_threshold_and_each_gap(value: float, cell: int) -> None:
    assert line([2, 1, 2]).cell(value) == cell
