"""A diagnosis tree of several hundred leaves, written as rules: it loads, reads aloud and decides as the tree does."""

from dataclasses import dataclass, field
from functools import cache
from random import Random

import pytest

from rules.compile import Compiled, compile_rules
from rules.decide import decide
from rules.examples import run_examples
from rules.recognise import recogniser
from rules.sentences import sentences
from tests.unit.rules_deciding.builders import TUESDAY
from tests.unit.rules_language.landlords import loaded

QUESTIONS = {
    "journey": ["gas-escape", "damp-and-mould"],
    "customer.tenure": ["general-needs", "leaseholder"],
    "customer.household": ["young-child", "pregnant"],
    "channel": ["phone", "email", "chat"],
    "attachments": ["{below: 1}", "{between: [1, 3]}", "{at_least: 4}"],
    "text": [f"{{mentions: [sign{number}]}}" for number in range(12)],
}
FILES = (0, 2, 9)
"""A number of attachments for each of the answers about them."""
LEAVES = 400


@dataclass
class Leaf:
    """One end of the tree: what was answered on the way, and what to do."""

    answers: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "leaf " + ", ".join(f"{question} {answer}" for question, answer in self.answers.items())


def grown(random: Random) -> list[Leaf]:
    """A tree that is split by one more question at a time, until it has enough leaves."""
    leaves = [Leaf()]
    while len(leaves) < LEAVES:
        at = random.randrange(len(leaves))
        open_questions = [question for question in QUESTIONS if question not in leaves[at].answers]
        if not open_questions:
            continue
        question = random.choice(open_questions)
        leaf = leaves.pop(at)
        leaves += [Leaf({**leaf.answers, question: answer}) for answer in QUESTIONS[question]]
    return leaves


def facts_of(leaf: Leaf, random: Random) -> dict[str, object]:
    """A contact that comes to a leaf, whatever else is asked elsewhere."""
    facts: dict[str, object] = {}
    for question, answers in QUESTIONS.items():
        answer = leaf.answers.get(question) or random.choice(answers)
        match question:
            case "attachments":
                facts[question] = FILES[answers.index(answer)]
            case "text":
                facts[question] = f"there is a {answer[12:-2]} here"
            case "customer.household":
                facts[question] = frozenset({answer})
            case _:
                facts[question] = answer
    return facts


def written(leaf: Leaf, random: Random) -> str:
    facts = {
        name: sorted(value) if isinstance(value, frozenset) else value for name, value in facts_of(leaf, random).items()
    }
    example = ", ".join(f"{name}: {str(value).replace(chr(39), '')}" for name, value in facts.items())
    when = ", ".join(f"{question}: {answer}" for question, answer in leaf.answers.items())
    return (
        f"  - rule: '{leaf.name}'\n    when: {{{when}}}\n    then: {{team: hub, instructions: ['{leaf.name}']}}\n"
        f"    because: The tree says so.\n    examples: [{{{example}}}]\n"
    )


@cache
def tree() -> tuple[list[Leaf], Compiled]:
    random = Random(4)
    leaves = grown(random)
    rules = "owner:\n" + "".join(written(leaf, random) for leaf in leaves)
    return leaves, compile_rules(loaded(rules))


def test_a_tree_of_many_leaves_is_read_aloud_leaf_by_leaf() -> None:
    leaves, compiled = tree()
    said = sentences(compiled.ruleset)
    assert len(leaves) >= LEAVES
    assert len(set(said)) == len(said) == len(leaves) + 3


def test_every_leaf_has_an_example_that_comes_to_it() -> None:
    leaves, compiled = tree()
    results = run_examples(compiled, recogniser(compiled.ruleset))
    assert len(results) >= len(leaves)
    assert [str(result) for result in results if not result.passed] == []


@pytest.mark.parametrize("seed", range(5))
def test_every_contact_comes_to_the_one_leaf_that_the_tree_leads_to(seed: int) -> None:
    leaves, compiled = tree()
    random = Random(seed)
    for leaf in random.sample(leaves, 60):
        assert decide(compiled, facts_of(leaf, random), TUESDAY).rule == leaf.name  # type: ignore[arg-type]
