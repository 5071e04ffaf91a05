"""The configurations that are measured: name → candidate, and what differs from its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MILD = {"reg_alpha": 0.0, "reg_lambda": 0.0, "subsample": 0.9, "extra_trees": False}


def _boosted(rate: float, leaves: int, least: int, columns: float, **more: Any) -> tuple[str, dict[str, Any]]:
    own = {"learning_rate": rate, "num_leaves": leaves, "min_child_samples": least, "colsample_bytree": columns}
    return "lightgbm", {**_MILD, **own, **more}


def _oblivious(rate: float, depth: int, l2: float = 3.0, **more: Any) -> tuple[str, dict[str, Any]]:
    own = {"learning_rate": rate, "depth": depth, "l2_leaf_reg": l2, "random_strength": 1.0, "subsample": 0.8}
    return "catboost", {**own, **more}


#: Candidates that not everyone has: the others' shares do not depend on them.
EXTRAS = ("realmlp",)

POOL: Mapping[str, tuple[str, dict[str, Any]]] = {
    "tuned defaults": ("lightgbm", {}),  # pytabkit's, which Tenfold's own defaults are
    "small trees": _boosted(0.05, 12, 20, 0.5),
    "tiny trees": _boosted(0.06, 6, 20, 0.5),
    "medium trees": _boosted(0.05, 31, 20, 0.5, reg_lambda=1.0),
    "large trees": _boosted(0.05, 100, 3, 1.0, subsample=0.7),
    "regularised": _boosted(0.06, 20, 60, 0.3, reg_lambda=5.0, reg_alpha=1.0),
    "extra, large": _boosted(0.03, 64, 28, 0.55, extra_trees=True, subsample=0.99, reg_alpha=0.91, reg_lambda=1.9),
    "extra, medium": _boosted(0.04, 39, 3, 0.46, extra_trees=True),
    "extra, tiny": _boosted(0.05, 8, 10, 0.6, extra_trees=True),
    "own defaults": ("catboost", {}),
    "shallow": _oblivious(0.06, 4),
    "tuned deep": _oblivious(0.08, 7, 1e-5, random_strength=0.8, subsample=0.9),
    "coarse": ("catboost", {"border_count": 64}),
    "default forest": ("extra_trees", {}),
    "tuned network": ("realmlp", {}),
    "three layers": ("realmlp", {"layers": 3}),
    "narrow": ("realmlp", {"width": 64, "weight_decay": 0.1}),
    "few bins": ("realmlp", {"bins": 8}),
    "all columns": ("extra_trees", {"max_features": 1.0, "min_samples_leaf": 1}),
}
