"""Long texts that came in pieces: which text may go on in the next one, for how long that is waited for.

A provider puts the parts of a long text together by their headers; where a carrier lost those, each part comes as a
text of its own, and all but the last end exactly where a segment does.
"""

from datetime import timedelta
from typing import Final

from channels.segments import fills_segment

PATIENCE: Final = timedelta(seconds=6)
"""How long a text that may go on is waited with before it is decided; one that is urgent is decided at once."""

WINDOW: Final = timedelta(seconds=10)
"""How soon after a piece the next one has to come, from the same number to the same number, to belong to it."""

CONTINUES: Final = "goes_on"
"""The fact of a piece that another one followed: nothing belongs between the two, not even a blank."""

_SHORTEST: Final = 33
"""Characters of the shortest piece, all of which take the room of two."""

_SHORTEST_PLAIN: Final = 77
"""The same of one in the GSM alphabet, as of 153 units each character takes at most two."""

_LONGEST: Final = 160


def may_go_on(text: str) -> bool:
    """Whether a text is as long as a piece of a longer one: exactly one segment, alone or among several."""
    # Nearly every text is too short, or of plain letters: counting one by one would cost more than all the rest.
    if len(text) < (_SHORTEST_PLAIN if text.isascii() and "`" not in text else _SHORTEST) or len(text) > _LONGEST:
        return False
    return fills_segment(text)
