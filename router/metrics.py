"""The figures of /metrics: counted in every process, added up over all of them when they are read.

Each process keeps its counters in files of its own in the run folder, named after its role: one that dies and is
started again goes on counting where it was, and the web process reads them all. What is waiting is asked of the record
at the moment of reading. No label holds a person's data: channels, outcomes and reasons are words of ours.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)

GAUGES: Mapping[str, str] = {
    "firstcontact_contacts_waiting": "Contacts that wait for a decision.",
    "firstcontact_oldest_waiting_seconds": "Age of the oldest of them.",
    "firstcontact_contacts_set_aside": "Contacts that could not be decided and wait for a person.",
    "firstcontact_record_up": "Whether the record can be read and written to.",
    "firstcontact_redis_up": "Whether Redis takes wake-ups.",
    "firstcontact_data_free_bytes": "Room on the disk of the data folder.",
}
"""What is not counted but looked at, at the moment of reading."""

LAG, WAITING = "firstcontact_mailbox_lag_seconds", "firstcontact_mailbox_waiting"
TROUBLE = "firstcontact_mailbox_trouble"
MAILBOX_GAUGES: Mapping[str, str] = {
    LAG: "How long ago everything in a mailbox was taken in.",
    WAITING: "Messages seen in a mailbox and not taken in yet.",
    TROUBLE: "1 with what is wrong with a mailbox.",
}
"""The same, for each mailbox."""


@dataclass(frozen=True, slots=True)
class MailboxFigures:
    """How a mailbox fares: `lag_seconds` ago everything in it was taken in, and so many messages wait since.

    `trouble` is a word of ours for what is wrong; a mailbox that was never reached has no lag.
    """

    mailbox: str
    trouble: str | None
    trouble_since: datetime | None
    last_success_at: datetime | None
    lag_seconds: float | None
    waiting: int


@dataclass(frozen=True, slots=True)
class _Counters:
    contacts: Counter
    owner: Histogram
    refusals: Counter
    jobs: Counter
    mail: Counter
    messages: Counter
    receipts: Counter
    media: Counter
    reconciled: Counter


def folder(run_folder: Path) -> Path:
    """Where the processes of this run folder keep their counters."""
    return run_folder / "metrics"


def start(run_folder: Path, process: str) -> None:
    """Keep this process's counters in a file under its role, such as `worker-1`; to be called before anything counts.

    No two processes that run at once may have the same role.
    """
    kept = folder(run_folder)
    kept.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(kept)  # the library has no other way to be told
    values.ValueClass = values.MultiProcessValue(lambda: process)
    _counters.cache_clear()


def forget(run_folder: Path, processes: Sequence[str]) -> None:
    """Let these roles count from nothing; none of them may be running."""
    for process in processes:
        for file in folder(run_folder).glob(f"*_{process}.db"):
            file.unlink(missing_ok=True)


@cache
def _counters() -> _Counters:
    registry = CollectorRegistry()

    def counter(name: str, told: str, *labels: str) -> Counter:
        return Counter(f"firstcontact_{name}", told, labels, registry=registry)

    owner = "Time from a contact's receipt to its owner."
    looks = "Looks at a provider's lists, and what was missing, by what became of it."
    return _Counters(
        contacts=counter("contacts", "Contacts decided, by outcome.", "channel", "outcome"),
        owner=Histogram(
            "firstcontact_receipt_to_owner_seconds", owner, ("channel",), registry=registry, buckets=SECONDS
        ),
        refusals=counter("refusals", "Requests refused, by reason.", "door", "reason"),
        jobs=counter("job_failures", "Jobs that failed.", "job"),
        mail=counter("mail_fetched", "Messages fetched from mailboxes, by what became of them.", "mailbox", "outcome"),
        messages=counter("messages", "Messages dealt with, by outcome.", "channel", "outcome"),
        receipts=counter("receipts", "Delivery receipts of texts, by what they say.", "stage"),
        media=counter("media", "Files of texts, by what became of fetching them.", "outcome"),
        reconciled=counter("reconciled", looks, "what", "outcome"),
    )


def contact_decided(channel: str, outcome: str, seconds: float) -> None:
    """Count a decision, and how long after its receipt the contact had an owner."""
    _counters().contacts.labels(channel, outcome).inc()
    _counters().owner.labels(channel).observe(max(seconds, 0.0))


def refused(door: str, reason: str) -> None:
    """Count a request that was refused, such as one whose signature is wrong."""
    _counters().refusals.labels(door, reason).inc()


def job_failed(job: str) -> None:
    """Count a job that ended with an error."""
    _counters().jobs.labels(job).inc()


def mail_fetched(mailbox: str, outcome: str) -> None:
    """Count a message that was fetched from a mailbox, or what did not work about it."""
    _counters().mail.labels(mailbox, outcome).inc()


def message_dealt_with(channel: str, outcome: str) -> None:
    """Count what became of a message in the outbox at one try: it was sent, is tried again, or left to a person."""
    _counters().messages.labels(channel, outcome).inc()


def receipt(stage: str) -> None:
    """Count a delivery receipt."""
    _counters().receipts.labels(stage).inc()


def media_fetched(outcome: str) -> None:
    """Count a try to fetch a file of a text, by what became of it, or a text whose files nobody can know."""
    _counters().media.labels(outcome).inc()


def reconciled(outcome: str, counts: Mapping[str, int]) -> None:
    """Count a look at a provider's lists by what became of it, and what was missing by what it is."""
    _counters().reconciled.labels("looks", outcome).inc()
    for name, count in counts.items():
        _counters().reconciled.labels(name, "found").inc(count)


class _Seen(Collector):
    """What was looked at just now."""

    def __init__(self, seen: Mapping[str, float]) -> None:
        self._seen = seen

    def collect(self) -> Iterator[Metric]:
        for name, value in self._seen.items():
            yield GaugeMetricFamily(name, GAUGES[name], value)


class _Mailboxes(Collector):
    """How each mailbox fares just now."""

    def __init__(self, standings: Sequence[MailboxFigures]) -> None:
        self._standings = standings

    def collect(self) -> Iterator[Metric]:
        lag, waiting = (GaugeMetricFamily(name, MAILBOX_GAUGES[name], labels=("mailbox",)) for name in (LAG, WAITING))
        trouble = GaugeMetricFamily(TROUBLE, MAILBOX_GAUGES[TROUBLE], labels=("mailbox", "reason"))
        for each in self._standings:
            waiting.add_metric([each.mailbox], each.waiting)
            if each.lag_seconds is not None:
                lag.add_metric([each.mailbox], each.lag_seconds)
            if each.trouble is not None:
                trouble.add_metric([each.mailbox, each.trouble], 1)
        yield from (lag, waiting, trouble) if self._standings else ()


def render(run_folder: Path, seen: Mapping[str, float], standings: Sequence[MailboxFigures] = ()) -> bytes:
    """Everything in Prometheus's text format, over all processes; `seen` has those of GAUGES that are known now."""
    registry = CollectorRegistry()
    folder(run_folder).mkdir(parents=True, exist_ok=True)
    MultiProcessCollector(registry, str(folder(run_folder)))
    registry.register(_Seen(seen))
    registry.register(_Mailboxes(standings))
    return generate_latest(registry)
