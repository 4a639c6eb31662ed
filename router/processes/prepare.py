"""Runs once before the others: brings the record's tables up to date, and settles which ruleset is live.

What it cannot do it says in plain words on standard error, and ends with exit code 1.
"""

import sys
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from router import metrics
from router.processes.child import begin
from router.settings import Settings
from router.startup import Choice, NoGoodRulesetError, choose
from router.store.engine import make_engine
from router.store.migrate import NewerRecordError, upgrade
from router.store.trouble import cause
from router.store.writer import Writer


class CannotPrepareError(Exception):
    """Firstcontact cannot start; the text says why and what to do."""


def main() -> None:
    """Prepare, or say why not; the arguments after the first are the processes that are about to start."""
    _, settings = begin("prepare")
    metrics.forget(settings.run_folder, sys.argv[2:])
    try:
        prepare(settings)
    except CannotPrepareError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


def prepare(settings: Settings) -> None:
    """Bring the record's tables up to date and settle which ruleset is live; raises CannotPrepareError."""
    record = make_engine(settings.record_url)
    try:
        upgrade(record)
        choice = _choose(record, settings)
    except (NewerRecordError, NoGoodRulesetError) as error:
        raise CannotPrepareError(str(error)) from None
    except SQLAlchemyError as error:
        raise CannotPrepareError(f"The record at {record.url!r} cannot be used: {cause(error)}") from None
    finally:
        record.dispose()
    for line in choice.told:
        print(line, file=sys.stderr if choice.troubled else sys.stdout)


def _choose(record: Engine, settings: Settings) -> Choice:
    writer = Writer(record)
    try:
        return choose(record, writer, settings.config, datetime.now(UTC))
    finally:
        writer.close()


if __name__ == "__main__":
    main()
