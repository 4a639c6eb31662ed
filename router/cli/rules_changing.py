"""`firstcontact rules publish`, `submit`, `export`, `rollback` and `history`: a folder, as in git, as a way in."""

from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from router import exported, publishing
from router.cli.output import JSON, complain, forgiving, give_up, lines, say, table
from router.cli.rules_checking import Folder
from router.cli.rules_comparing import diff
from router.cli.rules_grounds import ORIGIN, ground_of, is_live, mark, number_of, seen_in
from router.cli.rules_replay import justified_by
from router.cli.setting_up import opened
from router.exported import FolderRefusedError, Marker
from router.publishable import Checked, check
from router.publishing import By, ChangeRefusedError, Over
from router.store import replays, rulesets, users
from router.store.engine import begin_read
from router.store.rows import Row
from router.store.rulesets import Refusal, as_bytes
from router.views import time
from rules.folder import read_folder
from rules.load import digest

AUTHOR: Final = "command line"
MOST_WARNINGS: Final = 20
"""Warnings that are told when rules are published."""
Why = Annotated[str, typer.Option(help="Why, for whoever reads the history.")]
Author = Annotated[str, typer.Option(help="Who does it.")]
Base = Annotated[
    str,
    typer.Option(
        help="What the folder was begun from, if no marker says it: a version's number, or a folder as it was before."
    ),
]
Onto = Annotated[
    int,
    typer.Option(
        min=0, max=rulesets.LARGEST, help="Replace this version, whose changes you have seen, if it is still live."
    ),
]


@forgiving
def publish(
    folder: Folder,
    reason: Why,
    author: Author = AUTHOR,
    base: Base = "",
    onto: Onto = 0,
    *,
    force: Annotated[bool, typer.Option(help="Replace whatever is live; the history shows it.")] = False,
    emergency: Annotated[
        bool, typer.Option(help="Do without the approval that the live rules ask for; the history shows it.")
    ] = False,
    replay: Annotated[str, typer.Option(help="The replay of this folder that justifies it.")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Check a folder and make it live; every process follows within two seconds. A broken one is refused.

    So is one that was begun from another version than the live one, until you have seen what that changed.

    Example: firstcontact rules publish config --reason "Pests go to Assets at once"
    """
    checked = check(read_folder(folder))
    _warn(checked, folder)
    with opened() as services:
        if replay:
            justified_by(services, replay, checked.ruleset.digest)
        ground = ground_of(services, folder, base)
        if is_live(ground, checked, folder):
            return _said({"version": number_of(ground.live), "published": False}, "is live already", as_json=as_json)
        seen = seen_in(ground, checked, folder, onto, force=force)
        over = Over(seen, ground.begun_from, emergency)
        try:
            number = publishing.publish(services.writer, checked, ORIGIN, By(author, reason, services.clock()), over)
        except ChangeRefusedError as refused:
            _refused(refused, folder)
        if replay:
            services.writer.submit(replays.justify, (replay, number)).result()
    mark(folder, Marker(number, checked.ruleset.digest))
    return _said({"version": number, "published": True}, "is live", as_json=as_json)


@forgiving
def submit(
    folder: Folder,
    reason: Why,
    author: Author = AUTHOR,
    base: Base = "",
    onto: Onto = 0,
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Check a folder and ask a second person to approve it; then `rules publish` makes exactly this live.

    It becomes a draft, which a supervisor who had no hand in it approves in the browser, or a key by the API.

    Example: firstcontact rules submit config --author Ruth --reason "Pests go to Assets at once"
    """
    checked = check(read_folder(folder))
    with opened() as services:
        ground = ground_of(services, folder, base)
        if ground.live is None:
            give_up(f"Nothing is live yet: `firstcontact rules publish {folder}` needs nobody's approval.")
        if is_live(ground, checked, folder):
            give_up(f"Version {number_of(ground.live)} has exactly these files already.")
        seen_in(ground, checked, folder, onto, force=False)
        by, files = By(author, reason, services.clock()), {name: each.decode() for name, each in checked.files.items()}
        number = number_of(ground.live)
        draft = publishing.begin_draft(services.writer, number, files, reason, by)
        row = {"id": draft, "files": files}
        try:
            submission = publishing.submit(services.writer, row, number, by)
        except ChangeRefusedError as refused:
            _refused(refused, folder)
        url = f"{services.settings.outside_url}/rules/drafts/{draft}"
    if as_json:
        return lines([{"draft": draft, "submission": submission, "live": number, "url": url}])
    return say(f"Submitted, to go onto version {number}. A second person looks at it at {url}")


@forgiving
def export(
    folder: Annotated[Path, typer.Argument(help="Where to: a new folder, or one that was exported to before.")],
    version: Annotated[
        int, typer.Option(min=0, max=rulesets.LARGEST, help="Which version, instead of the live one.")
    ] = 0,
    *,
    overwrite: Annotated[bool, typer.Option(help="Overwrite changes in the folder that are no version.")] = False,
) -> None:
    """Write a version's files to a folder exactly as they were published, with a marker of which version they are.

    Example: firstcontact rules export landlord --version 3
    """
    with opened() as services, begin_read(services.record) as record:
        number = version or rulesets.live_version(record)
        row = rulesets.version(record, number) if number is not None else None
        if row is None:
            give_up(
                f"There is no version {version}: see `firstcontact rules history`."
                if version
                else "Nothing is live yet."
            )
        try:
            exported.export(
                folder,
                as_bytes(row["files"]),
                row["version"],
                lambda content: rulesets.by_digest(record, content) is not None,
                overwrite=overwrite,
            )
        except FolderRefusedError as refused:
            give_up(str(refused))
    say(f"{folder} has the {len(row['files'])} files of version {row['version']}.")


@forgiving
def history(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List the published versions, newest first, with who approved each and which was an emergency.

    Example: firstcontact rules history
    """
    with opened() as services, begin_read(services.record) as record:
        live = rulesets.live_version(record)
        rows = users.signed(record, rulesets.history(record), "author", "approved_by")
        replayed = replays.justifying(record)
    shown = [_shown(row, live) | {"replay": replayed.get(row["version"])} for row in rows]
    if as_json:
        return lines(shown)
    columns = ("version", "at", "author", "reason", "origin")
    return table(
        (*columns, "approval", "live"),
        [[*(row[name] for name in columns), _approval(row), "live" if row["live"] else ""] for row in shown],
    )


@forgiving
def rollback(
    version: Annotated[
        int, typer.Argument(min=1, max=rulesets.LARGEST, help="The version whose files are to be live again.")
    ],
    reason: Annotated[str, typer.Option(help="Why, for whoever reads the history.")] = "",
    author: Author = AUTHOR,
    *,
    emergency: Annotated[
        bool, typer.Option(help="Do without the approval that the live rules ask for; the history shows it.")
    ] = False,
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
        by = By(author, reason or f"Back to version {version}", services.clock())
        try:
            number = publishing.roll_back(services.writer, earlier, by, Over(seen, emergency=emergency))
        except ChangeRefusedError as refused:
            give_up(_roll_back_refused(refused))
    say(f"Version {number} is live, with the files of version {version}.")


@forgiving
def pack(folder: Folder) -> None:
    """Print a folder as one JSON object: its files and its digest, as POST /api/v1/rulesets takes them.

    Example: firstcontact rules pack config > pack.json
    """
    files = read_folder(folder)
    try:
        texts = {name: content.decode() for name, content in files.items()}
    except UnicodeDecodeError:
        give_up(f"{folder} has a file that is not UTF-8: `firstcontact rules check {folder}` says which.")
    lines([{"files": texts, "digest": digest(files)}])


COMMANDS: Final = (publish, pack, submit, export, history, rollback, diff)


def _warn(checked: Checked, folder: Path) -> None:
    for warning in checked.warnings[:MOST_WARNINGS]:
        complain(f"warning: {warning}")
    if more := checked.warnings[MOST_WARNINGS:]:
        complain(f"There are {len(more)} more warnings: see `firstcontact rules check {folder}`.")


def _said(row: Row, what: str, *, as_json: bool) -> None:
    if as_json:
        lines([row])
    else:
        say(f"Version {row['version']} {what}.")


def _refused(refused: ChangeRefusedError, folder: Path) -> NoReturn:
    if refused.refusal is Refusal.NOT_APPROVED:
        give_up(
            "The live rules ask for a second person's approval, and nobody has approved exactly this over the live "
            f"version.\nAsk for it: `firstcontact rules submit {folder} --reason WHY`, then publish again.\n"
            "In an emergency: --emergency, which the history shows."
        )
    give_up(str(refused))


def _roll_back_refused(refused: ChangeRefusedError) -> str:
    if refused.refusal is Refusal.NOT_APPROVED:
        return (
            "The live rules ask for a second person's approval. Without one only a version comes back that asks for "
            "it too, and was no emergency. Submit a draft of it, or use --emergency, which the history shows."
        )
    if refused.refusal is Refusal.OVERTAKEN:
        return "Another version was published meanwhile: see `firstcontact rules history`, and try again."
    return str(refused)


# The history ---------------------------------------------------------------------------------------------------------


def _shown(row: Row, live: int | None) -> dict[str, Any]:
    times = {name: time(row[name]) for name in ("at", "approved_at")}
    return {**row, **times, "emergency": bool(row["emergency"]), "live": row["version"] == live}


def _approval(row: Row) -> str:
    if row["approved_by"]:
        return f"approved by {row['approved_by']}"
    return "EMERGENCY, not approved" if row["emergency"] else ""
