"""A command whose module is loaded when it is called: whoever asks for one does not wait for what the others need."""

import gc
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand


class Later(TyperCommand):
    """A command as it stands in the list of its group.

    `place` is the module in here and what it holds: a `typer.Typer`, which is a group, or the function of one command.
    """

    def __init__(self, name: str, place: str, summary: str) -> None:
        super().__init__(name, help=summary)
        self.place = place

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the command itself, in which it is then run."""
        return self.load().make_context(info_name, args, parent, **extra)

    def load(self) -> Any:
        """The command itself."""
        module, name = self.place.split(":")
        found = getattr(_loaded(module), name)
        if not isinstance(found, typer.Typer):
            found, function = typer.Typer(add_completion=False), found
            found.command(self.name)(function)
        return typer.main.get_command(found)


def _loaded(module: str) -> ModuleType:
    """A module of this package, loaded without looking for garbage: a fifth of the time would go into that."""
    gc.disable()
    try:
        return import_module(f"{__package__}.{module}")
    finally:
        gc.freeze()  # what is loaded stays, and need not be looked at later either
        gc.enable()
