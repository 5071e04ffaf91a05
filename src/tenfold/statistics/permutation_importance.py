"""How much worse answers get when one column's values are shuffled among the rows.

Breiman, Random Forests, Machine Learning 45, 2001; Fisher, Rudin & Dominici, JMLR 20, 2019. It says what the *model*
relies on; of two columns that tell the same, each may look unimportant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

from tenfold.core.clock import Deadline
from tenfold.statistics.values import Importance


def permutation_importance(
    score: Callable[[pd.DataFrame], float],
    features: pd.DataFrame,
    seed: int,
    repeats: int = 5,
    deadline: Deadline | None = None,
    order: Sequence[str] | None = None,
) -> tuple[Importance, ...]:
    """Importances in descending order. ``score`` rates a frame of the same columns, more being better.

    All columns get one shuffle before any gets a second; when the deadline passes, what is done counts (columns that
    were not reached are left out); they are taken in ``order``, or as they stand. The result for a column depends on
    its name, not on its place.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"used": np.arange(100.0), "unused": np.arange(100.0)})
    >>> found = permutation_importance(lambda x: -float(np.abs(x["used"] - frame["used"]).mean()), frame, seed=0)
    >>> found[0].column, found[1].loss
    ('used', 0.0)
    """
    limit = deadline or Deadline.never()
    base = score(features)
    losses: dict[str, list[float]] = {}
    for repeat in range(repeats):
        for name in order or features.columns:
            if limit.passed():
                return _ranked(losses)
            losses.setdefault(name, []).append(base - score(_shuffled(features, name, seed, repeat)))
    return _ranked(losses)


def _shuffled(features: pd.DataFrame, name: str, seed: int, repeat: int) -> pd.DataFrame:
    random = np.random.default_rng([seed, repeat, *name.encode("utf-8")])
    order = random.permutation(len(features))
    return features.assign(**{name: features[name].to_numpy()[order]})


def _ranked(losses: dict[str, list[float]]) -> tuple[Importance, ...]:
    found = [Importance(name, float(np.mean(each)), float(np.std(each)), len(each)) for name, each in losses.items()]
    return tuple(sorted(found, key=lambda each: (-each.loss, each.column)))
