"""The poller process: has a place for channels that are asked for what is new, such as mailboxes; there is none yet."""

from router.processes.child import begin, on_stop


def main() -> None:
    """Wait until told to stop."""
    begin("poller")
    on_stop().wait()


if __name__ == "__main__":
    main()
