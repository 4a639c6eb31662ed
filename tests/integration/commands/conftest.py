"""Commands to run on a data folder: a fresh one, or one that the small landlord is live on."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.landlord import FOLDER
from tests.servers.forked import Done, commands
from tests.servers.serving import environment

Run = Callable[..., Done]
WIDE = {"COLUMNS": "200"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `firstcontact` in an empty folder; what it is given by name is an environment setting."""

    def running(*arguments: str | Path, stdin: bytes | str = b"", **settings: str | Path) -> Done:
        chosen = {"FIRSTCONTACT_DATA": tmp_path / "data", "FIRSTCONTACT_CONFIG": FOLDER} | settings
        return commands().run(
            *(str(argument) for argument in arguments),
            stdin=stdin.encode() if isinstance(stdin, str) else stdin,
            environment=environment({name: str(value) for name, value in chosen.items()}) | WIDE,
            folder=tmp_path,
        )

    return running


@pytest.fixture(scope="session")
def live_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small landlord published as version 1."""
    folder = tmp_path_factory.mktemp("live")
    settings = environment({"FIRSTCONTACT_DATA": str(folder / "data")})
    done = commands().run(
        "rules", "publish", str(FOLDER), "--reason", "first", environment=settings, folder=Path(os.sep)
    )
    assert done.code == 0, done.err
    return folder / "data"


@pytest.fixture
def live(run: Run, live_template: Path, tmp_path: Path) -> Run:
    """The same as `run`, where the small landlord is live."""
    shutil.copytree(live_template, tmp_path / "data")
    return run
