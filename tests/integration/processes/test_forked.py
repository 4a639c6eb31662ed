"""A process made as a copy of its owner: it keeps what is loaded, and nothing else of it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.servers.process import PATIENCE, runs, until
from tests.servers.serving import environment

OWNER = """
import json, logging, os, signal, socket, sys, time
from pathlib import Path
from router.processes import forked
from router.processes.signals import heard
from router.store.ids import new_id

out = Path(sys.argv[1])
os.environ["OWNERS"] = "1"
given, kept = socket.socketpair()
new_id()

def looks():
    told = {
        "files": sorted(int(name) for name in os.listdir("/proc/self/fd")),
        "signals": [signal.getsignal(each) == signal.SIG_DFL for each in (signal.SIGINT, signal.SIGTERM)],
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "environment": dict(os.environ),
        "session": os.getsid(0) == os.getpid(),
        "name": Path("/proc/self/comm").read_text().strip(),
        "stdin": os.readlink("/proc/self/fd/0"),
        "ids": [new_id() for _ in range(500)],
    }
    out.with_name(f"{os.getpid()}.json").write_text(json.dumps(told))

def fails():
    raise ValueError("something that a customer said")

def leaves():
    sys.exit(7)

def says():
    print("said at the end")

def waits():
    signal.pause()

with heard():
    sys.excepthook = lambda kind, error, trace: print(kind.__name__, file=sys.stderr)
    bodies = {"looks": looks, "fails": fails, "leaves": leaves, "says": says, "waits": waits}
    started = [forked.start(bodies[name], name, {"ONLY": "this"}, (given.fileno(),)) for name in sys.argv[2:]]
    out.write_text(json.dumps([given.fileno(), *(each.pid for each in started)]))
    if "waits" in sys.argv:
        started[-1].terminate() if "looks" not in sys.argv else signal.pause()
    codes = [each.wait(120) for each in started]
    print(json.dumps(codes), flush=True)
    os.write(2, new_id().encode())
"""

Own = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Starts an owner with such children; it writes down the descriptor that they get, and their numbers."""

    def start(*bodies: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", OWNER, str(tmp_path / "pids"), *bodies],
            env=environment({}) | {"PYTHONPATH": str(Path(__file__).parents[3])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def told(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text()) for file in sorted(tmp_path.glob("*.json"))]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_lets_go_of_what_was_its_owners(own: Own, tmp_path: Path) -> None:
    owner = own("looks", "looks")
    said, _ = owner.communicate(timeout=PATIENCE)
    assert json.loads(said) == [0, 0]
    given = json.loads((tmp_path / "pids").read_text())[0]
    first, second = told(tmp_path)
    for each in (first, second):
        assert set(each["files"]) - {0, 1, 2, given} <= {max(each["files"])}, "but for the one that lists them"
        assert given in each["files"]
        assert (each["signals"], each["blocked"], each["stdin"]) == ([True, True], [], os.devnull)
        assert (each["environment"], each["session"], each["name"]) == ({"ONLY": "this"}, True, "looks")
    assert not set(first["ids"]) & set(second["ids"])


@pytest.mark.parametrize(
    "body,code,out,err", [("says", 0, "said at the end", ""), ("leaves", 7, "", ""), ("fails", 1, "", "ValueError")]
)
def test_it_ends_as_a_program_does(own: Own, body: str, code: int, out: str, err: str) -> None:
    owner = own(body)
    said, complained = owner.communicate(timeout=PATIENCE)
    assert json.loads(said.splitlines()[-1]) == [code]
    assert (out in said, err in complained) == (True, True)
    assert "customer" not in complained


def test_a_signal_ends_it(own: Own) -> None:
    said, _ = own("waits").communicate(timeout=PATIENCE)
    assert json.loads(said) == [-signal.SIGTERM]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ties processes on Linux only")
def test_it_does_not_outlive_its_owner(own: Own, tmp_path: Path) -> None:
    owner = own("looks", "waits")
    until((tmp_path / "pids").exists, "it has begun")
    until(lambda: (tmp_path / "pids").read_text().endswith("]"), "it says what it started")
    pid = json.loads((tmp_path / "pids").read_text())[-1]
    assert runs(pid)
    owner.kill()
    owner.communicate()
    until(lambda: not runs(pid), "it has ended")
