"""What one announcement costs with 500 callers waiting, as a ratio to the same with five, in processor time.

    python tests/bench/bench_waiting.py [--callers 500] [--record SQLite|PostgreSQL]

Every telephone of the team is engaged; the callers ask in turn what they hear, each through the whole of `line.asked`:
their row is read, those before are counted, and it is written that they were heard of.
"""

import argparse
import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import delete, insert

from channels.replies import Asked
from router.intake import submit
from router.services import Services
from router.store.engine import begin_write
from router.store.schema import calls
from router.telephony import line
from rules.model import Priority
from tests.bench.engine import RECORDS, record, services
from tests.messages import text_message

TEAM = "customer-hub"
FEW, ASKED = 5, 400


def seconds(engine: Services, ids: list[str]) -> float:
    """Processor time of one announcement, with these callers waiting."""
    _fill(engine, ids)

    async def ask() -> float:
        start = process_time()
        for number in range(ASKED):
            call = f"CA{number % len(ids)}"
            await line.asked(engine, Asked("wait", "AC1", call, call))
        return (process_time() - start) / ASKED

    return min(asyncio.run(ask()) for _ in range(3))


def _fill(engine: Services, ids: list[str]) -> None:
    """These wait, oldest first; the telephones of their team are engaged by as many others."""
    now = engine.clock()
    phones = engine.live.current().ruleset.teams[TEAM].telephones
    engaged = [phone.address for phone in phones for _ in range(phone.at_once or 0)]
    fixed = {"provider": "twilio", "account": "AC1", "team": TEAM, "rank": Priority.NORMAL.rank, "turn": 0, "tried": []}
    rows = [
        fixed | {"contact_id": id_, "call": f"CA{number}", "stage": "waiting", "phone": None, "since": since}
        for number, id_ in enumerate(ids)
        for since in [now - timedelta(seconds=60 - number / 100)]
    ]
    others = submit_some(engine, len(engaged), "other")
    rows += [
        fixed | {"contact_id": id_, "call": f"CO{number}", "stage": "talking", "phone": phone, "since": now}
        for number, (id_, phone) in enumerate(zip(others, engaged, strict=True))
    ]
    with begin_write(engine.record) as connection:
        connection.execute(delete(calls))
        connection.execute(insert(calls), [row | {"not_before": now, "seen_at": now} for row in rows])


def submit_some(engine: Services, count: int, what: str) -> list[str]:
    """So many contacts in the record."""
    taken = [submit(engine, text_message("My tap drips", sid=f"SM{what}{number}")) for number in range(count)]
    return [each.result().contact_id for each in taken]


def main() -> None:
    """Print both, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--callers", type=int, default=500)
    parser.add_argument("--record", choices=RECORDS, default=RECORDS[0])
    asked = parser.parse_args()
    with record(asked.record) as (data, database), services(data, database) as engine:
        ids = submit_some(engine, asked.callers, "caller")
        few, many = seconds(engine, ids[:FEW]), seconds(engine, ids)
    print(f"{FEW} waiting: {few * 1e3:.2f} ms an announcement; {asked.callers}: {many * 1e3:.2f} ms")
    print(f"ratio {many / few:.2f}")


if __name__ == "__main__":
    main()
