"""Asks whether the server is ready, and says where it serves and what to try next."""

import http.client
import sys
from pathlib import Path
from urllib.parse import urlsplit

from router.settings import Settings

READY_PATH = "/health/ready"
SECONDS = 2.0


def not_ready(settings: Settings) -> str | None:
    """None when the server says that it is ready, else what it says, in a line."""
    address = urlsplit(settings.address)
    connection = http.client.HTTPConnection(address.hostname or "", settings.port, timeout=SECONDS)
    try:
        connection.request("GET", READY_PATH)
        answer = connection.getresponse()
        said = answer.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"no answer yet ({type(error).__name__})"
    finally:
        connection.close()
    return None if answer.status == http.client.OK else f"{answer.status} {' '.join(said.split())}"


def awaiting_file(settings: Settings) -> Path:
    """What is there once a start has to wait for the record."""
    return settings.run_folder / "awaiting-record"


def first_link_file(settings: Settings) -> Path:
    """Where the link for the first administrator lies until it has been shown."""
    return settings.run_folder / "first-link"


def _first_link(settings: Settings) -> str:
    """The link for the first administrator, while there is nobody who could sign in; given once."""
    try:
        link = first_link_file(settings).read_text(encoding="utf-8")
        first_link_file(settings).unlink()
    except FileNotFoundError:
        return ""
    return link


def text(settings: Settings, redis: str, *, web: bool) -> str:
    """What whoever started it sees when it is ready."""
    lines = [
        f"Firstcontact serves at {settings.outside_url}" if web else "Firstcontact works, without the web part.",
        "",
        f"  landlord  {settings.config}",
        f"  data      {settings.data} (kept when it stops)",
        f"  Redis     {redis}",
    ]
    if settings.embedded:
        lines.append(f"  secrets   {settings.data / 'env'} (made here unless you set your own)")
    if web and (link := _first_link(settings)):
        lines += [
            "",
            "Nobody can sign in yet. Make the first administrator's account, within three days:",
            "",
            f"  {link}",
        ]
    if web:
        lines += ["", "Try next, in another terminal:", "", *(f"  {line}" for line in _next(settings))]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _next(settings: Settings) -> list[str]:
    command = "firstcontact" if sys.argv[0].startswith("/") else sys.argv[0]
    return [
        f"curl {settings.address}{READY_PATH}",
        f'echo "I can smell gas in my kitchen" | {command} recognise',
        f"open {settings.address} in a browser and sign in, or {settings.address}/chat to write as a customer would",
    ]
