"""Checks of the settings alone, and of what this machine says about the folder and the address that they name."""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from channels import registry
from router.doctor.findings import Finding, ok, warning, wrong
from router.doctor.look import Look
from router.settings import Settings, env_files, environment_name, misspelled

SHORTEST_SECRET, FEWEST_CHARACTERS = 24, 8
PLACEHOLDERS = ("change-me", "changeme", "example", "password", "secret-key")
LITTLE_SPACE, NO_SPACE = 2**30, 100 * 2**20
LOST_AT_RESTART = ("overlay", "tmpfs", "ramfs")
OVER_A_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "9p", "afs", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre")
LOCAL_NAMES = ("localhost", "localhost.localdomain")
RESERVED_ENDINGS = (".local", ".internal", ".test", ".example", ".invalid", ".localhost")


def names(look: Look) -> Finding:
    """Whether everything in the environment that looks like a setting of ours is one."""
    unknown = misspelled(look.settings, registry.SETTINGS)
    if unknown:
        return warning("; ".join(unknown) + ".", "Correct the name, or take it out: what is no setting has no effect.")
    return ok("Every setting that is set is one, and can be read.")


def secrets(look: Look) -> Finding:
    """Whether the secrets are there that have to be, none of them a placeholder or easily guessed."""
    found = list(_weaknesses(look.settings))
    if found:
        return wrong(
            "; ".join(found) + ".", 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    made = look.settings.embedded and not look.settings.secret_key.get_secret_value()
    return ok("They are made at the first start." if made else "They are set, and none is easily guessed.")


def _weaknesses(settings: Settings) -> Iterator[str]:
    key, token = settings.secret_key.get_secret_value(), settings.twilio_auth_token.get_secret_value()
    if not key and not settings.embedded:
        yield f"{environment_name('secret_key')} is not set, and has to be the same on every machine"
    elif key and (why := weakness(key)):
        yield f"{environment_name('secret_key')} {why}"
    for secret in filter(None, map(str.strip, settings.webhook_secret.get_secret_value().split(","))):
        if why := weakness(secret):
            yield f"{environment_name('webhook_secret')} {why}"
    if not token and settings.twilio_account_sid:
        yield "TWILIO_AUTH_TOKEN is not set, and TWILIO_ACCOUNT_SID is"
    for name in ("database_url", "redis_url", "smtp_url"):
        password = unquote(urlsplit(getattr(settings, name).get_secret_value()).password or "")
        if password and _is_placeholder(password):
            yield f"the password in {environment_name(name)} is one that stands in examples"


def weakness(secret: str) -> str:
    """Why a secret that we chose ourselves is weak; nothing where it is not."""
    if _is_placeholder(secret):
        return "is one that stands in examples"
    if len(secret) < SHORTEST_SECRET:
        return f"is shorter than {SHORTEST_SECRET} characters"
    return "" if len(set(secret)) >= FEWEST_CHARACTERS else "repeats the same few characters"


def _is_placeholder(secret: str) -> bool:
    """Whether a secret is what examples have in its place."""
    return any(secret.lower().startswith(word) for word in PLACEHOLDERS)


def env_file_privacy(look: Look) -> Finding | None:
    """Whether nobody else can read the env files, which hold secrets."""
    files = [file for file in env_files(look.settings.data) if file.is_file()]
    open_ones = [str(file) for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_ones:
        return wrong(f"Others can read {', '.join(open_ones)}, with secrets in it.", f"chmod 600 {' '.join(open_ones)}")
    return ok(f"Only their owner can read {', '.join(map(str, files))}.") if files else None


def public_url(look: Look) -> Finding:
    """Whether the address is one that providers and customers can call."""
    url, name = look.settings.public_url, environment_name("public_url")
    called = bool(look.settings.twilio_account_sid)
    if not url:
        said = f"{name} is not set, so links lead to {look.settings.address}."
        return (wrong if called else warning)(said, f"Set {name} to the address that providers and customers call.")
    host = urlsplit(url).hostname or ""
    if not _reaches_far(host):
        return (wrong if called else warning)(f"{url} cannot be reached from outside.", f"Set {name} to a public name.")
    if urlsplit(url).scheme == "http":
        return warning(f"{url} is not encrypted.", "Put a proxy with a certificate in front, and use https.")
    return ok(f"Customers and providers reach it as {url}.")


def _reaches_far(host: str) -> bool:
    """Whether a host's name or address can mean the same machine to everybody."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and host not in LOCAL_NAMES and not host.endswith(RESERVED_ENDINGS)


def folder(look: Look) -> Finding:
    """Whether the data folder can be made or written to, is private, and on a disk that stays and is this machine's."""
    data = look.settings.data
    nearest = _nearest([data, *data.parents])
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        why = f"{nearest} cannot be written to" if nearest.is_dir() else f"{nearest} is no folder"
        said = f"{why}." if nearest == data else f"{data} cannot be made: {why}."
        return wrong(
            said, "Give it to the user who serves, mount it to be written to, or choose another with FIRSTCONTACT_DATA."
        )
    if nearest != data:
        return ok(f"{data} is made at the first start.")
    others = stat.S_IMODE(data.stat().st_mode) & 0o077
    if others and look.settings.embedded:
        return wrong(f"Others can read or enter {data}, where every contact is.", f"chmod 700 {data}")
    kind = filesystem(_mounts(), data) if look.settings.embedded else ""
    if kind in OVER_A_NETWORK:
        return wrong(
            f"{data} is on a network file system ({kind}), on which SQLite can lose data.",
            "Choose a folder on a disk of this machine with FIRSTCONTACT_DATA, or use PostgreSQL.",
        )
    if kind in LOST_AT_RESTART:
        return warning(
            f"{data} is on {kind}, which may be gone after a restart.", "Choose a folder on a disk, or mount a volume."
        )
    return ok(f"{data} is private, and on a disk of this machine." if look.settings.embedded else f"{data} is there.")


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # only Linux has it


_COLUMNS = 3
"""What is read of a line of /proc/mounts: the device, the place, the kind."""


def filesystem(mounts: str, path: Path) -> str:
    """The kind of file system that a path is on, by what /proc/mounts says; nothing where that is not known."""
    rows = [line.split() for line in mounts.splitlines()]
    places = [(Path(row[1].replace("\\040", " ")), row[2]) for row in rows if len(row) >= _COLUMNS]
    over = [(len(place.parts), number, kind) for number, (place, kind) in enumerate(places) if _holds(place, path)]
    return max(over, default=(0, 0, ""))[2]


def _holds(place: Path, path: Path) -> bool:
    return path.is_relative_to(place)


def space(look: Look) -> Finding:
    """Whether there is room on the disk."""
    nearest = _nearest([look.settings.data, *look.settings.data.parents])
    free = shutil.disk_usage(nearest).free
    said = f"{free // 2**20:,} MB are free for {look.settings.data}"
    if free < NO_SPACE:
        return wrong(f"Only {said}.", "Make room now: without it nothing can be taken in.")
    if free < LITTLE_SPACE:
        return warning(f"Only {said}.", "Make room, or move the folder to a larger disk.")
    return ok(f"{said}.")


def _nearest(folders: Iterable[Path]) -> Path:
    return next(each for each in folders if os.path.exists(each))  # noqa: PTH110 - what may not be entered is not there
