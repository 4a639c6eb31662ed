"""YAML as people mean it: scalars stay what was typed, surprises are refused, and no bytes hang or crash the loader."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.compose import compose
from rules.fields import FIELDS
from rules.findings import Findings
from rules.folder import read_folder
from rules.load import load
from rules.nodes import Map, Node, Scalar, Seq
from rules.problems import RulesetError
from rules.sections import NAMES
from tests.bounded import comes_to_an_end
from tests.effort import effort
from tests.unit.rules_language.landlords import BASE


def plain(node: Node) -> Any:
    """A node as Python's own values."""
    match node:
        case Scalar(value=value):
            return value
        case Seq(items=items):
            return [plain(each) for each in items]
        case Map(entries=entries):
            return {key.value: plain(value) for key, value in entries}
    return None


def composed(data: bytes) -> tuple[Any, list[str]]:
    findings = Findings()
    node, _ = compose("a.yaml", data, findings)
    return plain(node), [str(problem) for problem in findings.problems]


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "on",
        "off",
        "Yes",
        "true",
        "null",
        "~",
        "0123",
        "0x1F",
        "12:30",
        "18002",
        "1e3",
        "1_000",
        ".5",
        "=",
        "2026-12-25",
    ],
)
def test_scalars_stay_as_typed(written: str) -> None:
    assert composed(f"a: {written}\nb: '{written}'".encode()) == ({"a": written, "b": written}, [])


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"", {}),
        (b"# only a comment\n", {}),
        (b"---\n", {}),
        (b"\xef\xbb\xbfa: 1", {"a": "1"}),
        (b"a: 1\r\nb: [x, y]\r\n", {"a": "1", "b": ["x", "y"]}),
        (b"a:\n", {"a": ""}),
        (b"a: >-\n  two\n  lines\n", {"a": "two lines"}),
        (b"a: |\n  tab\there\n", {"a": "tab\there\n"}),
        ("a: żółć 👋".encode(), {"a": "żółć 👋"}),
        (b"---\na: 1\n...\n", {"a": "1"}),
    ],
)
def test_what_is_read(data: bytes, expected: Any) -> None:
    assert composed(data) == (expected, [])


SAMPLE = read_folder(Path(__file__).parents[3] / "config")
SMALL_FILES = sorted(name for name, content in SAMPLE.items() if len(content) < 20_000)
OPEN_MAPPING = "a mapping that is opened with { and never closed, or lacks a comma (close it with })"
OPEN_LIST = "a list that is opened with [ and never closed, or lacks a comma"
ESCAPE = "an unknown escape after a backslash (use 'single quotes', in which a backslash is itself)"


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"a: 1\n\tb: 2", "a.yaml:2:1: a tab in the indentation (indent with spaces)"),
        (b"a:\n\tb: 2", "a.yaml:2:1: a tab in the indentation (indent with spaces)"),
        (b"a:\n  - b\n\t- c", "a.yaml:3:1: a tab in the indentation (indent with spaces)"),
        (b"\ta: 1", "a.yaml:1:1: a tab in the indentation (indent with spaces)"),
        (b"a: b: c", "a.yaml:1:5: a colon where none can be (put a text that has a colon into quotes)"),
        (b"a: [b", "a.yaml:1:4: a list that is opened with [ and never closed, or lacks a comma (close it with ])"),
        (b"a: 'b\n", "a.yaml:1:4: a quote that is opened and never closed (close it)"),
        (b"a: [b\nc: d", f"a.yaml:2:2: {OPEN_LIST} (opened in line 1) (close it with ])"),
        (b"a: {b: 1\n", f"a.yaml:1:4: {OPEN_MAPPING}"),
        (b"  a: 1\nb: 2",
         "a.yaml:2:1: this stands further left than the file's first section (start both in one column)"),
        (b"a: @b", "a.yaml:1:4: a character that no value can start with (put the value into quotes)"),
        (b"- a\nb: c", "a.yaml:2:1: a list and something else at the same indentation (indent the list's items alike)"),
        (b'a: "\\q"', f"a.yaml:1:5: {ESCAPE}"),
        (b"a: *", "a.yaml:1:4: an alias (*) is not used here (put a text that starts with * into quotes)"),
        (b"a: 1\nb: \xff", "a.yaml:2:4: this file is not UTF-8 (save it as UTF-8)"),
        ("a: é".encode("utf-16"), "a.yaml:1:1: this file is not UTF-8, it looks like UTF-16 (save it as UTF-8)"),
        (b"a: 1\nb: \x00", "a.yaml:2:4: a control character (U+0000) (take it out)"),
        (b"%YAML 1.2\n---\na: 1", "a.yaml:1:1: a line that starts with % is not used here (take it out)"),
        (b"a: 1\n---\nb: 2", "a.yaml:2:1: a second document (---) in one file (put it into a file of its own)"),
        (b"just words", "a.yaml:1:1: a file consists of sections, such as `teams:` or `owner:` (start with one)"),
        (b"[a, b]", "a.yaml:1:1: a file consists of sections, such as `teams:` or `owner:` (start with one)"),
        (b"a: " + b"[" * 10_000,
         "a.yaml:1:52: more than 50 levels of lists and mappings in one another (write it flatter)"),
    ],
)  # fmt: skip
def test_what_is_refused(data: bytes, expected: str) -> None:
    assert composed(data)[1] == [expected]


def test_sections_before_a_syntax_error_are_read() -> None:
    assert composed(b"a: 1\nb: {c: 2}\nd: [1, {e: 'f")[0] == {"a": "1", "b": {"c": "2"}}


MANY = effort(100_000, 400_000)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * MANY, b"{" * MANY, b"- " * MANY, b"? " * MANY, b"a: " * MANY, b"!" * MANY, b"&" * MANY, b"*" * MANY,
        b" " * MANY, b"\n" * MANY, b"#\n" * MANY, b"---\n" * MANY, b"'" * MANY, b'"\\' * MANY, b"|\n" * MANY,
        b"{a: " * MANY, b"- &a *a\n" * 50_000, b"%TAG !a! b\n" * MANY, b"a: [" + b"*a," * MANY,
        b"owner:\n" + b"- &a a\n" * 50_000,
        b"".join(b"%d: 1\n" % number for number in range(50_000)),
        b"owner:\n" + b"- {rule: a}\n" * 50_000,
        b"a: &a [x]\n" + b"".join(b"b%d: [*a, *a]\n" % number for number in range(20_000)),
        b"x" * MANY + b": 1",
        b"owner: [" + b"[],".ljust(4) * (MANY // 4),
    ],
    ids=lambda data: data[:12].decode(),
)  # fmt: skip
def test_hostile_files_get_an_answer_at_once(data: bytes) -> None:
    with comes_to_an_end(), pytest.raises(RulesetError) as caught:
        load({"a.yaml": data})
    assert caught.value.problems


def refuses_or_loads(files: dict[str, bytes]) -> None:
    try:
        load(files)
    except RulesetError as error:
        problems = error.problems
    else:
        return
    assert any(problem.severity == "error" for problem in problems)
    assert all(problem.mark.line > 0 and problem.mark.column > 0 and problem.message for problem in problems)


@given(
    st.binary(max_size=300)
    | st.text(alphabet="ab:-[]{}&*!|>'\"%@,?#<~ \n\t\0é\ufeff\x85", max_size=120).map(str.encode)
)
def test_any_bytes_load_or_are_refused(data: bytes) -> None:
    refuses_or_loads({"a.yaml": data})
    refuses_or_loads(BASE | {"case.yaml": data})


@given(st.data())
def test_a_landlord_with_bytes_changed_loads_or_is_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(BASE)))
    content = BASE[name]
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 30))
    put = data.draw(st.sampled_from([b"", b"\t", b"[", b"}", b": ", b"- ", b"'", b"\n", b"\xff", b"{}", b"&a ", b"no"]))
    refuses_or_loads(BASE | {name: content[:start] + put + content[start + length :]})


@given(st.data())
def test_a_file_of_the_sample_with_bytes_changed_loads_or_is_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(SMALL_FILES))
    content = SAMPLE[name]
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 200))
    other = data.draw(st.sampled_from(SMALL_FILES))
    begin = data.draw(st.integers(0, len(SAMPLE[other])))
    piece = SAMPLE[other][begin:][:80]
    put = data.draw(st.sampled_from([b"", b"\t", b"\r", b"- ", b": ", b"? ", b"\xc2\xa0", b"\xf0", piece]))
    refuses_or_loads({name: content[:start] + put + content[start + length :]})


WORDS = st.sampled_from(
    [*NAMES, *FIELDS, "is", "not", "any", "all", "between", "mentions", "matches", "at_least", "present", "absent",
     "open", "rule", "when", "then", "team", "examples", "says", "at", "hub", "journey", "name", "hours",
     "monday-friday", "09:00-17:00", "closed", "texts", "en", "due", "steps", "2 hours", "true", "5", "", "a b", "(",
     "2026-12-25"]
)  # fmt: skip
TREES = st.recursive(WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4))


@given(st.dictionaries(st.sampled_from(NAMES), TREES, max_size=4))
def test_any_tree_of_our_own_words_loads_or_is_refused(tree: dict[str, Any]) -> None:
    for data in (json.dumps(tree).encode(), yaml.safe_dump(tree, allow_unicode=True).encode()):
        refuses_or_loads({"a.yaml": data})
        refuses_or_loads(BASE | {"case.yaml": data})
