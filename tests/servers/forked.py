"""The `firstcontact` command many times over, without starting Python each time: one process that forks for each call.

What runs is the entry point that the installed script calls, in a process of its own, with a real standard input,
output and exit code; only the second or so of imports is shared. A test or two run the installed script itself.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from tests.servers.process import made_once

SERVER = """
import gc, json, os, sys, traceback
from importlib import import_module
from router.cli.main import COMMANDS, main
from router.store.migrate import _known
from rules.read_landlord import countries
for command in COMMANDS:
    command.load()
for drawn in ("typer.rich_utils", "rich.markdown", "rich.progress", "psycopg"):
    import_module(drawn)
_known(), countries()
gc.freeze()
asked, told = int(sys.argv[1]), int(sys.argv[2])
for line in os.fdopen(asked):
    request = json.loads(line)
    child = os.fork()
    if child == 0:
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            os.dup2(os.open(request[name], os.O_RDONLY if number == 0 else os.O_WRONLY), number)
        sys.argv = ["firstcontact", *request["arguments"]]
        code = 1
        try:
            code = main()
        except SystemExit as ended:
            code = ended.code
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(told, b"%d\\n" % code)
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command."""

    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, object]]:
        """Its output, read as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Commands:
    """Runs commands, one at a time."""

    def __init__(self) -> None:
        self._turn = Lock()
        asked, self._ask = os.pipe()
        self._told, told = os.pipe()
        command = [sys.executable, "-c", SERVER, str(asked), str(told)]
        self._server = subprocess.Popen(command, pass_fds=(asked, told), cwd=Path(__file__).parents[2])
        os.close(asked)
        os.close(told)

    def run(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str], folder: Path) -> Done:
        """Run one to its end."""
        with self._turn, tempfile.TemporaryDirectory(prefix="firstcontact-command-") as scratch:
            files = {name: Path(scratch) / name for name in ("stdin", "stdout", "stderr")}
            for file in files.values():
                file.write_bytes(stdin if file.name == "stdin" else b"")
            request = {name: str(file) for name, file in files.items()}
            request |= {"folder": str(folder), "arguments": arguments, "environment": dict(environment)}
            os.write(self._ask, json.dumps(request).encode() + b"\n")
            code = int(os.read(self._told, 20))
            return Done(code, *(files[name].read_text(errors="replace") for name in ("stdout", "stderr")))


@made_once
def commands() -> Commands:
    """The one of this process, which ends with it."""
    return Commands()
