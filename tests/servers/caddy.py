"""The proxy of compose.yaml, with its very configuration, in front of servers of the tests."""

import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import Server, find, free_port

CONFIG = Path(__file__).parents[2] / "deploy" / "Caddyfile"
INSTALL = "apt-get install caddy (macOS: brew install caddy)"


@contextmanager
def proxy(ports: Sequence[int]) -> Iterator[str]:
    """A running proxy in front of these ports of this machine; yields its address."""
    program = find(["caddy"], [], INSTALL)
    with tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{free_port()}"
        given = {
            "FIRSTCONTACT_PUBLIC_URL": url,
            "UPSTREAMS": " ".join(f"127.0.0.1:{port}" for port in ports),
            "HOME": folder,
            "XDG_DATA_HOME": folder,
            "XDG_CONFIG_HOME": folder,
        }
        command = [program, "run", "--config", CONFIG, "--adapter", "caddyfile"]
        server = Server(command, Path(folder) / "log", ready=lambda: _answers(url), environment=given)
        server.start()
        try:
            yield url
        finally:
            server.kill()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/live", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
