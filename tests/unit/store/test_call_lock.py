"""Whoever writes calls does it in line: an operation that is forgotten could wait for who waits for it."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, get_origin, get_type_hints

import router.store
from router.store import batch
from router.store.schema import calls, ended_calls

WRITES_NO_CALL = {"router.store.outgoing.placed"}
"""Operations beside those that do."""


def modules() -> Iterator[ModuleType]:
    """The modules of the store that have the tables of calls, or write them by the functions of one that has."""
    for found in pkgutil.iter_modules(router.store.__path__, "router.store."):
        if found.ispkg or found.name.endswith((".schema", ".waiting", ".migrate")):
            continue
        module = importlib.import_module(found.name)
        used = [value for value in vars(module).values() if value is calls or value is ended_calls]
        if used or getattr(vars(module).get("calls"), "__name__", "") == "router.store.calls":
            yield module


def operations(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """What the writer can be given: a public function of a connection and a list of items."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        hints = get_type_hints(function) if function.__module__ == module.__name__ else {}
        parameters = [hints[each] for each in list(inspect.signature(function).parameters) if each in hints]
        if not name.startswith("_") and len(parameters) == 2 and get_origin(parameters[1]) is list:
            yield f"{module.__name__}.{name}", function


def test_every_operation_that_writes_calls_is_in_line() -> None:
    found = dict(each for module in modules() for each in operations(module))
    assert {"router.store.calls.take_turn", "router.store.call_ends.settle"} <= found.keys()
    loose = {name for name, function in found.items() if function not in batch._APART}
    assert loose == {name for name in WRITES_NO_CALL if name in found}
