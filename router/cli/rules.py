"""`firstcontact rules`: check, test, try out and publish a landlord's folder, or look at what is live."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from router.cli.output import (
    FOUND_WANTING,
    JSON,
    USED_WRONGLY,
    complain,
    forgiving,
    give_up,
    lines,
    read_bytes,
    say,
    table,
)
from router.cli.rules_learn import learn
from router.cli.rules_replay import justified_by, list_replays, replay
from router.cli.setting_up import live_or_folder, opened
from router.live import LiveRuleset, as_bytes, check, publish, roll_back
from router.services import utc_now
from router.store import replays, rulesets, users
from router.store.engine import begin_read
from router.views import time
from rules.compile import compile_rules
from rules.decide import decide as decide_facts
from rules.difference import difference
from rules.examples import run_examples
from rules.explain import Lost, near
from rules.explain import explain as explain_facts
from rules.folder import read_folder
from rules.given import Given, WrongFactError, read_given
from rules.landlord import Ruleset
from rules.load import load, load_checked
from rules.model import Outcome
from rules.problems import Problem, RulesetError
from rules.recognise import recogniser
from rules.recognised import with_journey
from rules.sentences import sentence

AUTHOR = "command line"
LONGEST_NUMBER = 9
app = typer.Typer(help="The rules.", no_args_is_help=True)
for name, command in (("replay", replay), ("replays", list_replays), ("learn", learn)):
    app.command(name=name)(command)
Folder = Annotated[Path, typer.Argument(help="A landlord's folder of YAML files.")]
Rules = Annotated[Path | None, typer.Option("--rules", help="A landlord's folder, instead of the live ruleset.")]


@app.command(name="check")
@forgiving
def check_rules(folder: Folder, *, as_json: Annotated[bool, JSON] = False) -> None:
    """Say everything that is wrong in a folder, by file, line and column. Exit code 1 if something is.

    Example: firstcontact rules check config
    """
    problems, wrong = _problems(folder)
    if as_json:
        lines(problem.as_dict() for problem in problems)
    else:
        for problem in problems:
            say(f"{problem.severity}: {problem}")
        found = "has mistakes" if wrong else "has no mistakes; `firstcontact rules test` tries its examples"
        say(f"{folder}: {found}. Remarks: {len(problems)}.")
    if wrong:
        raise typer.Exit(FOUND_WANTING)


def _problems(folder: Path) -> tuple[tuple[Problem, ...], bool]:
    try:
        return load_checked(read_folder(folder))[1], False
    except RulesetError as error:
        return error.problems, True


@app.command(name="test")
@forgiving
def run(folder: Folder, *, as_json: Annotated[bool, JSON] = False) -> None:
    """Run the examples of every rule. Exit code 1 if one comes out differently.

    Example: firstcontact rules test config
    """
    ruleset = load(read_folder(folder))
    results = run_examples(compile_rules(ruleset), recogniser(ruleset))
    failed = [result for result in results if not result.passed]
    if as_json:
        lines(result.as_dict() for result in results)
    else:
        for result in failed:
            complain(str(result))
        say(f"{len(results) - len(failed)} examples pass, {len(failed)} fail.")
    if failed:
        raise typer.Exit(FOUND_WANTING)


@app.command()
@forgiving
def decide(
    facts: Annotated[Path, typer.Option(help="Facts, a JSON object a line; - is standard input.")] = Path("-"),
    rules: Rules = None,
    *,
    explain: Annotated[bool, typer.Option(help="Say why, in sentences.")] = False,
) -> None:
    """Decide made-up contacts: a JSON line of facts in, one of the outcome out; exit code 1 if one is unreadable.

    Facts are fields by name, `says` for words to recognise, `at` for the moment (local unless it has a zone).

    Example: echo '{"channel": "sms", "says": "I smell gas"}' | firstcontact rules decide --rules config
    """
    live = live_or_folder(rules)
    wrong = False
    for number, line in enumerate(read_bytes(facts).splitlines(), 1):
        if not line.strip():
            continue
        try:
            shown = _decided(read_given(_object(line), live.ruleset), live, explain=explain)
        except WrongFactError as error:
            shown = {"line": number, "error": str(error)}
        except (OverflowError, ValueError):  # by the year 9999, as far as times go
            shown = {"line": number, "error": "at is too far away for a calendar"}
        wrong |= "error" in shown
        lines([shown])
    if wrong:
        raise typer.Exit(FOUND_WANTING)


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise WrongFactError("the line is not JSON") from None
    if not isinstance(given, dict):
        raise WrongFactError("the line is not a JSON object")
    return given


def _decided(given: Given, live: LiveRuleset, *, explain: bool) -> dict[str, Any]:
    facts = with_journey(given.facts, live.ruleset, live.recogniser)
    at = given.at or utc_now()
    outcome = decide_facts(live.compiled, facts, at)
    losers = near(live.compiled, facts, at)
    shown = _outcome(outcome, losers) | {"journey": facts.get("journey")}
    if explain:
        shown["explanation"] = list(explain_facts(live.compiled, facts, at).sentences())
    return shown


def _outcome(outcome: Outcome, losers: Sequence[Lost]) -> dict[str, Any]:
    return {
        "team": outcome.team,
        "rule": outcome.rule,
        "because": outcome.because,
        "also": list(outcome.also),
        "priority": outcome.priority.value,
        "ask": list(outcome.ask),
        "instructions": list(outcome.instructions),
        "due": {name: time(at) for name, at in outcome.due.items()},
        "message": outcome.message,
        "take_over": outcome.take_over,
        "handling": list(outcome.handling),
        "near": [{"rule": lost.rule, "failed": lost.failed[0]} for lost in losers],
    }


@app.command()
@forgiving
def explain(
    folder: Annotated[Path | None, typer.Argument(help="A landlord's folder, instead of the live ruleset.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only the rule of this name.")] = None,
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print the rules as plain English sentences.

    Example: firstcontact rules explain config --rule "gas escape"
    """
    ruleset = live_or_folder(folder).ruleset
    wanted = [each for each in (*ruleset.owner, *ruleset.handling) if rule in (None, each.name)]
    if not wanted:
        give_up(f"There is no rule called {rule}.", USED_WRONGLY)
    told = [{"rule": each.name, "sentence": sentence(each, ruleset)} for each in wanted]
    if as_json:
        return lines(told)
    for each in told:
        say(f"{each['rule']}: {each['sentence']}")
    return None


@app.command(name="publish")
@forgiving
def publish_rules(
    folder: Folder,
    reason: Annotated[str, typer.Option(help="Why, for whoever reads the history.")],
    author: Annotated[str, typer.Option(help="Who publishes.")] = AUTHOR,
    replay_id: Annotated[str, typer.Option("--replay", help="The replay of this folder that justifies it.")] = "",
) -> None:
    """Check a folder and make it live; every process follows within two seconds. A broken one is refused.

    Example: firstcontact rules publish config --reason "Pests go to Assets at once"
    """
    checked = check(read_folder(folder))
    with opened() as services:
        if replay_id:
            justified_by(services, replay_id, checked.ruleset.digest)
        number = publish(services.writer, checked, origin="folder", author=author, reason=reason, at=services.clock())
        if replay_id:
            services.writer.submit(replays.justify, (replay_id, number)).result()
    say(f"Version {number} is live.")


@app.command()
@forgiving
def history(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List the published versions, newest first.

    Example: firstcontact rules history
    """
    with opened() as services, begin_read(services.record) as record:
        live, rows = rulesets.live_version(record), users.signed(record, rulesets.history(record), "author")
        with_replay = replays.justifying(record)
    shown = [
        {**row, "at": time(row["at"]), "live": row["version"] == live, "replay": with_replay.get(row["version"])}
        for row in rows
    ]
    if as_json:
        return lines(shown)
    columns = ("version", "at", "author", "reason", "origin")
    return table(
        (*columns, "live"), [[*(row[name] for name in columns), "live" if row["live"] else ""] for row in shown]
    )


@app.command()
@forgiving
def rollback(
    version: Annotated[int, typer.Argument(help="The version whose files are to be live again.")],
    reason: Annotated[str, typer.Option(help="Why, for whoever reads the history.")] = "",
    author: Annotated[str, typer.Option(help="Who rolls back.")] = AUTHOR,
) -> None:
    """Publish the files of an earlier version again, as a new version; every process follows within two seconds.

    Example: firstcontact rules rollback 3 --reason "Pests went to nobody"
    """
    with opened() as services:
        with begin_read(services.record) as record:
            earlier, seen = rulesets.version(record, version), rulesets.live_version(record)
        if earlier is None:
            give_up(f"There is no version {version}: see `firstcontact rules history`.")
        if seen == version:
            give_up(f"Version {version} is live already.")
        back = rulesets.RollBack(version, seen, author, reason or f"Back to version {version}", services.clock())
        number = roll_back(services.writer, earlier, back)
    if number is None:
        give_up("Another version was published meanwhile: see `firstcontact rules history`, and try again.")
    say(f"Version {number} is live, with the files of version {version}.")


@app.command()
@forgiving
def diff(
    old: Annotated[str, typer.Argument(help="A landlord's folder, the number of a version, or `live`.")],
    new: Annotated[str, typer.Argument(help="The same, for what it is compared with.")],
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say what differs by meaning: rules added, removed, changed or moved, teams, journeys and all the rest.

    Exit code 1 if anything does.

    Example: firstcontact rules diff live config
    """
    changes = difference(_named(old), _named(new))
    if as_json:
        lines(change.as_dict() for change in changes)
    else:
        for change in changes:
            say(str(change))
            for detail in change.details:
                say(f"  {detail}")
        say(f"Differences: {len(changes)}.")
    if changes:
        raise typer.Exit(FOUND_WANTING)


def _named(name: str) -> Ruleset:
    """A ruleset by folder, by its version's number or as the live one."""
    if name == "live":
        return live_or_folder(None).ruleset
    if not name.isdecimal() or len(name) > LONGEST_NUMBER or Path(name).exists():
        return load(read_folder(name))
    with opened() as services, begin_read(services.record) as record:
        row = rulesets.version(record, int(name))
    if row is None:
        give_up(f"There is no version {name}: see `firstcontact rules history`.")
    return load(as_bytes(row["files"]))
