"""An engine of the demo's own: all of `serve`, on a data folder that nothing else uses."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from router.demo.outside import HOST, Outside
from router.local_secrets import ensure_local_secrets
from router.processes import tied, welcome
from router.settings import Settings, environment_alone

TWILIO_ACCOUNT = "AC" + "0" * 32
POLL_SECONDS = 1.0
LOG = "demo.log"
PATIENCE = 60.0
LOOK_SECONDS = 0.1
SHOWN = 2_000


class Isolated(Settings):
    """Settings made of what is given alone: an engine for a demo must not find the way to the landlord's record."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what the caller gives."""
        return (init_settings,)


class CannotStartError(Exception):
    """The engine did not start; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine: the settings that it runs with, and what it says."""

    settings: Settings
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def base(self) -> str:
        """Where it serves."""
        return self.settings.address


@contextmanager
def data_folder(given: Path | None, *, keep: bool) -> Iterator[Path]:
    """The folder that was given; else a fresh one, removed afterwards unless it is to be kept."""
    if given is not None:
        given.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield given.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="firstcontact-demo-"))
    try:
        yield made
    finally:
        if not keep:
            shutil.rmtree(made, ignore_errors=True)


def settings_for(
    data: Path, config: Path, number: str, mailbox: str, outside: Outside, imap: SecretStr | None
) -> Settings:
    """The settings of the demo's engine: these alone, whatever the environment says."""
    given = {
        "data": data,
        "config": config,
        "host": HOST,
        "port": _free_port(),
        "twilio_api": outside.api_url,
        "sms_from": number,
        "sms_rate": 1000.0,
        "smtp_url": SecretStr(outside.mail_url),
        "mail_from": mailbox,
        "log_format": "json",
        **({"imap": {"demo": imap}, "poll_seconds": POLL_SECONDS} if imap else {}),
    }
    made = ensure_local_secrets(Isolated.model_validate(given))
    return made.model_copy(update={"twilio_account_sid": TWILIO_ACCOUNT})


@contextmanager
def running(settings: Settings) -> Iterator[Engine]:
    """Start it, and end it with the block. Call it from the main thread; raises CannotStartError."""
    log = settings.data / LOG
    with log.open("wb") as output:
        argv = (sys.executable, "-P", "-m", "router.processes.supervisor", "")
        process = tied.start(argv, environment_alone(settings), output=output)
    try:
        engine = Engine(settings, log, process)
        _await_ready(engine)
        yield engine
    finally:
        process.terminate()
        process.wait()


def _await_ready(engine: Engine) -> None:
    deadline = time.monotonic() + PATIENCE
    while (trouble := welcome.not_ready(engine.settings)) is not None:
        if engine.process.poll() is not None or time.monotonic() > deadline:
            said = engine.log.read_text(encoding="utf-8", errors="replace")[-SHOWN:]
            raise CannotStartError(f"The engine did not start: {trouble}\n{said}".rstrip())
        time.sleep(LOOK_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
