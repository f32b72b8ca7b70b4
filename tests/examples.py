"""How many random examples a property is tried on: fewer where a whole suite runs many times over."""

import os

from hypothesis import Phase, settings

# Percent of the usual number; whoever only wants to know whether a test fails need not see its smallest example.
SHARE = int(os.environ.get("TIDU_EXAMPLES", "100"))
PHASES = tuple(Phase) if SHARE == 100 else (Phase.explicit, Phase.generate)


def examples(number: int) -> settings:
    """The settings of a property usually tried so many times."""
    return settings(
        max_examples=max(1, number * SHARE // 100), phases=PHASES, deadline=None, derandomize=SHARE < 100, database=None
    )
