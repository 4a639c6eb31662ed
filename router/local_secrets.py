"""The secrets that the embedded default makes for itself, once, and keeps in its data folder."""

import fcntl
import os
import secrets
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from router.settings import PREFIX, Settings, SettingsError, environment_name

MADE: Final = ("secret_key", "twilio_auth_token")
"""The settings that are made where they are missing."""


def ensure_local_secrets(settings: Settings) -> Settings:
    """The settings with no secret missing: on the embedded default, random ones are made once and kept in `env`.

    Raises SettingsError where a secret has to be shared with other machines and was not set.
    """
    missing = [name for name in MADE if not getattr(settings, name).get_secret_value()]
    if settings.twilio_account_sid and "twilio_auth_token" in missing:
        raise SettingsError("TWILIO_AUTH_TOKEN: must be set, because TWILIO_ACCOUNT_SID is")
    if not settings.embedded and "secret_key" in missing:
        raise SettingsError(f"{PREFIX}SECRET_KEY: must be set, to the same value on every machine, with DATABASE_URL")
    if not settings.embedded or not missing:
        return settings
    made = _add_to_env_file(settings.data / "env", [environment_name(name) for name in missing])
    return settings.model_copy(update={name: SecretStr(made[environment_name(name)]) for name in missing})


def _add_to_env_file(path: Path, names: list[str]) -> dict[str, str]:
    """Random values for these names in the file, readable by its owner alone; names that are there keep their value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        present = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        made = {name: present.get(name) or secrets.token_urlsafe(32) for name in names}
        new = [f"{name}={value}\n" for name, value in made.items() if not present.get(name)]
        file.write(("" if not text or text.endswith("\n") else "\n") + "".join(new))
    return made
