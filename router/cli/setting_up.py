"""What commands work with: the services of the settings, or a ruleset from a folder, opened and closed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from router import logs
from router.clients import build
from router.live import LiveRuleset, NoRulesetError, prepare
from router.services import Services
from router.settings import Settings, load
from router.store.migrate import upgrade
from rules.folder import read_folder
from rules.load import load as load_rules


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Services]:
    """The services, with the record brought up to date, closed at the end."""
    settings = settings or load()
    logs.configure("command", settings.log_format, settings.log_level)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    services = build(settings)
    try:
        upgrade(services.record)
        yield services
    finally:
        services.close()


def live_or_folder(folder: Path | None) -> LiveRuleset:
    """The ruleset of a folder; without one the live version, or the landlord's folder while nothing is live."""
    if folder is not None:
        return _of_folder(folder)
    settings = load()
    if settings.embedded and not settings.data.exists():
        return _of_folder(settings.config)  # only looking makes no data folder
    with opened(settings) as services:
        return live_or_configured(services)


def live_or_configured(services: Services) -> LiveRuleset:
    """The live version, or the landlord's folder while nothing is live."""
    try:
        return services.live.current()
    except NoRulesetError:
        return _of_folder(services.settings.config)


def _of_folder(folder: Path) -> LiveRuleset:
    return prepare(0, load_rules(read_folder(folder)))
