"""What may be chosen in the forms of actions: values and the words for them."""

from collections.abc import Callable

from router.enquiry.state import State
from rules.landlord import Ruleset

Options = list[tuple[str, str]]
OptionsOf = Callable[[Ruleset, State], Options]


def none(ruleset: Ruleset, state: State) -> Options:
    """Nothing: the field is no choice."""
    return []


def teams(ruleset: Ruleset, state: State) -> Options:
    """Every team but the owner."""
    chosen = [(key, f"{team.name}: {team.role}") for key, team in ruleset.teams.items() if key != state.team]
    return [("", "Choose a team"), *chosen]


def transfer_reasons(ruleset: Ruleset, state: State) -> Options:
    """The landlord's reasons for passing an enquiry on."""
    return [(key, reason.name) for key, reason in ruleset.transfer_reasons.items()]


def resolutions(ruleset: Ruleset, state: State) -> Options:
    """The ways in which an enquiry ends."""
    return [(key, reason.name) for key, reason in ruleset.resolutions.items()]


def journeys(ruleset: Ruleset, state: State) -> Options:
    """Every journey but the one that it is about."""
    others = [(key, journey.name) for key, journey in ruleset.journeys.items() if key != state.journey]
    return [("", "Choose what it is about"), *others]


def questions(ruleset: Ruleset, state: State) -> Options:
    """What was asked and is not answered yet."""
    return [
        (each.id, f"{ruleset.teams[each.team].name if each.team in ruleset.teams else each.team}: {each.text}")
        for each in state.unanswered
    ]


def calls(ruleset: Ruleset, state: State) -> Options:
    """The calls that are still owed."""
    return [(each.id, f"Call {number}") for number, each in enumerate(state.callbacks, 1) if each in state.promised]


def fixed(*options: tuple[str, str]) -> OptionsOf:
    """Always these."""
    return lambda ruleset, state: list(options)
