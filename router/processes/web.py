"""The web process: serves every page, webhook and chat on a socket that its owner has bound."""

import logging
import socket
import sys

import uvicorn

from channels.chat import FRAME
from router.clients import shared
from router.processes.child import begin, keep_loaded
from router.processes.heads import BoundedHeads
from router.web.app import create_app

BACKLOG = 2048
SWITCH_SECONDS = 0.02
"""How long the loop may keep the writer's thread waiting for the interpreter: it ends a turn sooner than that, and who
breaks in on it only makes both slower."""

KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than the proxies in front of it keep theirs."""


def main() -> None:
    """Serve until told to stop; the second argument is the number of the socket's descriptor."""
    _, settings = begin("web")
    services = shared()
    config = uvicorn.Config(
        create_app(services),
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application decides whose word it takes: router/settings.py, trusted_proxies
        http=BoundedHeads,
        backlog=BACKLOG,
        ws_max_size=2 * FRAME,  # a frame that is too long is refused by the chat, which can say so
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=max(int(settings.stop_seconds) - 2, 1),
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    keep_loaded()
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[2]))])
    services.close()


if __name__ == "__main__":
    main()
