"""`firstcontact rules learn`: what the misroutes of a period teach, as proposals with a replay of each."""

from difflib import unified_diff
from typing import Annotated, Any

from router.cli.output import JSON, forgiving, give_up, lines, say
from router.cli.rules_replay import SINCE, UNTIL, counting, period_of, showing
from router.cli.setting_up import opened
from router.live import LiveRuleset
from router.replays.learning import learn as study
from router.replays.running import LIVE, ReplayOrder
from router.replays.telling import named
from router.services import Services
from router.store import rulesets
from router.store.engine import begin_read


@forgiving
def learn(
    since: Annotated[str, SINCE] = "",
    until: Annotated[str, UNTIL] = "",
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Propose the smallest changes that would have sent misrouted enquiries right. It changes and publishes nothing.

    Exit code 0 also where nothing is found: it says so.

    Example: firstcontact rules learn --from 2026-11-01 --to 2026-11-28
    """
    with opened() as services:
        live = services.live.current()
        files = _files(services, live)
        wanted = ReplayOrder(period_of(since, until, live, services), live, LIVE, live)
        with showing("Looking at misroutes") as report:
            found = study(services, wanted, files, counting(report, [0]))
    if as_json:
        return lines([found])
    for line in _text(found, files, live):
        say(line)
    return None


def _files(services: Services, live: LiveRuleset) -> dict[str, str]:
    with begin_read(services.record) as record:
        row = rulesets.version(record, live.version)
    return dict(row["files"]) if row else give_up("The live version is not in the record any more: try again.")


def _text(found: dict[str, Any], files: dict[str, str], live: LiveRuleset) -> list[str]:
    said = [f"Misroutes that the live rules would make again: {found['misroutes'] - found['mended_since']}."]
    if found["mended_since"]:
        said.append(f"{found['mended_since']} more would go right by now, since the rules have changed.")
    for number, each in enumerate(found["proposals"], 1):
        said += ["", f"{number}. {each['title']}", f"   {each['because']}"]
        said.append(
            f"   Mends {each['mended']}, breaks {each['harmed']}, moves {each['moved']} that nobody has judged."
        )
        said.append(f"   Replayed: {_replayed(each['replay'])}")
        for name, text in each["files"].items():
            compared = unified_diff(files.get(name, "").splitlines(), text.splitlines(), name, name, "", "", 1, "")
            said += [f"   {line}" for line in compared]
    if not found["proposals"]:
        said += ["", "Nothing is proposed."]
    said += ["", *_kinds(found, live)]
    return said


def _replayed(figures: dict[str, Any]) -> str:
    return f"{figures['changed']:,} of {figures['contacts']:,} contacts would have another owner."


def _kinds(found: dict[str, Any], live: LiveRuleset) -> list[str]:
    said = []
    for each in found["groups"]:
        about = live.ruleset.journeys[each["journey"]].name if each["journey"] else "no journey recognised"
        teams = [named("owners", each[name], live.ruleset) for name in ("from", "to")]
        why = f": {each['why']}" if each["why"] else ""
        said.append(f"{each['misroutes']:>5}  {' → '.join(teams)}, {about}, {each['customers']} customers{why}")
    return said
