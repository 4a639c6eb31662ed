"""The real engine for benchmarks: `firstcontact serve` on a record of its own, and a record filled in advance."""

import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, text

from channels.bounds import bounded
from channels.inbound import Address, Inbound, PointKind
from router import clients, intake
from router.publishable import Checked
from router.publishing import By, publish
from router.services import Services, utc_now
from router.settings import Settings, sample_folder
from router.store.migrate import upgrade
from rules.folder import read_folder
from rules.load import load_checked
from tests.bench.load import ACCOUNT, TEXTS, TOKEN
from tests.servers.postgres import postgres_server
from tests.servers.process import Server, free_port

RECORDS = ("SQLite", "PostgreSQL")
FLIGHT = 2_000
"""Items handed to the writer before their outcome is waited for."""

_numbers = itertools.count()


@contextmanager
def record(kind: str) -> Iterator[tuple[Path, str]]:
    """A data folder, and the address of a fresh record of this kind ("" for the embedded one)."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("FIRSTCONTACT_BENCH")) as folder:
        if kind == "SQLite":
            yield Path(folder), ""
            return
        with postgres_server(durable=True) as server:
            yield Path(folder), server.url(server.create())


@contextmanager
def engine(data: Path, database: str, only: str = "") -> Iterator[str]:
    """The engine, serving; yields its address."""
    port = free_port()
    environment = {
        "FIRSTCONTACT_DATA": str(data),
        "FIRSTCONTACT_PORT": str(port),
        "FIRSTCONTACT_SECRET_KEY": "for benchmarks only",
        "FIRSTCONTACT_LOG_LEVEL": "warning",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "DATABASE_URL": database,
    }
    command = [str(Path(sys.executable).parent / "firstcontact"), "serve", *(("--only", only) if only else ())]
    log = data / "serve.log"
    server = Server(command, log, ready=lambda: "Ctrl-C" in log.read_text(), environment=environment)
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


@contextmanager
def services(data: Path, database: str) -> Iterator[Services]:
    """The services of one process on this record, with the sample landlord live."""
    built = clients.build(Settings(data=data, database_url=database, secret_key="for benchmarks only"))
    try:
        upgrade(built.record)
        files = read_folder(sample_folder())
        checked = Checked(files, *load_checked(files))
        publish(built.writer, checked, "folder", By("bench", "bench", utc_now()))
        built.live.look()
        yield built
    finally:
        built.close()


def fill(services: Services, inbounds: Iterator[Inbound]) -> int:
    """Take in contacts, many at once; gives how many."""
    count = 0
    while flight := [intake.submit(services, each) for each in itertools.islice(inbounds, FLIGHT)]:
        for future in flight:
            future.result()
        count += len(flight)
    _analyse(services.record)
    return count


def _analyse(record: Engine) -> None:
    """Let PostgreSQL know its tables, as its own autovacuum does within a minute; a fresh record has had no minute."""
    if record.dialect.name == "postgresql":
        with record.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("analyze"))


def email() -> Inbound:
    """An email from one of many senders."""
    number = next(_numbers)
    sender = f"tenant{number % 5000}@home.example"
    return bounded(
        channel="email",
        provider="smtp",
        account="",
        conversation=f"bench-{number}",
        event=f"bench-{number}",
        part="message",
        sender=Address(PointKind.EMAIL, sender, sender),
        recipients=(Address(PointKind.EMAIL, "hub@harbour-row.example"),),
        received_at=utc_now(),
        subject="A question",
        text=TEXTS[number % len(TEXTS)],
    )


def text_message() -> Inbound:
    """A text from one of many senders."""
    number = next(_numbers)
    sid = f"SM{number:032x}"
    sender = Address(PointKind.PHONE, f"+44770090{number % 5000:04d}")
    made = email()
    return replace(made, channel="sms", provider="twilio", account=ACCOUNT, conversation=sid, event=sid, sender=sender)
