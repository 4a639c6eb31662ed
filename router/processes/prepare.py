"""Runs once before the others: brings the record's tables up to date, and settles which ruleset is live.

What it cannot do it says in plain words on standard error, and ends with exit code 1.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from router import metrics
from router.accounts import new_link
from router.processes.child import begin
from router.processes.welcome import first_link_file
from router.settings import Settings
from router.startup import NoGoodRulesetError, Serving, choose
from router.store import users
from router.store.engine import begin_read, begin_write, make_engine
from router.store.migrate import NewerRecordError, upgrade
from router.store.trouble import cause
from router.store.writer import Writer

WEB = "web"


class CannotPrepareError(Exception):
    """Firstcontact cannot start; the text says why and what to do."""


def main() -> None:
    """Prepare, or say why not; the arguments after the first are the processes that are about to start."""
    _, settings = begin("prepare")
    metrics.forget(settings.run_folder, sys.argv[2:])
    try:
        prepare(settings, sys.argv[2:])
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def prepare(settings: Settings, processes: Sequence[str] = ()) -> None:
    """Bring the tables up to date, settle which ruleset is live, and make a link if web pages start without any user.

    Raises CannotPrepareError.
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
        told = f"The record at {record.url!r} cannot be used: {cause(error)}"
        raise CannotPrepareError(f"{told}\n`firstcontact doctor` says what to do.") from None
    finally:
        record.dispose()
    for line in choice.told:
        print(line, file=sys.stderr if choice.troubled else sys.stdout)


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
