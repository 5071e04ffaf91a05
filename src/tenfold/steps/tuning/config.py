"""The ``tuning`` section of the workflow file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from tenfold.core.errors import did_you_mean
from tenfold.core.section import Section
from tenfold.learning.search.space import Axis
from tenfold.metrics import METRICS


class Tuning(Section):
    """How far the search goes, and what is made of its results."""

    method: Literal["bayesian", "random", "grid", "none"] = "bayesian"
    """`bayesian` (the portfolio, then a tree-structured Parzen estimator), `random`, `grid` (three points a parameter)
    or `none` (the candidates as they are); see `docs/search.md`."""
    trials: int | None = Field(None, ge=0)
    """At most this many trials, besides one for each candidate; when left out, as many as the budget allows."""
    space: dict[str, dict[str, Axis]] = Field(default_factory=dict)
    """Where parameters of a candidate are searched, in place of its own space or beside it; how an estimator of yours
    comes to be tuned: `{lightgbm: {num_leaves: {low: 8, high: 64, log: true}}}`."""
    ensemble: bool = True
    """Weigh several models together when that is better out-of-fold; `false` takes the best single one."""
    rounds: int = Field(30, ge=1, le=200)
    """Rounds of greedy selection (Caruana et al., 2004)."""
    members: int = Field(6, ge=1, le=50)
    """At most this many models in the ensemble: each one costs latency and size."""
    calibration: Literal["auto", "none"] = "auto"
    """`auto`: temperature scaling when there are rows enough for it and it improves the log loss."""
    threshold: float | str | None = None
    """Binary: probability from which a row counts as positive, or the metric that chooses it (`f1`); from the costs of
    the problem, or from its metric where that is about decisions, when left out."""
    coverage: float | str = 0.9
    """Share of rows, between 0 and 1, whose true value is to lie in the interval around the answer, or whose true label
    is to be in the set that comes with it; `none` for neither."""

    @property
    def level(self) -> float | None:
        """The coverage as a number; None where none is promised."""
        return self.coverage if isinstance(self.coverage, float) else None

    @field_validator("coverage")
    @classmethod
    def _share(cls, coverage: float | str) -> float | str:
        if coverage == "none" or (isinstance(coverage, float) and 0 < coverage < 1):
            return coverage
        raise ValueError("coverage is a share between 0 and 1, such as 0.9, or `none`")

    @field_validator("threshold")
    @classmethod
    def _known(cls, threshold: float | str | None) -> float | str | None:
        if isinstance(threshold, str):
            labels = [name for name, metric in METRICS.items() if metric.needs == "labels"]
            if threshold not in labels:
                raise ValueError(f"{threshold!r} does not choose a threshold; {did_you_mean(threshold, labels)}")
        elif threshold is not None and not 0 <= threshold <= 1:
            raise ValueError("a threshold is a probability, 0 to 1")
        return threshold
