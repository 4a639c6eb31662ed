"""How much the tests try: a little in the quick part and in the whole suite, everything in a thorough run."""

import os
from typing import Final

from hypothesis import Phase, settings

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "quick")
QUICK: Final = PROFILE in ("quick", "whole")
_WITHOUT_SHRINKING: Final = (Phase.explicit, Phase.reuse, Phase.generate)


def effort(quick: int, full: int) -> int:
    """How many of something, or how far apart: `quick` in the quick part and the whole suite, `full` in other runs."""
    return quick if QUICK else full


def examples(quick: int, full: int | None = None) -> settings:
    """How many examples of something that takes long to try; without `full` a thorough run tries as many as of all."""
    most = quick if QUICK else full
    return settings() if most is None else settings(max_examples=most)


def costly(quick: int, full: int) -> settings:
    """The same where an example costs so much that making a failing one smaller would take minutes.

    It is shown as it was found; HYPOTHESIS_PROFILE=search makes it smaller.
    """
    few = examples(quick, full)
    return few if PROFILE == "search" else settings(few, phases=_WITHOUT_SHRINKING)
