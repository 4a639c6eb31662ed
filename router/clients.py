"""The one module that builds clients: for the record, for Redis and for HTTP, and the services made of them."""

from functools import cache

import httpx
from redis import Redis
from sqlalchemy.exc import SQLAlchemyError

from router import logs
from router.live import Live
from router.queue import Wake
from router.senders import senders
from router.services import Services
from router.settings import Settings, load
from router.store.engine import make_engine
from router.store.writer import Writer
from rules.folder import read_folder
from rules.load import load as load_rules

REDIS_SECONDS = 2.0


def redis_client(settings: Settings) -> Redis:
    """A connection pool to Redis; nothing is connected yet."""
    return Redis.from_url(
        settings.queue_url,
        socket_connect_timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
        health_check_interval=30,
    )


@cache
def http_client() -> httpx.Client:
    """What this process speaks to providers with; made when it first does, because making one takes a while."""
    # A kept connection may have ended unseen, and then nobody knows whether a message left on it.
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


def build(settings: Settings) -> Services:
    """Everything a process works with, from the settings."""
    record = make_engine(settings.record_url)
    redis = redis_client(settings)
    writer = Writer(record)
    sending = senders(settings, writer, http_client)
    return Services(settings, record, writer, Live(record), Wake(redis), redis, sending)


@cache
def shared() -> Services:
    """The services of this process, for jobs that a queue calls by name; built at the first call."""
    settings = load()
    services = build(settings)
    try:
        services.live.look()
    except SQLAlchemyError as error:
        # Who calls while the record is away hears a person, also from a process that has only just started.
        logs.failed("ruleset.from-folder", error)
        services.live.stand_in(load_rules(read_folder(settings.config)))
    services.live.follow()
    return services
