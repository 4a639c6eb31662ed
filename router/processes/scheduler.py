"""The scheduler process: once a second it looks for timers and messages that are due, and contacts left waiting."""

import threading
from collections.abc import Callable
from functools import partial

from router.clients import shared
from router.processes.child import begin, every
from router.scheduler import count, fetch, reconcile, ring, speak, tick
from router.services import Services

SECONDS = 1.0
COUNT_EVERY = 5.0
"""What is new is counted when somebody wants a report, too: this only keeps it from being much."""

Part = Callable[[Services, Callable[[], bool]], None]


def main() -> None:
    """Tick until told to stop; what is being sent, fetched or rung is finished."""
    begin("scheduler")
    services, stop = shared(), threading.Event()
    beside = [
        threading.Thread(target=_again, args=(part, services, stop), name=part.__name__, daemon=True)
        for part in (speak, fetch, ring, reconcile, count)
    ]
    for thread in beside:
        thread.start()
    every(SECONDS, partial(tick, services))
    stop.set()
    for thread in beside:
        thread.join()
    services.close()


def _again(part: Part, services: Services, stop: threading.Event) -> None:
    if part is reconcile:
        # Whatever was missed while nobody was here is not left until it would be due.
        reconcile(services, stop.is_set, at_once=services.settings.reconcile_minutes > 0)
    while not stop.wait(COUNT_EVERY if part is count else SECONDS):
        part(services, stop.is_set)


if __name__ == "__main__":
    main()
