"""The check of a call's questions: circles, dead ends, too many of them, and an emergency that is far away."""

import pytest

from tests.unit.rules_language.landlords import loaded, problems_of

HEAD = 'calls:\n  numbers: "+441632960000"\n  greeting: Hello.\n  fallback_number: "+441632960009"\n'
KEY = '"1": {says: One, %s}'


def calls(menu: str, **menus: str) -> str:
    """A landlord's calls with this first key, and further menus with one key each."""
    further = "".join(
        f"    {name}:\n      says: Which?\n      keys: {{{KEY % leads}}}\n" for name, leads in menus.items()
    )
    return f"{HEAD}  menu: {{{KEY % menu}}}\n" + (f"  menus:\n{further}" if further else "")


@pytest.mark.parametrize(
    "written, severity, message",
    [
        (calls("menu: other", another="team: hub"), "error", "there is no menu `other` under `menus`"),
        (calls("team: hub", lonely="team: hub"), "warning", "no key and no number leads to the menu `lonely`"),
        (calls("menu: round", round="menu: round"), "error", "the menu `round` leads back to itself"),
        (calls("menu: one", one="menu: two", two="menu: one"), "error", "the menu `one` leads back to itself"),
        (
            calls("menu: a", a="menu: b", b="menu: c", c="team: hub"),
            "error",
            "after the keys 1, 1, 1 a caller is asked a fourth question",
        ),
        (calls("menu: a, team: hub", a="team: hub"), "error", "menu key `1` leads to a menu and to something else"),
        (calls("information: ''"), "error", "this should be a text, not nothing"),
        (
            HEAD.replace('"+441632960000"', '{"+441632960000": {team: hub, menu: a}}'),
            "error",
            "number `+441632960000` leads to more than one thing",
        ),
    ],
)
def test_what_leads_callers_astray_is_told(written: str, severity: str, message: str) -> None:
    told = [(problem.severity, problem.message) for problem in problems_of(written)]
    assert (severity, message) in told


def test_three_questions_are_not_too_many() -> None:
    flow = loaded(calls("menu: a", a="menu: b", b="team: hub")).calls
    assert flow is not None
    assert set(flow.menus) == {"a", "b"}
