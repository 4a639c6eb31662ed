"""A private PostgreSQL server for tests, and fresh databases on it made from a template in a few milliseconds."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.process import Server, find, free_port, own, run_as, unprivileged_user

INSTALL = "apt-get install postgresql (macOS: brew install postgresql)"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests that do not cut the power: the same answers, without waiting for a disk."""

OTHERS = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""
FILLED = """
    select relname, pg_relation_size(oid) > 1000000 from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'alembic_version'
    and pg_relation_size(oid) > 0
"""
"""The tables that have had rows, and whether they are large: taking a few rows out costs a fifth of a new file."""


@dataclass(slots=True)
class Postgres:
    """A running server; `server` is what can be killed and started again."""

    server: Server
    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, name: str = "postgres") -> str:
        """The address of a database on it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, template: str = "template0") -> str:
        """The name of a fresh database, a copy of the template."""
        name = f"test_{next(self._numbers)}"
        self._run("create database {} template {}", name, template)
        return name

    def drop(self, name: str) -> None:
        """Drop a database and end whoever is connected to it."""
        self._run("drop database if exists {} with (force)", name)

    def empty(self, name: str) -> None:
        """Take every row out of a database, and end whoever else is connected to it: ten times faster than a new one.

        The version of its tables stays.
        """
        rid = {False: sql.SQL("delete from {}"), True: sql.SQL("truncate {} cascade")}
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(OTHERS)
            connection.execute("set session_replication_role = replica")  # in any order, as all of them go
            filled = connection.execute(FILLED).fetchall()
            for table, is_large in filled:
                connection.execute(rid[is_large].format(sql.Identifier(table)))

    def clear(self, name: str) -> None:
        """Take everything out of a database, its tables too, and end whoever else is connected to it."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(OTHERS)
            connection.execute("drop schema public cascade; create schema public")

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


@contextmanager
def postgres_server(*, durable: bool = False, within: Path | None = None, **settings: str) -> Iterator[Postgres]:
    """A fresh server on a free port, ended and removed afterwards; `durable` flushes to disk as a real one does.

    What it stores lies `within` a folder that everybody may enter, or among what is temporary.
    """
    programs = find_programs()
    user = unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="firstcontact-postgres-", dir=within))
    log = Path(tempfile.gettempdir()) / f"{folder.name}.log"
    try:
        own(folder, user)
        data, port = folder / "data", free_port()
        made = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        run_as(user, made)
        chosen = _settings(folder, port) | (DURABLE if durable else HASTY) | settings
        arguments = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        command = [programs / "postgres", "-D", data, *arguments]
        server = Server(command, log, ready=partial(_answers, port), user=user)
        server.start()
        try:
            yield Postgres(server, port)
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        log.unlink(missing_ok=True)


def find_programs() -> Path:
    """The folder of PostgreSQL's programs, the newest where there are several."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    return find(["initdb"], [*folders, Path("/opt/homebrew/bin"), Path("/usr/local/bin")], INSTALL).resolve().parent


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _settings(folder: Path, port: int) -> dict[str, str]:
    return {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        "shared_buffers": "32MB",  # enough for tests, and a server begins by going through all of it
        "max_wal_size": "2GB",
        "log_min_messages": "fatal",
        "timezone": "UTC",
    }


def _answers(port: int) -> bool:
    try:
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
