"""Runs once before the others: brings the record's tables up to date, and settles which ruleset is live.

What it cannot do it says in plain words on standard error, and ends with exit code 1. A record on a server that
cannot be reached is waited for, as a host may well be up before its database.
"""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from router import metrics
from router.accounts import new_link
from router.processes.child import begin
from router.processes.welcome import awaiting_file, first_link_file
from router.settings import Settings
from router.startup import NoGoodRulesetError, Serving, choose
from router.store import users
from router.store.engine import begin_read, begin_write, is_sqlite, make_engine
from router.store.migrate import NewerRecordError, upgrade
from router.store.trouble import Trouble, cause, trouble
from router.store.writer import Writer

WEB = "web"
TRY_EVERY, SAY_EVERY = 1.0, 60.0


class CannotPrepareError(Exception):
    """Firstcontact cannot start; the text says why and what to do."""


class RecordAwayError(CannotPrepareError):
    """The server that the record is on cannot be reached, for the moment or because a setting is wrong."""


def main() -> None:
    """Prepare, or say why not; the arguments after the first are the processes that are about to start."""
    _, settings = begin("prepare")
    metrics.forget(settings.run_folder, sys.argv[2:])
    try:
        _prepare_once_there(settings, sys.argv[2:])
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def _prepare_once_there(settings: Settings, processes: Sequence[str]) -> None:
    """Prepare, as soon as the record can be reached, saying now and then what is waited for."""
    told, since = "", 0.0
    while True:
        try:
            return prepare(settings, processes)
        except RecordAwayError as away:
            if str(away) != told or time.monotonic() - since > SAY_EVERY:
                told, since = str(away), time.monotonic()
                print(told, file=sys.stderr, flush=True)
            awaiting_file(settings).touch()
            time.sleep(TRY_EVERY)


def prepare(settings: Settings, processes: Sequence[str] = ()) -> None:
    """Bring the tables up to date, settle which ruleset is live, and make a link if web pages start without any user.

    Raises CannotPrepareError, of which RecordAwayError may pass.
    """
    record = make_engine(settings.record_url)
    try:
        upgrade(record)
        choice = _choose(record, settings)
        if WEB in processes:
            _make_first_link(record, settings)
    except (NewerRecordError, NoGoodRulesetError) as error:
        raise CannotPrepareError(str(error)) from None
    except SQLAlchemyError as error:
        raise _unusable(record, error, processes) from None
    finally:
        record.dispose()
    for line in choice.told:
        print(line, file=sys.stderr if choice.troubled else sys.stdout)


def _unusable(record: Engine, error: SQLAlchemyError, processes: Sequence[str]) -> CannotPrepareError:
    """What to tell of a record that cannot be used; its address is shown without the password."""
    if is_sqlite(record) or trouble(error) not in {Trouble.LOST, Trouble.BUSY}:
        return CannotPrepareError(
            f"The record at {record.url!r} cannot be used: {cause(error)}\n`firstcontact doctor` says what to do."
        )
    meanwhile = "Meanwhile callers are put through to a person, and whatever else comes in is refused. "
    return RecordAwayError(
        f"The record at {record.url!r} cannot be reached: {cause(error)}\n"
        f"It is waited for. {meanwhile if WEB in processes else ''}"
        "If its server runs, `firstcontact doctor` says what to do. Ctrl-C ends this."
    )


def _make_first_link(record: Engine, settings: Settings) -> None:
    """Leave the link for the first administrator where the supervisor shows it from, while there is nobody."""
    with begin_read(record) as connection:
        if users.any_at_all(connection):
            return
    url, row = new_link(settings, None, datetime.now(UTC))
    with begin_write(record) as connection:
        users.add_link(connection, [row])
    file = first_link_file(settings)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(url, encoding="utf-8")


def _choose(record: Engine, settings: Settings) -> Serving:
    writer = Writer(record)
    try:
        return choose(record, writer, settings.config, datetime.now(UTC))
    finally:
        writer.close()


if __name__ == "__main__":
    main()
