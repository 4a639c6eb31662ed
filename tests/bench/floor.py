"""The floor that accepting a text is held against: one HMAC, one row, one flush for whatever waits, and nothing else.

It reads the form as any Starlette application does; the lean one reads it with the standard library instead, in some
60% of the time. `python -m tests.bench.floor` prints both, for SQLite and PostgreSQL.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from socket import create_connection
from typing import Any
from urllib.parse import parse_qsl

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from router.store.ids import new_id
from tests.bench.load import ROOT, TOKEN, Figures, measure
from tests.servers.postgres import postgres_server
from tests.servers.process import Server, free_port

PATH = "/channels/twilio/sms"
TABLE = "create table texts (id char(26) primary key, sender text, body text, at bigint)"
NAMES = {False: "bare:", True: "lean:"}
Row = tuple[str, str, str, int]


class MinimalWriter:
    """A thread that commits whatever rows wait, and then wakes the loop once."""

    def __init__(self, commit: Callable[[list[Row]], None]) -> None:
        self._commit = commit
        self._queue: SimpleQueue[tuple[Row, asyncio.Future[None]]] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._work, daemon=True).start()

    def write(self, row: Row) -> "asyncio.Future[None]":
        """Have a row written; done once it is committed."""
        future: asyncio.Future[None] = self._loop.create_future()
        self._queue.put((row, future))
        return future

    def _work(self) -> None:
        while True:
            waiting = [self._queue.get()]
            while not self._queue.empty():
                waiting.append(self._queue.get())
            self._commit([row for row, _ in waiting])
            self._loop.call_soon_threadsafe(_settle, [future for _, future in waiting])


def _settle(futures: "list[asyncio.Future[None]]") -> None:
    for future in futures:
        future.set_result(None)


def sqlite_commit(file: str) -> Callable[[list[Row]], None]:
    """Inserting into a new table of an SQLite file, flushed to disk."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for statement in ("pragma journal_mode=wal", "pragma synchronous=full", TABLE):
        connection.execute(statement)

    def commit(rows: list[Row]) -> None:
        connection.execute("begin immediate")
        connection.executemany("insert into texts values (?, ?, ?, ?)", rows)
        connection.execute("commit")

    return commit


def postgres_commit(url: str) -> Callable[[list[Row]], None]:
    """Inserting into a new table of a PostgreSQL database."""
    connection = psycopg.connect(url)
    connection.execute(TABLE)
    connection.commit()

    def commit(rows: list[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("insert into texts values (%s, %s, %s, %s)", rows)
        connection.commit()

    return commit


def app(database: str, public_url: str, *, lean: bool) -> Starlette:
    """The bare application: a signed text in, 204 out once its row is on disk."""
    read = lean_form if lean else form
    holder: dict[str, MinimalWriter] = {}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        make = sqlite_commit if database.startswith("/") else postgres_commit
        holder["writer"] = MinimalWriter(make(database))
        yield

    async def receive(request: Request) -> Response:
        fields = await read(request)
        if not _signed(request.headers, fields, public_url):
            return Response(status_code=403)
        await holder["writer"].write((new_id(), fields["From"], fields["Body"], time.time_ns() // 1000))
        return Response(status_code=204)

    return Starlette(routes=[Route(PATH, receive, methods=["POST"])], lifespan=lifespan)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form, by Starlette's own means."""
    return {name: str(value) for name, value in (await request.form()).items()}


async def lean_form(request: Request) -> dict[str, str]:
    """The fields of a form, by the cheapest means there is."""
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _signed(headers: Mapping[str, str], fields: dict[str, str], public_url: str) -> bool:
    said = public_url + "".join(name + fields[name] for name in sorted(fields))
    expected = base64.b64encode(hmac.new(TOKEN.encode(), said.encode(), hashlib.sha1).digest()).decode()
    return hmac.compare_digest(headers.get("x-twilio-signature", ""), expected)


@contextmanager
def serving(command: list[str], port: int, **environment: str) -> Iterator[Server]:
    """A web server in a process of its own, once it listens; killed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PYTHONPATH": str(ROOT)} | environment
        log = Path(folder) / "log"
        server = Server(command, log, ready=partial(_listens, port), environment=environment)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _listens(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def floor(database: str, *, lean: bool = False) -> Iterator[str]:
    """The floor's server on a database (an SQLite file's absolute path, or PostgreSQL's address); yields its URL."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.floor", "--serve", database, "--port", str(port)]
    with serving([*command, "--lean"] if lean else command, port):
        yield f"http://127.0.0.1:{port}{PATH}"


def measure_floor(database: str, *, lean: bool = False, **options: Any) -> Figures:
    """The floor's figures on a database that has no table yet; options as of `load.measure`."""
    with floor(database, lean=lean) as url:
        return measure(url, **options)


def main() -> None:
    """Print the floor on both databases, or be its server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--lean", action="store_true")
    wanted = parser.parse_args()
    if wanted.serve:
        served = app(wanted.serve, f"http://127.0.0.1:{wanted.port}{PATH}", lean=wanted.lean)
        uvicorn.run(served, port=wanted.port, loop="uvloop", http="httptools", access_log=False, log_level="warning")
        return
    with tempfile.TemporaryDirectory(dir=os.environ.get("FIRSTCONTACT_BENCH")) as folder:
        for lean in (False, True):
            print("SQLite,", NAMES[lean], measure_floor(f"{folder}/{lean}.db", lean=lean))
    with postgres_server(durable=True) as server:
        for lean in (False, True):
            print("PostgreSQL,", NAMES[lean], measure_floor(server.url(server.create()), lean=lean))


if __name__ == "__main__":
    main()
