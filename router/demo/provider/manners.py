"""How asynchronous reports come: in order and at once, or shuffled, repeated, late or never, as a seed says."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manners:
    """Shares from 0 to 1, and how late the late ones come at most. `declined` is what is said of a declined whisper."""

    late: float = 0.0
    late_seconds: float = 60.0
    repeated: float = 0.0
    dropped: float = 0.0
    declined: str = "completed"
    reports_hang_up_in_menu: float = 0.0

    def delays(self, chance: random.Random) -> list[float]:
        """After how many seconds a report comes, each time that it comes."""
        if self.dropped and chance.random() < self.dropped:
            return []
        times = 2 if self.repeated and chance.random() < self.repeated else 1
        return [chance.uniform(0, self.late_seconds) if chance.random() < self.late else 0.0 for _ in range(times)]


ORDERLY = Manners()


def unruly(chance: random.Random) -> Manners:
    """Manners as bad as they get."""
    return Manners(
        late=0.4,
        repeated=0.2,
        dropped=0.1,
        declined=chance.choice(["completed", "no-answer"]),
        reports_hang_up_in_menu=0.3,
    )
