"""The process that runs replays: started when one waits, the last to get the processor, gone when none does."""

import os
from contextlib import suppress

from router.clients import shared
from router.processes.child import begin, on_stop
from router.replays.executing import run_next

NICEST = 19


def main() -> None:
    """Run what waits until nothing does, or until told to stop, or until whoever started us has ended."""
    begin("replayer")
    with suppress(OSError):
        os.nice(NICEST)
    stop, owner, services = on_stop(), os.getppid(), shared()

    def stopping() -> bool:
        return stop.is_set() or os.getppid() != owner

    try:
        while not stopping() and run_next(services, stopping):
            pass
    finally:
        services.close()


if __name__ == "__main__":
    main()
