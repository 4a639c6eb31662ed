"""The scheduler process: once a second it looks for timers and messages that are due, and contacts left waiting."""

import threading
from functools import partial

from router.clients import shared
from router.processes.child import begin, every
from router.scheduler import speak, tick
from router.services import Services

SECONDS = 1.0


def main() -> None:
    """Tick until told to stop; a message that is being sent is finished."""
    begin("scheduler")
    services, stop = shared(), threading.Event()
    speaking = threading.Thread(target=_speak, args=(services, stop), name="outbox", daemon=True)
    speaking.start()
    every(SECONDS, partial(tick, services))
    stop.set()
    speaking.join()
    services.close()


def _speak(services: Services, stop: threading.Event) -> None:
    while not stop.wait(SECONDS):
        speak(services, stop.is_set)


if __name__ == "__main__":
    main()
