"""Every command helps whoever asks it to, with an example that begins with its own name."""

import subprocess
from importlib.metadata import version

import pytest

from router.cli.later import Later
from router.cli.main import COMMANDS
from tests.integration.commands.conftest import Run
from tests.servers.serving import FIRSTCONTACT

NAMES = sorted(
    (command.name, below) if below else (command.name,)
    for command in COMMANDS
    for below in getattr(command.load(), "commands", [""])
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_command_is_listed_by_what_it_says_itself(command: Later) -> None:
    assert command.help == command.load().help.partition("\n\n")[0].replace("\n", " ")


@pytest.mark.parametrize("name", NAMES, ids=" ".join)
def test_command_helps_with_an_example(run: Run, name: tuple[str, ...]) -> None:
    done = run(*name, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Example: " in done.out
    assert f"firstcontact {' '.join(name)}" in done.out.split("Example: ")[1]


@pytest.mark.parametrize(
    "arguments, missing",
    [
        (("rules", "check"), "Missing argument 'folder': A landlord's folder of YAML files."),
        (("calls", "check"), "Missing argument 'folder': A landlord's folder of YAML files."),
        (("rules", "test"), "Missing argument 'folder': "),
        (("rules", "publish", "config"), "Missing option '--reason': "),
        (("rules", "diff", "config"), "Missing argument 'new': "),
        (("init",), "Missing argument 'folder': "),
        (("report",), "Missing argument 'name': "),
        (("keys", "revoke"), "Missing argument "),
    ],
    ids=str,
)
def test_what_a_command_was_not_given_is_named_with_an_example(
    run: Run, arguments: tuple[str, ...], missing: str
) -> None:
    done = run(*arguments)
    usage, told, example = done.err.splitlines()
    name = " ".join(each for each in arguments if each != "config")
    assert (done.code, done.out) == (2, "")
    assert usage.startswith(f"Usage: firstcontact {name} ")
    assert told.startswith(missing)
    assert example.startswith(f"Example: firstcontact {name} ")


@pytest.mark.parametrize(
    "name", [(), ("rules",), ("calls",), ("customers",), ("email",), ("keys",), ("users",)], ids=" ".join
)
def test_group_lists_its_commands(run: Run, name: tuple[str, ...]) -> None:
    done = run(*name, "--help")
    assert (done.code, "completion" in done.out) == (0, False)
    for each in NAMES:
        if each[: len(name)] == name:
            assert each[len(name)] in done.out


def test_it_says_its_version(run: Run) -> None:
    done = run("--version")
    assert (done.code, done.out, done.err) == (0, f"Firstcontact {version('firstcontact')}\n", "")


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
