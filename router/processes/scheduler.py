"""The scheduler process: once a second it looks for timers that are due and contacts that nobody has taken up."""

from functools import partial

from router.clients import shared
from router.processes.child import begin, every
from router.scheduler import tick

SECONDS = 1.0


def main() -> None:
    """Tick until told to stop."""
    begin("scheduler")
    services = shared()
    every(SECONDS, partial(tick, services))
    services.close()


if __name__ == "__main__":
    main()
