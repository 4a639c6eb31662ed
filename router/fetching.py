"""Fetching the files of texts and the recordings of calls: once these are stored, as often as it takes, or given up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from channels import twilio_media
from channels.inbound import Attachment
from channels.twilio_media import Account
from router import logs, metrics
from router.clients import http_client
from router.services import Services
from router.store import media
from router.store.media import Came
from router.store.recordings import MEDIA_TYPE
from router.store.rows import Row

BATCH: Final = 20
LEASE: Final = timedelta(minutes=5)
"""How long fetching a batch may take before somebody else may take it up; fetching twice adds nothing."""

BACK_OFF: Final = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600, 3 * 3600, 12 * 3600))
"""How long until the next try, after each one that failed; after the last of them it is given up."""

RECORDING: Final = "recording"
NOT_SET_UP: Final = "account-not-set-up"


def fetch_due(services: Services, stopping: Callable[[], bool] = lambda: False) -> int:
    """Fetch every file that is due, or until told to stop; gives how many were tried."""
    done = 0
    while rows := services.writer.submit(media.claim, (services.clock(), LEASE, BATCH)).result():
        for row in rows:
            if stopping():
                return done
            services.writer.submit(media.settle, _fetch(services, row)).result()
            done += 1
    return done


def _fetch(services: Services, row: Row) -> Came:
    settings = services.settings
    found: Attachment | twilio_media.NotFetched = twilio_media.NotFetched(NOT_SET_UP, again=True)
    if settings.twilio_account_sid:
        account = Account(
            settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), settings.twilio_api
        )
        name = RECORDING if row["media_type"] == MEDIA_TYPE else f"file-{row['position'] + 1}"
        found = twilio_media.fetch(row["url"], row["media_type"], name, account, http_client(), settings.media_limit)
    outcome = "fetched" if isinstance(found, Attachment) else found.reason
    metrics.media_fetched(outcome)
    logs.log("media.tried", contact=row["contact_id"], attempt=row["attempts"], outcome=outcome)
    if isinstance(found, Attachment):
        return Came(row["id"], row["not_before"], file=found)
    left = found.again and row["attempts"] <= len(BACK_OFF)
    again = services.clock() + BACK_OFF[row["attempts"] - 1] if left else None
    return Came(row["id"], row["not_before"], trouble=found.reason, again=again)
