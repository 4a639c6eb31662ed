"""`firstcontact keys`: API keys, made, listed and withdrawn."""

from typing import Annotated

import typer

from router.cli.output import JSON, USED_WRONGLY, forgiving, give_up, lines, say, table
from router.cli.setting_up import opened
from router.store import keys
from router.store.engine import begin_read
from router.views import time

SCOPES = f"One of {', '.join(keys.SCOPES)}; may be given again. Unless told read and write."
app = typer.Typer(help="API keys.", no_args_is_help=True, add_completion=False)


@app.command()
@forgiving
def create(
    name: Annotated[str, typer.Argument(help="Who or what will use it.")],
    scope: Annotated[list[str] | None, typer.Option(help=SCOPES)] = None,
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Make a key and print it; it is shown this once.

    Example: firstcontact keys create portal --scope write
    """
    scopes = sorted(set(scope or keys.USUAL))
    unknown = [each for each in scopes if each not in keys.SCOPES]
    if unknown:
        give_up(f"--scope: there is no {unknown[0]}; there are {', '.join(keys.SCOPES)}.", USED_WRONGLY)
    with opened() as services:
        key, row = keys.make(name, scopes, services.clock())
        services.writer.submit(keys.add, row).result()
    if as_json:
        return lines([{"id": row["id"], "name": name, "scopes": scopes, "key": key}])
    return say(key)


@app.command(name="list")
@forgiving
def list_keys(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List every key, without the keys themselves.

    Example: firstcontact keys list --json
    """
    with opened() as services, begin_read(services.record) as record:
        rows = keys.every(record)
    shown = [
        {
            "id": row["id"],
            "name": row["name"],
            "scopes": row["scopes"],
            "created_at": time(row["created_at"]),
            "revoked_at": time(row["revoked_at"]),
        }
        for row in rows
    ]
    if as_json:
        return lines(shown)
    return table(
        ("id", "name", "scopes", "created", "revoked"),
        [
            (row["id"], row["name"], " ".join(row["scopes"]), row["created_at"], row["revoked_at"] or "")
            for row in shown
        ],
    )


@app.command()
@forgiving
def revoke(key_id: Annotated[str, typer.Argument(help="The id from `keys list`.")]) -> None:
    """Withdraw a key; it is refused from the next request on.

    Example: firstcontact keys revoke 01k...
    """
    with opened() as services:
        done = services.writer.submit(keys.revoke, (key_id, services.clock())).result()
    if not done:
        give_up(f"There is no valid key with the id {key_id}.")
    say("Revoked.")
