"""Fixtures of the tests that need no server."""

import pytest

from tests.composed import composed_once


@pytest.fixture
def quick_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that is as it was in an earlier test is not composed again; all else of a load is done each time."""
    monkeypatch.setattr("rules.load.compose", composed_once)
    monkeypatch.setattr("rules.edits.compose", composed_once)
