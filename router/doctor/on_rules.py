"""Checks of the landlord's folder, and of the ruleset that is live."""

from router.doctor.findings import Finding, ok, warning, wrong
from router.doctor.look import Away, Look
from router.publishable import Checked, ExamplesFailedError, check
from router.settings import sample_folder
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.problems import RulesetError

DRAMA = ("+441632960", "+447700900", "+448081570", "+442079460")
"""Beginnings of numbers that are nobody's: they are kept for films, and the sample's are of them."""

RESERVED = ".example"


def folder(look: Look) -> Finding:
    """Whether the landlord's folder could be published, and is no longer the sample's."""
    config = look.settings.config
    try:
        checked = check(read_folder(config))
    except RulesetError as error:
        first, *more = [problem for problem in error.problems if problem.severity == "error"]
        also = f" (and {len(more)} more)" if more else ""
        return wrong(f"{config} has mistakes: {first}{also}.", f"firstcontact rules check {config}")
    except ExamplesFailedError as error:
        return wrong(f"{len(error.failures)} examples in {config} fail.", f"firstcontact rules test {config}")
    return _of(checked, look)


def _of(checked: Checked, look: Look) -> Finding:
    config = look.settings.config
    if config == sample_folder().resolve():
        return warning("It is the sample landlord's.", "Make your own with `firstcontact init DIR --name NAME`.")
    left = left_over(checked.ruleset)
    if left:
        said = f"{len(left)} numbers and mailboxes in {config} are still the sample's, such as {left[0]}."
        return warning(said, "Put yours in: calls and messages to these reach nobody.")
    return ok(f"{config} passes every check.")


def left_over(ruleset: Ruleset) -> list[str]:
    """Numbers and mailboxes that belong to nobody, in the order in which they are read."""
    calls = (*ruleset.calls.numbers, ruleset.calls.fallback_number) if ruleset.calls else ()
    teams = [address for team in ruleset.teams.values() for address in team.channels.values()]
    told = [each.address for team in ruleset.teams.values() for each in team.notify if each.channel != "webhook"]
    every = dict.fromkeys([*calls, *ruleset.mailboxes, *teams, *told])
    return [each for each in every if each.startswith(DRAMA) or each.endswith(RESERVED)]


def live(look: Look) -> Finding | None:
    """Whether a ruleset is live."""
    found = look.record
    if isinstance(found, Away) or not found.is_current:
        return None
    if found.live is None:
        return warning("No ruleset is live yet.", "Starting `firstcontact serve` publishes the landlord's folder.")
    return ok(f"Version {found.live} is live.")
