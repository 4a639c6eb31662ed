"""`firstcontact rules replay`, `replays` and `learn`: what other rules would have made of past contacts."""

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from router.cli.output import JSON, USED_WRONGLY, forgiving, give_up, lines, say, table
from router.cli.setting_up import live_or_configured, opened
from router.days import Period, WrongPeriodError
from router.live import LiveRuleset, prepare
from router.replays import asking, telling
from router.replays.asking import Source
from router.replays.running import AGAINST, LIVE, ReplayOrder
from router.replays.running import Progress as Report
from router.replays.running import replay as run
from router.services import Services
from router.store import contacts, drafts, replays
from router.store.engine import begin_read
from router.store.rulesets import as_bytes
from rules.folder import read_folder
from rules.load import load

AUTHOR = "command line"
LONGEST_NUMBER = 9
POLITE = 10
FEW = 5
PAGE = 20
HEAD = 160
SINCE = typer.Option("--from", help=f"The first day, such as 2026-11-01; {asking.DAYS} days in all unless told.")
UNTIL = typer.Option("--to", help="The last day; today unless told.")


@forgiving
def replay(
    rules: Annotated[str, typer.Argument(help="A landlord's folder, a version's number, `draft` or a draft's id.")],
    since: Annotated[str, SINCE] = "",
    until: Annotated[str, UNTIL] = "",
    against: Annotated[str, typer.Option(help=f"Compare with {' or '.join(AGAINST)}.")] = LIVE,
    examples: Annotated[int, typer.Option(min=0, max=25, help="Examples of each change.")] = FEW,
    *,
    words: Annotated[bool, typer.Option("--words", help="Print what customers wrote beside the examples.")] = False,
    save: Annotated[bool, typer.Option("--save", help="Keep the result, for `rules publish --replay`.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the changes as CSV.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Decide past contacts again under other rules, and show what would change. Nothing that is live is touched.

    Example: firstcontact rules replay config --from 2026-11-01 --to 2026-11-28
    """
    if against not in AGAINST:
        give_up(f"--against: there is no {against}; there are {', '.join(AGAINST)}.", USED_WRONGLY)
    with opened() as services:
        live, source = live_or_configured(services), _source(services, rules)
        wanted = ReplayOrder(period_of(since, until, live, services), _prepared(source, live), against, live)
        with showing("Deciding again") as report:
            total = [0]
            result = run(services, wanted, counting(report, total))
        if save:
            row = asking.asked(source, wanted.period, live, AUTHOR, services.clock(), against)
            kept = asking.finished(row, result | {"total": total[0]}, total[0], services.clock())
            services.writer.submit(replays.add, kept).result()
            result |= {"replay": kept["id"]}
        result |= {"rules": source.name}
        _print(services, result, live, examples=examples, words=words, as_csv=as_csv, as_json=as_json)


@forgiving
def list_replays(
    replay_id: Annotated[str, typer.Argument(help="One replay in full; without it the latest are listed.")] = "",
    examples: Annotated[int, typer.Option(min=0, max=25, help="Examples of each change.")] = FEW,
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the changes as CSV.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the replays that are kept, or print one of them again.

    Example: firstcontact rules replays --json
    """
    with opened() as services:
        live = live_or_configured(services)
        with begin_read(services.record) as record:
            rows = replays.latest(record, replays.REPLAY, PAGE)
            one = replays.get(record, replay_id) if replay_id else None
        if not replay_id:
            return _list(rows, live, as_json=as_json)
        if one is None:
            give_up(f"There is no replay {replay_id}: see `firstcontact rules replays`.")
        if one["result"] is None or one["kind"] != replays.REPLAY:
            give_up(f"Replay {replay_id} has no result: it is {one['state']}.")
        result = one["result"] | {"replay": one["id"], "rules": one["name"], "version": one["version"]}
        return _print(services, result, live, examples=examples, words=False, as_csv=as_csv, as_json=as_json)


def _list(rows: list[dict[str, Any]], live: LiveRuleset, *, as_json: bool) -> None:
    shown = [telling.head(row, live.calendar) for row in rows]
    if as_json:
        return lines(shown)
    columns = ("id", "rules", "since", "until", "state", "author", "version")
    return table(columns, [["" if row[name] is None else row[name] for name in columns] for row in shown])


def _print(
    services: Services,
    result: dict[str, Any],
    live: LiveRuleset,
    *,
    examples: int,
    words: bool,
    as_csv: bool,
    as_json: bool,
) -> None:
    if as_json:
        return lines([telling.with_examples(result, examples)])
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([telling.CSV_COLUMNS, *telling.as_rows(result)])
        return None
    for line in telling.as_text(result, live.ruleset, examples):
        say(line)
    if words:
        _say_words(services, result, examples)
    return None


def _say_words(services: Services, result: dict[str, Any], examples: int) -> None:
    ids = list(dict.fromkeys(each["contact"] for change in result["owners"] for each in change["examples"][:examples]))
    with begin_read(services.record) as record:
        said = contacts.load(record, ids)
    say("\nWhat the customers wrote")
    for contact in said:
        text = " ".join(part["text"] for part in contact["parts"])
        say(f"  {contact['id']}  {' '.join(text.split())[:HEAD]}")


def justified_by(services: Services, replay_id: str, digest: str) -> None:
    """Make sure that a replay is one of exactly these files; ends the command where it is not."""
    with begin_read(services.record) as record:
        row = replays.get(record, replay_id)
    if row is None or row["kind"] != replays.REPLAY or row["state"] != replays.DONE:
        give_up(f"There is no finished replay {replay_id}: see `firstcontact rules replays`.")
    if row["digest"] != digest:
        give_up(f"Replay {replay_id} is of other files than these: replay them as they are now, with --save.")


def _source(services: Services, name: str) -> Source:
    """The rules that an argument names; ends the command where there are none."""
    if Path(name).is_dir() or "/" in name:
        return Source(f"the folder {Path(name).name or name}", {k: v.decode() for k, v in read_folder(name).items()})
    with begin_read(services.record) as record:
        if name.isdecimal() and len(name) <= LONGEST_NUMBER:
            found = asking.of_version(record, int(name))
        else:
            newest = next((row["id"] for row in drafts.every(record)), "")
            found = asking.of_draft(record, newest if name == "draft" else name)
    return found or give_up(f"There is no folder, version or draft {name}: see `firstcontact rules history`.")


def _prepared(source: Source, live: LiveRuleset) -> LiveRuleset:
    return live if source.digest == live.ruleset.digest else prepare(0, load(as_bytes(source.files)))


def period_of(since: str, until: str, live: LiveRuleset, services: Services) -> Period:
    """The days that two options name; ends the command where they are none."""
    try:
        return asking.period(since, until, live.calendar, services.clock())
    except WrongPeriodError as error:
        give_up(f"{'--from' if error.field == 'since' else '--to'}: {error}.", USED_WRONGLY)


def counting(report: Report, total: list[int]) -> Report:
    """The same report, which also keeps of how many contacts it was told."""

    def told(done: int, whole: int) -> None:
        total[0] = whole
        report(done, whole)

    return told


@contextmanager
def showing(what: str) -> Iterator[Report]:
    """A bar on standard error, where somebody sees it; whoever works beside this command goes first."""
    with suppress(OSError):
        os.nice(POLITE)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
