"""Every command helps whoever asks it to, with an example that begins with its own name."""

import subprocess
from collections.abc import Iterator

import click
import pytest
import typer

from router.cli.main import app
from tests.integration.commands.conftest import Run
from tests.servers.serving import FIRSTCONTACT


def every(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The names of the commands at the ends of the tree."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name
        return
    for key, child in below.items():
        yield from every(child, (*name, key))


NAMES = sorted(every(typer.main.get_command(app)))


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_command_helps_with_an_example(run: Run, name: tuple[str, ...]) -> None:
    done = run(*name, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Example: " in done.out
    assert f"firstcontact {' '.join(name)}" in done.out.split("Example: ")[1]


@pytest.mark.parametrize(
    "name", [(), ("rules",), ("calls",), ("customers",), ("email",), ("keys",), ("users",)], ids=" ".join
)
def test_group_lists_its_commands(run: Run, name: tuple[str, ...]) -> None:
    done = run(*name, "--help")
    assert done.code == 0
    for each in NAMES:
        if each[: len(name)] == name:
            assert each[len(name)] in done.out


@pytest.mark.parametrize("arguments,code", [(["--help"], 0), (["keys", "revoke"], 2)], ids=["help", "used-wrongly"])
def test_installed_command(arguments: list[str], code: int) -> None:
    done = subprocess.run([FIRSTCONTACT, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["rules", "nothing"],
        ["rules", "check"],
        ["rules", "check", "a", "b"],
        ["rules", "check", "--nothing", "a"],
        ["rules", "rollback", "one"],
        ["rules", "publish", "config"],
        ["serve", "--only", "wbe"],
        ["keys", "create"],
        ["customers", "import"],
        ["email", "parse"],
        ["demo", "--minutes", "0"],
        ["demo", "--minutes", "241"],
        ["demo", "--speed", "0.5"],
        ["demo", "--data", "/"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_code_2_and_makes_nothing(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err
    assert "Traceback" not in done.err
