"""Starting the process that runs replays: beside whoever found one waiting, at low priority, and never two of ours."""

import subprocess
import sys
from datetime import timedelta
from typing import Final

from router import logs
from router.services import Services
from router.store import replays
from router.store.engine import begin_read

OVERLOOKED: Final = timedelta(seconds=3)
"""How long one may wait for a worker before the scheduler starts it itself."""
PROGRAM: Final = ("-P", "-m", "router.processes.replayer")
_started: list["subprocess.Popen[bytes]"] = []


def start() -> None:
    """Start it, unless the one that we started is still at work; it ends by itself when nothing waits."""
    _started[:] = [child for child in _started if child.poll() is None]
    if not _started:
        logs.log("replayer.started")
        _started.append(subprocess.Popen([sys.executable, *PROGRAM], stdin=subprocess.DEVNULL))  # noqa: S603 - our own


def sweep(services: Services) -> None:
    """Find replays that wait although they were asked for a while ago, or whose process has died, and start them."""
    now = services.clock()
    with begin_read(services.record) as record:
        since = replays.unfinished(record, now)
    if since is not None and now - since > OVERLOOKED:
        start()
