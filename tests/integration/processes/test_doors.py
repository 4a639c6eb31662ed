"""What `serve` takes before it starts anything: its roles on the data folder, and its address."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from router.processes import locks
from router.processes.listen import listen
from router.processes.locks import TakenError
from router.processes.supervisor import ROLES, roles

HOLDER = """
import sys, pathlib, signal
from router.processes import locks
with locks.held(pathlib.Path(sys.argv[1]), sys.argv[2:]):
    print("held", flush=True)
    signal.pause()
"""


@pytest.mark.parametrize(
    "held,wanted,taken",
    [
        (("web", "worker"), ("web",), "web"),
        (("web", "worker"), ("poller", "worker"), "worker"),
        (("web",), ("worker", "scheduler"), None),
    ],
)
def test_a_role_is_held_by_one_process_until_that_ends(
    tmp_path: Path, held: tuple[str, ...], wanted: tuple[str, ...], taken: str | None
) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path), *held]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(Path.cwd())})
    assert holder.stdout is not None
    holder.stdout.readline()
    if taken is not None:
        with pytest.raises(TakenError) as refused, locks.held(tmp_path, wanted):
            pass
        assert (refused.value.role, refused.value.pid) == (taken, holder.pid)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with locks.held(tmp_path, wanted), pytest.raises(TakenError), locks.held(tmp_path, wanted):
        pass


@pytest.mark.parametrize(
    "only,expected",
    [("", ROLES), ("web", ("web",)), (" worker , web,worker", ("worker", "web")), (",", ROLES)],
)
def test_roles_are_a_list(only: str, expected: tuple[str, ...]) -> None:
    assert roles(only) == expected


def test_an_unknown_role_is_named() -> None:
    with pytest.raises(ValueError, match="'wbe' is none of the processes web, worker, scheduler, poller"):
        roles("web,wbe")


def test_a_free_port_is_found_and_a_taken_one_refused() -> None:
    with listen("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(OSError, match="in use"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(OSError, match="assign"):
        listen("192.0.2.1", 0)
