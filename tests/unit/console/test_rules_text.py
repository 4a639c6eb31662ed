"""A file of rules cut into parts that can be edited by themselves, and compared line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.console.rules_text import AROUND, MOST_COMPARED, compared, part_at, parts, spliced, split, tidied
from router.settings import sample_folder
from rules.folder import read_folder
from tests.landlord import FOLDER

TEXTS = {
    **{f"sample {name}": data.decode() for name, data in read_folder(sample_folder()).items()},
    **{name: data.decode() for name, data in read_folder(FOLDER).items()},
}

RULES = """\
# What this file is for.

owner:
  # The first.
  - rule: gas escape
    when: {journey: gas-escape}
    then: {team: emergency}

  # The second,
  # in two lines.
  - rule: "everyone: else"
    then: {team: hub}
urgent: [gas, fire]
handling:
- rule: small child
  when: {customer.household: young-child}
- {rule: one line, then: {priority: high}}
"""

LINES = st.lists(st.sampled_from(["a: 1", "  b: 2", "  - rule: x", "    when: {}", "", "# said", "- c", "\t", "{"]))


def test_each_rule_is_a_part_with_the_remarks_above_it() -> None:
    assert [(part.name, part.first, part.begins, part.last) for part in parts(RULES)] == [
        ("owner", 1, 3, 3),
        ("gas escape", 4, 5, 7),
        ("everyone: else", 8, 11, 12),
        ("urgent", 13, 13, 13),
        ("handling", 14, 14, 14),
        ("small child", 15, 15, 16),
        ("one line", 17, 17, 17),
    ]


@pytest.mark.parametrize(
    "text,names",
    [
        ("", []),
        ("\n# nothing\n\n", []),
        ("teams:\n  hub:\n    name: Hub\n  repairs:\n    name: Repairs\n", ["teams", "hub", "repairs"]),
        ("values:\n  customer.tenure: [a]\n  customer.patch: [b]\n", ["values"]),
        (
            "owner:\n    - rule: far in\n      then: {}\n    - rule: as far\n      then: {}\n",
            ["owner", "far in", "as far"],
        ),
        ("owner:\n  - rule: the only one\n    then: {}\n", ["owner"]),
        ("- rule: no section\n  then: {}\n- rule: another\n", ["no section", "another"]),
        ("owner: [\n  {rule: broken\n", ["owner"]),
    ],
)
def test_parts_are_read_off_the_indentation(text: str, names: list[str]) -> None:
    assert [part.name for part in parts(text)] == names


def covers(text: str) -> bool:
    """Whether the parts are all the lines, in their order and once each."""
    numbers = [number for part in parts(text) for number in range(part.first, part.last + 1)]
    return numbers == (list(range(1, len(split(text)) + 1)) if numbers else [])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_whole_file_is_made_of_its_parts(text: str) -> None:
    assert covers(text)
    for part in parts(text):
        assert part_at(text, part.begins) == part
        assert spliced(text, part.first, part.last, "\n".join(split(text)[part.first - 1 : part.last])) == text


@given(LINES)
def test_any_text_is_made_of_its_parts(lines: list[str]) -> None:
    assert covers("\n".join(lines))


@pytest.mark.parametrize(
    "typed,whole",
    [
        ("b: 3\n", "a: 1\nb: 3\nc: 1\n"),
        ("b: 3\r\nd: 4\r\n", "a: 1\nb: 3\nd: 4\nc: 1\n"),
        ("b: 3", "a: 1\nb: 3\nc: 1\n"),
        ("", "a: 1\nc: 1\n"),
    ],
)
def test_what_was_typed_takes_the_place_of_the_part(typed: str, whole: str) -> None:
    assert spliced("a: 1\nb: 1\nc: 1\n", 2, 2, tidied(typed)) == whole


def rebuilt(old: str, new: str) -> tuple[list[str], list[str]]:
    """Both texts from the first, and from what is said to differ: lines removed and added at their numbers."""
    lines = [line for run in compared(old, new) for line in run]
    removed = {line.number: line.text for line in lines if line.sign == "removed"}
    added = {line.number: line.text for line in lines if line.sign == "added"}
    kept = [text for number, text in enumerate(split(old), 1) if number not in removed]
    for number in sorted(added):
        kept.insert(number - 1, added[number])
    before = list(kept)
    for number in sorted(added, reverse=True):
        del before[number - 1]
    for number in sorted(removed):
        before.insert(number - 1, removed[number])
    return before, kept


@given(LINES, LINES)
def test_a_difference_leads_from_one_text_to_the_other_and_back(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    assert rebuilt(before, after) == (split(before), split(after))


def test_a_difference_shows_a_few_lines_around_it() -> None:
    old = [f"line {number}" for number in range(100)]
    new = [*old[:50], "new", *old[50:]]
    ((*around,),) = compared("\n".join(old), "\n".join(new))
    assert [line.sign for line in around] == ["same"] * AROUND + ["added"] + ["same"] * AROUND
    assert around[AROUND].number == 51


def test_two_texts_that_are_long_and_unlike_replace_each_other() -> None:
    long = int(MOST_COMPARED**0.5) + 10
    old, new = ([f"{word} {number}" for number in range(long)] for word in ("old", "new"))
    ((*lines,),) = compared("\n".join(old), "\n".join(new))
    assert [line.sign for line in lines] == ["removed"] * long + ["added"] * long
