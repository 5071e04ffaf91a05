"""How long boosting goes on without getting better."""

from __future__ import annotations


def patience(rows: int) -> int:
    """Rounds without improvement after which boosting stops: more for few rows, whose loss is noisier.

    Source: AutoGluon-Tabular's adaptive early stopping (Erickson et al., 2020), simplified.

    >>> patience(2000), patience(100_000)
    (150, 30)
    """
    return int(max(20, min(150, 300 * min(1.0, 10_000 / max(1, rows)))))
