"""Figures: kept by role, added up over processes, going on where a process left off."""

import subprocess
import sys
from pathlib import Path

import pytest

from router import metrics
from router.metrics import GAUGES, MailboxFigures

COUNT = """
import sys
from pathlib import Path
from router import metrics
metrics.start(Path(sys.argv[1]), sys.argv[2])
metrics.contact_decided("sms", "owned", 0.03)
metrics.refused("twilio", "signature")
metrics.job_failed("drain")
"""


def count_in(run: Path, *roles: str) -> None:
    for role in roles:
        subprocess.run([sys.executable, "-c", COUNT, str(run), role], check=True, cwd=Path(__file__).parents[3])


def figures(run: Path, seen: dict[str, float] | None = None) -> dict[str, float]:
    rows = [line.rsplit(" ", 1) for line in metrics.render(run, seen or {}).decode().splitlines() if line[0] != "#"]
    return {name: float(value) for name, value in rows}


def test_the_figures_are_totals_over_processes_and_over_their_restarts(tmp_path: Path) -> None:
    count_in(tmp_path, "web", "worker-1", "worker-1")
    found = figures(tmp_path)
    assert found['firstcontact_contacts_total{channel="sms",outcome="owned"}'] == 3
    assert found['firstcontact_receipt_to_owner_seconds_count{channel="sms"}'] == 3
    assert found['firstcontact_receipt_to_owner_seconds_bucket{channel="sms",le="0.05"}'] == 3
    assert found['firstcontact_receipt_to_owner_seconds_bucket{channel="sms",le="0.02"}'] == 0
    assert found['firstcontact_refusals_total{door="twilio",reason="signature"}'] == 3
    assert found['firstcontact_job_failures_total{job="drain"}'] == 3


def test_a_role_can_count_from_nothing_again(tmp_path: Path) -> None:
    count_in(tmp_path, "web", "worker-1")
    metrics.forget(tmp_path, ["worker-1", "worker-2"])
    assert figures(tmp_path)['firstcontact_contacts_total{channel="sms",outcome="owned"}'] == 1


@pytest.mark.parametrize("seen", [{}, dict.fromkeys(GAUGES, 7.0), {"firstcontact_redis_up": 0.0}])
def test_what_is_looked_at_is_shown_when_it_is_known(tmp_path: Path, seen: dict[str, float]) -> None:
    assert figures(tmp_path, seen) == seen


@pytest.mark.parametrize(
    "standing,shown",
    [
        (
            MailboxFigures("rent", None, None, None, 4.5, 0),
            {'lag_seconds{mailbox="rent"}': 4.5, 'waiting{mailbox="rent"}': 0},
        ),
        (
            MailboxFigures("rent", "login-refused", None, None, None, 3),
            {'waiting{mailbox="rent"}': 3, 'trouble{mailbox="rent",reason="login-refused"}': 1},
        ),
    ],
)
def test_each_mailbox_is_shown_by_its_name(tmp_path: Path, standing: MailboxFigures, shown: dict[str, float]) -> None:
    said = metrics.render(tmp_path, {}, [standing]).decode()
    rows = dict(line.rsplit(" ", 1) for line in said.splitlines() if line[0] != "#")
    assert {name: float(value) for name, value in rows.items()} == {
        f"firstcontact_mailbox_{name}": value for name, value in shown.items()
    }
