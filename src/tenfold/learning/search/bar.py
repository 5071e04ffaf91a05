"""What a first fold has to reach for a trial to go on."""

from __future__ import annotations

import math
from collections.abc import Iterable

#: Behind by more than this share of the way from the dummy to the best, a trial hardly gets a weight in the ensemble.
_BEHIND = 0.02


def bar(gains: Iterable[float], dummy: float, judged: int) -> float:
    """The least gain on the first fold: not far behind the best, on the way from the dummy to it.

    ``gains``: of trials on that fold; ``judged``: its rows. The fewer they are, the more of a difference is luck.

    >>> round(bar([0.8, 0.9], 0.5, 10_000), 3)
    0.888
    >>> bar([], 0.5, 100)
    -inf
    """
    best = max(gains, default=-math.inf)
    way = best - dummy
    return best - (_BEHIND + 1 / math.sqrt(max(1, judged))) * way if math.isfinite(way) else -math.inf
