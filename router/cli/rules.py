"""`firstcontact rules`: check, test and try out a landlord's folder, or look at what is live."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from router.cli import rules_changing, rules_checking
from router.cli.output import (
    FOUND_WANTING,
    JSON,
    USED_WRONGLY,
    forgiving,
    give_up,
    lines,
    read_bytes,
    say,
)
from router.cli.rules_learn import learn
from router.cli.rules_replay import list_replays, replay
from router.cli.rules_schema import print_schema
from router.cli.setting_up import live_or_folder
from router.services import utc_now
from router.trying import decided
from rules.given import WrongFactError
from rules.sentences import sentence, sentences

app = typer.Typer(help="The rules.", no_args_is_help=True, add_completion=False)
app.command(name="schema")(print_schema)
for changing in rules_changing.COMMANDS:
    app.command()(changing)
for name, command in (("replay", replay), ("replays", list_replays), ("learn", learn)):
    app.command(name=name)(command)
Rules = Annotated[Path | None, typer.Option("--rules", help="A landlord's folder, instead of the live ruleset.")]


rules_checking.register(app)


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
            shown = decided(_object(line), live, utc_now(), explain=explain)
        except WrongFactError as error:
            shown = {"line": number, "error": str(error)}
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
    if as_json:
        return lines({"rule": each.name, "sentence": sentence(each, ruleset)} for each in wanted)
    for line in [sentence(each, ruleset) for each in wanted] if rule else sentences(ruleset):
        say(line)
    return None
