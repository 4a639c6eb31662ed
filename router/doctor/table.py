"""Every check by its name, in the order in which it is told; a check that does not apply tells nothing."""

from collections.abc import Callable, Iterator

from router.doctor import on_line, on_record, on_rules, on_servers, on_settings, on_teams, on_texts
from router.doctor.findings import Finding, wrong
from router.doctor.look import Look

Check = Callable[[Look], Finding | None]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", on_settings.names),
    ("secrets", on_settings.secrets),
    ("env files", on_settings.env_file_privacy),
    ("public URL", on_settings.public_url),
    ("way in", on_servers.outside),
    ("data folder", on_settings.folder),
    ("disk", on_settings.space),
    ("record", on_record.answers),
    ("tables", on_record.tables),
    ("writing", on_record.writable),
    ("PostgreSQL", on_record.server),
    ("clock", on_record.clock),
    ("landlord", on_rules.folder),
    ("ruleset", on_rules.live),
    ("Redis", on_servers.redis),
    ("mail out", on_servers.mail),
    ("mail in", on_servers.mailboxes),
    ("texts out", on_servers.texts),
    ("texts", on_texts.texts),
    ("line away", on_line.fallback),
    ("calls back", on_line.called_back),
    ("teams told", on_teams.told),
    ("serve", on_servers.serves),
)


def examine(look: Look) -> Iterator[tuple[str, Finding]]:
    """What each check found, as it is found; one that fails is itself a finding, and ends no other."""
    for name, check in CHECKS:
        try:
            found = check(look)
        except Exception as error:  # noqa: BLE001 - whatever it was, the other checks have something to say
            found = wrong(f"This could not be looked at ({type(error).__name__}).", "Look into the matter by hand.")
        if found is not None:
            yield name, found
