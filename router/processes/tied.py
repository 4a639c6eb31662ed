"""Starts processes that end when we do, however that happens, and not before."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
NAME = 15  # PR_SET_NAME: what `ps` and `top` show
LOOK_EVERY = 1.0


def start(
    argv: Sequence[str], environment: Mapping[str, str], files: Sequence[int] = (), output: BinaryIO | None = None
) -> subprocess.Popen[bytes]:
    """Start a process that gets no keyboard signals and, on Linux, is killed by the kernel when this thread ends.

    Call it from the main thread. `files` are the descriptors that the process inherits; what it says goes where ours
    does, or to `output`.
    """
    return subprocess.Popen(
        argv,
        env=environment,
        pass_fds=files,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        preexec_fn=kernel_tie(),  # noqa: PLW1509 - called with one thread, and does two system calls
    )


def kernel_tie(name: str = "") -> Callable[[], None] | None:
    """What a child has to call to be killed when we end, and to be called so; None where the kernel has no such tie."""
    if sys.platform != "linux":
        return None
    libc, owner = ctypes.CDLL(None, use_errno=True), os.getpid()

    def tie() -> None:
        libc.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if name:
            libc.prctl(NAME, name.encode())
        if os.getppid() != owner:  # it ended before the tie was made
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def watch_owner() -> None:
    """End this process when the one that started it has; only needed where the kernel does not do it."""
    if sys.platform == "linux":
        return
    owner = os.getppid()

    def watch() -> None:
        never = threading.Event()
        while os.getppid() == owner:
            never.wait(LOOK_EVERY)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="owner", daemon=True).start()
