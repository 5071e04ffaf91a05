"""Where systems stand after many comparisons: ranks, normalised scores, and who was better how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: Peer → its score on a data set, or None where it failed.
Scores = Mapping[str, float | None]


def ranks(scores: Scores, sign: int) -> dict[str, float]:
    """Places on one data set, 1 the best. Equal scores share the mean of their places; who failed is last.

    ``sign``: +1 where more is better, -1 where less is. All who failed get the number of systems as their place, so
    that failing together is no better than failing alone.

    >>> ranks({"a": 0.9, "b": 0.7, "c": 0.9, "d": None, "e": None}, sign=1)
    {'a': 1.5, 'b': 3.0, 'c': 1.5, 'd': 5.0, 'e': 5.0}
    """
    return {peer: float(len(scores)) if score is None else _place(score, scores.values(), sign)
            for peer, score in scores.items()}  # fmt: skip


def _place(score: float, others: Iterable[float | None], sign: int) -> float:
    gaps = [sign * (other - score) for other in others if other is not None]
    return 1 + sum(gap > 0 for gap in gaps) + (sum(gap == 0 for gap in gaps) - 1) / 2


def normalised(scores: Scores, dummy: float, sign: int) -> dict[str, float]:
    """Scores of one data set from 0 (a constant answer, or worse, or failed) to 1 (the best of the systems).

    >>> normalised({"a": 10.0, "b": 15.0, "c": 40.0, "d": None}, dummy=20.0, sign=-1)
    {'a': 1.0, 'b': 0.5, 'c': 0.0, 'd': 0.0}
    """
    gains = {peer: 0.0 if score is None else max(0.0, sign * (score - dummy)) for peer, score in scores.items()}
    best = max(gains.values(), default=0.0)
    return {peer: gain / best if best > 0 else 0.0 for peer, gain in gains.items()}


@dataclass(frozen=True)
class Tally:
    """How often a system was better than another, as good, or worse, over data sets."""

    better: int
    alike: int
    worse: int

    @classmethod
    def of(cls, verdicts: Iterable[str]) -> Tally:
        """Count the words ``better``, ``alike`` and ``worse``.

        >>> Tally.of(["better", "worse", "better", "alike"]).share
        0.6666666666666666
        """
        told = list(verdicts)
        return cls(*(told.count(word) for word in ("better", "alike", "worse")))

    @property
    def share(self) -> float | None:
        """The share of decided comparisons that were won; None where none was decided."""
        decided = self.better + self.worse
        return self.better / decided if decided else None


def verdict(first_failed: bool, second_failed: bool, decided: str) -> str:
    """A system that failed is worse than one that did not; else what the rows decide stands.

    >>> verdict(False, True, "alike"), verdict(True, True, "better"), verdict(False, False, "worse")
    ('better', 'alike', 'worse')
    """
    if first_failed or second_failed:
        return "alike" if first_failed and second_failed else "worse" if first_failed else "better"
    return decided
