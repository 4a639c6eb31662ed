"""What makes the offer to a returning caller one that can be heard and pressed: the check of the YAML."""

import pytest

from rules.load import load_checked
from rules.problems import RulesetError
from tests.landlord import FOLDER

MISTAKES = [
    ("key a menu has", '{says: "To go to {team}", key: "1"}', "the key `1` of `returning` is one of the menu already"),
    ("no such word", '{says: "About {name}"}', "`returning` says {name}, which is not known there"),
    ("open brace", '{says: "About {team"}', "`returning` has a brace in `says` that is not closed"),
    ("no such key", '{says: To your team, key: "12"}', "`12` is no key"),
    ("no such team", "{says: To your team, not_teams: [nobody]}", "there is no team `nobody`"),
]


def files(offer: str) -> dict[str, bytes]:
    text = (FOLDER / "landlord.yaml").read_text()
    return {"landlord.yaml": text.replace("  wait_seconds: 5\n", f"  returning: {offer}\n  wait_seconds: 5\n").encode()}


@pytest.mark.parametrize("offer,message", [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_mistake_is_named(offer: str, message: str) -> None:
    with pytest.raises(RulesetError) as refused:
        load_checked(files(offer))
    assert any(message in problem.message for problem in refused.value.problems), refused.value.problems


def test_an_offer_is_read() -> None:
    ruleset, problems = load_checked(files('{says: "About {matter} of {team}"}'))
    assert ruleset.calls
    assert ruleset.calls.returning
    assert ruleset.calls.returning.key == "9"
    assert not [problem for problem in problems if "returning" in problem.message]
