"""Says by its exit code whether what runs on this data folder is well: what a container's health check calls.

0: something runs here, and if the web part is among it, it is ready. 1: not so, and standard error says why.
"""

import sys

from router.processes import locks, welcome
from router.processes.supervisor import ROLES
from router.settings import Settings, load


def trouble(settings: Settings) -> str | None:
    """What is wrong, in a line; None when all is well."""
    held = [role for role in ROLES if locks.holder(settings.run_folder, role) is not None]
    if not held:
        return f"nothing runs on {settings.data}"
    return welcome.not_ready(settings) if "web" in held else None


if __name__ == "__main__":
    sys.exit(trouble(load()))
