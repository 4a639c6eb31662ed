"""A replay's figures put into words and tables, alike for the command line and for exports."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from router.store.rows import Row
from rules.clock import Calendar
from rules.landlord import Ruleset
from rules.replay import How, by_hour

Result = Mapping[str, Any]
CSV_COLUMNS: Final = ("change", "from", "to", "by", "value", "contacts")
MOST, FEW = 12, 4
"""Changes of a kind, and values that one is told apart by, that are printed; an export has them all."""
TURNS: Final = {"tightened": "sooner", "loosened": "later", "added": "new", "dropped": "gone"}
KINDS: Final = {
    "owners": ("Owners", "from", "to"),
    "priorities": ("Priorities", "from", "to"),
    "due": ("Due times", "timescale", "turn"),
    "journeys": ("Journeys", "from", "to"),
}
"""The changes that have examples: the title of each, and what a change goes from and to."""
HOWS: Final = {
    How.OPENED: "opened an enquiry",
    How.JOINED: "joined an open enquiry",
    How.NO_RULE: "no rule fitted, so the fallback team had it",
    How.FAILED: "the rules failed, so the fallback team had it",
}


def head(row: Row, calendar: Calendar) -> dict[str, Any]:
    """A replay in a list: which rules, which days, how far it is."""
    return {
        "id": row["id"],
        "rules": row["name"],
        "draft": row["draft_id"],
        "digest": row["digest"],
        "against": row["against"],
        "since": calendar.local(row["since"]).date().isoformat(),
        "until": _last_day(row, calendar),
        "state": row["state"],
        "done": row["done"],
        "total": row["total"],
        "author": row["author"],
        "created_at": row["created_at"].isoformat(),
        "finished_at": row["finished_at"].isoformat() if row["finished_at"] else None,
        "trouble": row["trouble"],
        "version": row["version"],
    }


def _last_day(row: Row, calendar: Calendar) -> str:
    return (calendar.local(row["until"]) - timedelta(seconds=1)).date().isoformat()


def with_examples(result: Result, most: int) -> dict[str, Any]:
    """The figures with so many examples of each change."""
    cut = {kind: [each | {"examples": each["examples"][:most]} for each in result[kind]] for kind in KINDS}
    return dict(result) | cut


def as_rows(result: Result) -> Iterator[tuple[object, ...]]:
    """Every figure as a row: each change in all and by what it is told apart, then each team's load by hour."""
    for kind, (_, first, second) in KINDS.items():
        for each in result[kind]:
            pair = (kind, each[first], each[second])
            yield (*pair, "all", "", each["count"])
            for by in ("journey", "channel", "adjustment", "rule"):
                for value, count in each[f"by_{by}"].items():
                    yield (*pair, by, value, count)
    for team, load in result["load"].items():
        for hour, counts in enumerate(zip(load["before"], load["after"], strict=True)):
            for when, count in zip(("before", "after"), counts, strict=True):
                yield ("load", team, when, "hour of the week", hour, count)


def as_text(result: Result, ruleset: Ruleset, examples: int) -> Iterator[str]:
    """The figures for people to read, a line each."""
    yield from _first_lines(result)
    for kind, (title, first, second) in KINDS.items():
        if result[kind]:
            yield f"\n{title}"
        for each in result[kind][:MOST]:
            yield from _change(kind, each, first, second, ruleset, examples)
        if len(result[kind]) > MOST:
            yield f"  and {len(result[kind]) - MOST} more kinds of change: see --json or --csv"
    yield from _load(result, ruleset)
    yield ""
    yield from (f"{note}" for note in result["notes"])


def _first_lines(result: Result) -> Iterator[str]:
    against = "the live rules" if result["against"] == "live" else "what was decided then"
    last = (datetime.fromisoformat(result["until"]) - timedelta(seconds=1)).date()
    rules = result["rules"][:1].upper() + result["rules"][1:]
    yield f"{rules} against {against}: contacts from {result['since'][:10]} to {last}"
    yield f"{result['contacts']:,} contacts decided again, {result['changed']:,} would have another owner."
    for how, words in HOWS.items():
        counts = result["how"][how.value]
        if counts["count"]:
            yield f"  {counts['count']:,} {words}; {counts['changed']:,} of them change"
    if result["passed_on"]:
        yield f"  {result['passed_on']:,} are with another team now than the one they came to"
    if result.get("replay"):
        yield f"Kept as replay {result['replay']}."
    if result.get("version"):
        yield f"Version {result['version']} was published with it."


def _change(
    kind: str, each: Mapping[str, Any], first: str, second: str, ruleset: Ruleset, examples: int
) -> Iterator[str]:
    one, other = named(kind, each[first], ruleset), named(kind, each[second], ruleset)
    yield f"  {each['count']:>7,}  {one} → {other}"
    if kind == "owners" and each["passed_on"]:
        yield f"           {each['agreed']:,} of them are with {other} now; {each['passed_on']:,} have changed teams"
    for by in ("journey", "channel", "adjustment"):
        found = list(each[f"by_{by}"].items())[:FEW]
        if found and (kind != "journeys" or by != "journey"):
            yield f"           by {by}: " + ", ".join(f"{value} {count:,}" for value, count in found)
    for example in each["examples"][:examples]:
        yield f"           {example['at'][:16].replace('T', ' ')}  {example['enquiry']}  contact {example['contact']}"


def named(kind: str, value: str, ruleset: Ruleset) -> str:
    """What a change goes from or to, by its name."""
    if kind == "owners":
        return ruleset.teams[value].name if value in ruleset.teams else value
    if kind == "journeys":
        return ruleset.journeys[value].name if value in ruleset.journeys else value
    return TURNS.get(value, value.replace("-", " "))


def _load(result: Result, ruleset: Ruleset) -> Iterator[str]:
    rows = [(team, sum(load["before"]), sum(load["after"]), load) for team, load in result["load"].items()]
    changed = sorted((row for row in rows if row[1] != row[2] or row[3]["before"] != row[3]["after"]), key=_by_change)
    if changed:
        yield "\nContacts of each team: before, after, and the busiest hour of the day after"
    for team, before, after, load in changed:
        busiest = max(by_hour(load), key=lambda hour: hour[2])
        name = named("owners", team, ruleset)
        most = f"most from {busiest[0]:02}:00: {busiest[2]:,}, before {busiest[1]:,}"
        yield f"  {before:>7,} → {after:>7,}  {name} ({most})"


def _by_change(row: tuple[str, int, int, Any]) -> tuple[int, str]:
    return -abs(row[2] - row[1]), row[0]
