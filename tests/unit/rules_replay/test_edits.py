"""Changes to YAML as text: what comes out is the same text but for the lines meant, and loads as meant."""

import difflib

import pytest

from router.settings import sample_folder
from rules import edits
from rules.edits import CannotEditError, scalar
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load

pytestmark = pytest.mark.usefixtures("quick_loads")

SAMPLE = {name: data.decode() for name, data in read_folder(sample_folder()).items()}
BEFORE = load({name: text.encode() for name, text in SAMPLE.items()})
HEAD = "owner:\n  # Danger ---\n\n"
TABLE = [
    (
        "in brackets",
        "journeys:\n  bins:\n    words: [bin, rubbish]  # both\n",
        "    words: [skip, bin, rubbish]  # both",
    ),
    ("a line each", "journeys:\n  bins:\n    words:\n      - bin  # one\n      - rubbish\n", "      - skip"),
    ("none yet", "journeys:\n  bins:\n    name: Bins\n    steps:\n      - a\n\n  other: {}\n", "    words: [skip]"),
    ("in one line", "journeys: {bins: {name: Bins}}\n", "journeys: {bins: {words: [skip], name: Bins}}"),
    ("beyond ASCII", "journeys:\n  bins: {words: [żółć, bin]}  # ż\n", "  bins: {words: [skip, żółć, bin]}  # ż"),
]


def loaded(files: dict[str, str]) -> Ruleset:
    return load({name: text.encode() for name, text in files.items()})


def differing(old: str, new: str) -> list[str]:
    return [line for line in difflib.ndiff(old.split("\n"), new.split("\n")) if line[0] in "+-"]


@pytest.mark.parametrize("text,line", [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_word_is_added_where_people_would(text: str, line: str) -> None:
    made = edits.add_word({"a.yaml": text}, "bins", "skip")["a.yaml"]
    assert line in made.split("\n")
    assert [each for each in differing(text, made) if each.startswith("+")] == [f"+ {line}"]


@pytest.mark.parametrize(
    "text,word,left",
    [
        ("[bin, rubbish, skip]", "bin", "[rubbish, skip]"),
        ("[bin, rubbish, skip]", "rubbish", "[bin, skip]"),
        ("[bin, rubbish, skip]", "skip", "[bin, rubbish]"),
        ("[bin,\n     skip]", "skip", "[bin]"),
    ],
)
def test_a_word_is_taken_out_of_brackets(text: str, word: str, left: str) -> None:
    files = {"a.yaml": f"journeys:\n  bins:\n    words: {text}\n"}
    assert edits.remove_word(files, "bins", word)["a.yaml"] == f"journeys:\n  bins:\n    words: {left}\n"


def test_the_last_word_and_what_is_not_there_stay() -> None:
    files = {"a.yaml": "journeys:\n  bins:\n    words: [bin]\n    team: 'hub'\nowner: []\n"}
    for edit in (
        lambda: edits.remove_word(files, "bins", "bin"),
        lambda: edits.remove_word(files, "bins", "skip"),
        lambda: edits.set_team(files, "bins", "repairs"),
        lambda: edits.add_word(files, "nowhere", "skip"),
        lambda: edits.add_rule(files, "no such rule", ["- rule: new"]),
        lambda: edits.add_example(files, "no such rule", "{}"),
    ):
        with pytest.raises(CannotEditError):
            edit()


def test_a_rule_stands_below_a_heading_and_above_the_remark_of_its_follower() -> None:
    text = f"{HEAD}  # About gas.\n  - rule: gas\n    then: {{team: hub}}\n"
    made = edits.add_rule({"a.yaml": text}, "gas", ["- rule: new", "  then: {team: hub}"])["a.yaml"]
    assert made == text.replace("  # About gas.", "  - rule: new\n    then: {team: hub}\n\n  # About gas.")


@pytest.mark.parametrize("journey", sorted(BEFORE.journeys))
def test_every_journey_of_the_sample_can_be_edited_and_means_what_was_meant(journey: str) -> None:
    made = edits.add_word(SAMPLE, journey, "entirely new words")
    made = edits.remove_word(made, journey, BEFORE.journeys[journey].phrases[0])
    made = edits.set_team(made, journey, "development")
    after = loaded(made).journeys[journey]
    assert set(after.words) == {*BEFORE.journeys[journey].words, "entirely new words"}
    assert after.phrases == BEFORE.journeys[journey].phrases[1:]
    assert after.team == "development"
    assert sum(SAMPLE[name] != made[name] for name in SAMPLE) == 1


@pytest.mark.parametrize("rule", [rule.name for rule in BEFORE.owner])
def test_a_rule_can_be_put_before_every_rule_of_the_sample_and_every_one_takes_an_example(rule: str) -> None:
    lines = ["- rule: new", "  when: {channel: email}", "  then: {team: development}", "  because: So it is."]
    made = edits.add_example(edits.add_rule(SAMPLE, rule, lines), rule, "{channel: sms, says: an example}")
    before, after = BEFORE.owner, loaded(made).owner
    place = [each.name for each in before].index(rule)
    assert [each.name for each in after] == [each.name for each in (*before[:place],)] + ["new"] + [
        each.name for each in before[place:]
    ]
    assert "an example" in [each.says for each in after[place + 1].examples]
    assert len(after[place + 1].examples) == len(before[place].examples) + 1


@pytest.mark.parametrize(
    "text,written",
    [("green bin", "green bin"), ("a: b", '"a: b"'), ('say "x"', '"say \\"x\\""'), ("- x", '"- x"'), ("żółć", "żółć")],
)
def test_scalars(text: str, written: str) -> None:
    assert scalar(text) == written
