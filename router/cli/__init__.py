"""The command line: `firstcontact …`, one module a group of commands."""

from router.cli.main import main

__all__ = ["main"]
