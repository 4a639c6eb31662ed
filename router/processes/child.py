"""What the processes that `serve` starts have in common: how each begins, and how one that loops ends."""

import gc
import signal
import sys
import threading
import time
from collections.abc import Callable

from router import logs
from router.processes import tied
from router.settings import Settings, load


def begin(role: str) -> tuple[str, Settings]:
    """The name under which this process runs, such as `worker-1`, and its settings; its log and figures bear the name.

    The name is the first argument on the command line; without one it is the role.
    """
    name = sys.argv[1] if len(sys.argv) > 1 else role
    tied.watch_owner()
    settings = load()
    logs.configure(name, settings.log_format, settings.log_level)
    sys.excepthook = lambda _kind, error, _trace: logs.failed("process.failed", error)
    threading.excepthook = lambda failed: logs.failed("thread.failed", failed.exc_value or SystemExit())
    from router import metrics

    metrics.start(settings.run_folder, name)
    return name, settings


def keep_loaded() -> None:
    """Have the collector of cycles leave alone what is loaded by now, and look less often at what dies young.

    Otherwise it goes through everything again and again, and whoever is being served then waits for it.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def on_stop() -> threading.Event:
    """An event that is set by a signal to stop; the signal does nothing else."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def every(seconds: float, step: Callable[[], None]) -> None:
    """Take the step again and again, until a signal to stop comes; a step that has begun is finished.

    A step that fails is logged, and the next one is taken in its time.
    """
    stop = on_stop()
    due = time.monotonic()
    while not stop.wait(max(due - time.monotonic(), 0.0)):
        due = max(due + seconds, time.monotonic())
        try:
            step()
        except Exception as error:  # noqa: BLE001 - whatever it was, the next step is due all the same
            logs.failed("step.failed", error)
