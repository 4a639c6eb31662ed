"""The poller process: asks the mailboxes that are connected for what is new; without any it only waits."""

from router.processes.child import begin, every, on_stop

SECONDS = 1.0


def main() -> None:
    """Poll until told to stop; what is being stored is finished."""
    _, settings = begin("poller")
    if not settings.imap:
        on_stop().wait()
        return
    from router.clients import shared
    from router.pollers import Pollers

    services = shared()
    pollers = Pollers(services)
    every(SECONDS, pollers.tend)
    pollers.stop(settings.stop_seconds / 2)
    services.close()


if __name__ == "__main__":
    main()
