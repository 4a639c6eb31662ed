"""The rows that benchmarks store a million times over are rows of the tables as they are now."""

from datetime import UTC, datetime

from router.live import prepare
from tests.bench.models import models
from tests.landlord import small_landlord


def test_every_column_that_a_table_needs_is_filled() -> None:
    made = models(prepare(1, small_landlord().ruleset), datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert len(made) > 100
    assert all(model.contact["id"] and model.decision["team"] == model.enquiry["team"] for model in made)
