"""Asks whether the server is ready, and says where it serves and what to try next."""

import http.client
import sys
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
    if web:
        lines += ["", "Try next, in another terminal:", "", *(f"  {line}" for line in _next(settings))]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _next(settings: Settings) -> list[str]:
    command = "firstcontact" if sys.argv[0].startswith("/") else sys.argv[0]
    return [
        f"curl {settings.address}{READY_PATH}",
        f'echo "I can smell gas in my kitchen" | {command} recognise',
        f"open {settings.address}/chat/ in a browser, or send a signed text as the README shows",
    ]
