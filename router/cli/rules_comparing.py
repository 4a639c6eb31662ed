"""`firstcontact rules diff`: what differs between two rulesets by meaning, and for which contacts."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from router.cli.output import FOUND_WANTING, JSON, forgiving, give_up, lines, say
from router.cli.setting_up import live_or_folder, opened
from router.store import rulesets
from router.store.engine import begin_read
from router.store.rulesets import as_bytes
from rules.difference import Change, difference
from rules.folder import read_folder
from rules.landlord import Ruleset
from rules.load import load

FEW: Final = 10
"""Regions of each kind that are said unless all are asked for."""


@forgiving
def diff(
    old: Annotated[str, typer.Argument(help="A landlord's folder, the number of a version, or `live`.")],
    new: Annotated[str, typer.Argument(help="The same, for what it is compared with.")],
    *,
    as_json: Annotated[bool, JSON] = False,
    all_regions: Annotated[bool, typer.Option("--all", help="Say every region, not the first of each kind.")] = False,
) -> None:
    """Say what differs by meaning: rules added, removed, changed or moved, teams, journeys and all the rest.

    Then which contacts are decided differently: regions of facts in which the owner, the priority, the acknowledgement
    or the timescales change, proven to be all there are, each with a made-up contact. Exit code 1 if anything differs.

    Example: firstcontact rules diff live config
    """
    before, after = _named(old), _named(new)
    changes = difference(before, after)
    if as_json:
        from rules.comparing.told import regions

        lines(change.as_dict() for change in changes)
        found = regions(before, after)
        lines(region.as_dict() for region in found.found)
        lines({"kind": "note", "what": note} for note in found.notes)
    else:
        say_changes(before, after, say, every=all_regions)
        say(f"Differences: {len(changes)}.")
    if changes:
        raise typer.Exit(FOUND_WANTING)


def say_changes(before: Ruleset, after: Ruleset, tell: Callable[[str], None], *, every: bool = False) -> None:
    """Tell what differs between two rulesets, a line each, and what contacts notice of it."""
    for change in difference(before, after):
        _say_change(change, tell)
    from rules.comparing.told import ASPECTS, regions

    found = regions(before, after)
    for aspect in ASPECTS:
        mine = [region for region in found.found if region.aspect == aspect]
        for region in mine if every else mine[:FEW]:
            tell(str(region))
        if len(mine) > FEW and not every:
            tell(f"  … and {len(mine) - FEW} more: `firstcontact rules diff --all` says them.")
    for note in found.notes:
        tell(note)


def _say_change(change: Change, tell: Callable[[str], None]) -> None:
    tell(str(change))
    for detail in change.details:
        tell(f"  {detail}")


def _named(name: str) -> Ruleset:
    """A ruleset by folder, by its version's number or as the live one."""
    if name == "live":
        return live_or_folder(None).ruleset
    if not name.isdecimal() or len(name) > len(str(rulesets.LARGEST)) or Path(name).exists():
        return load(read_folder(name))
    with opened() as services, begin_read(services.record) as record:
        row = rulesets.version(record, min(int(name), rulesets.LARGEST))
    if row is None:
        give_up(f"There is no version {name}: see `firstcontact rules history`.")
    return load(as_bytes(row["files"]))
