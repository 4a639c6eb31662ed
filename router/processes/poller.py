"""The poller process: asks mailboxes for what is new, and takes what a mail server brings; without either it waits."""

from router.processes.child import begin, every, on_stop

SECONDS = 1.0


def main() -> None:
    """Poll and listen until told to stop; what is being stored is finished."""
    _, settings = begin("poller")
    if not settings.imap and not settings.lmtp:
        on_stop().wait()
        return
    from router.clients import shared
    from router.pollers import Pollers

    services = shared()
    listening = None
    if settings.lmtp:
        from router.lmtp import listen

        listening = listen(services, settings.lmtp)
    pollers = Pollers(services)
    every(SECONDS, pollers.tend)
    if listening is not None:
        listening.stop()
    pollers.stop(settings.stop_seconds / 2)
    services.close()


if __name__ == "__main__":
    main()
