"""The image, built and run by its own Dockerfile's commands: unprivileged, and writing to its data folder alone."""

import json
import shutil
import signal
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers.image import Image, build, health_command, said, stages
from tests.servers.process import PATIENCE, Server, free_port
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, signature
from tests.servers.serving import READY

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Container:
    """One that serves."""

    image: Image
    server: Server
    url: str


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    root = Path(tempfile.mkdtemp(prefix="firstcontact-image-"))
    root.chmod(0o755)
    try:
        yield build(root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module")
def container(image: Image) -> Iterator[Container]:
    """What the image runs when it is told nothing, on the embedded default."""
    port = str(free_port())
    log = image.root / "serve.log"
    server = Server(
        image.command(*json.loads(said("CMD"))),
        log,
        ready=lambda: READY in log.read_text(),
        user=image.user,
        environment=image.settings(FIRSTCONTACT_PORT=port, TWILIO_AUTH_TOKEN=TOKEN),
    )
    server.start()
    yield Container(image, server, f"http://127.0.0.1:{port}")
    server.kill()


def test_every_command_of_the_build_was_run(image: Image) -> None:
    wanted = [words for name, words in stages()[0] if name == "RUN"]
    assert [words for words in wanted if words not in image.ran and "--require-hashes" not in words] == []
    assert any("--require-hashes -r /source/requirements/run.txt" in words for words in wanted)
    assert not [words for stage in stages() for _, words in stage if "index-url" in words or "://" in words]


def test_it_takes_a_text_in(container: Container) -> None:
    fields = {"AccountSid": ACCOUNT, "From": "+447700900123", "To": NUMBER, "MessageSid": "SM1", "Body": "Gas leak"}
    url = f"{container.url}/channels/twilio/sms"
    headers = {"X-Twilio-Signature": signature(url, fields)}
    with urllib.request.urlopen(urllib.request.Request(url, urlencode(fields).encode(), headers)) as answer:
        assert (answer.status, bool(answer.headers["x-firstcontact-contact"])) == (200, True)


@pytest.mark.parametrize(
    "arguments",
    [["doctor"], ["rules", "history"], ["keys", "create", "portal"], ["init", "/data/ours", "--name", "Mill Lane"]],
    ids=" ".join,
)
def test_its_other_commands_work_beside_it(container: Container, arguments: list[str]) -> None:
    port = container.url.rpartition(":")[2]
    done = container.image.run(container.image.command(*arguments), FIRSTCONTACT_PORT=port)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_runs_as_nobody_special(container: Container) -> None:
    process = container.server.process
    assert process is not None
    owner = Path(f"/proc/{process.pid}").stat().st_uid
    assert owner == (container.image.root / "data").stat().st_uid
    assert owner != 0 or container.image.user is None
    assert said("USER") not in ("root", "0")


def test_its_health_is_what_the_engine_is_told_to_ask(container: Container) -> None:
    port = container.url.rpartition(":")[2]
    well = container.image.run(_found(container.image, health_command()), FIRSTCONTACT_PORT=port)
    assert well.returncode == 0, well.stderr
    elsewhere = container.image.run(_found(container.image, health_command()), FIRSTCONTACT_PORT="1")
    assert elsewhere.returncode == 1


def _found(image: Image, command: list[str]) -> list[str]:
    """A command with its program where the image's PATH has it."""
    return [str(shutil.which(command[0], path=image.settings()["PATH"])), *command[1:]]


def test_it_writes_to_its_data_folder_alone_and_stops_when_asked(image: Image, container: Container) -> None:
    before = image.installed()
    assert len(before) > 100
    process = container.server.process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert image.installed() == before
