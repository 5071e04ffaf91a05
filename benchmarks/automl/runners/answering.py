"""What every runner shares: the command line, the raw tables, and the answer file.

A runner gets ``train.csv`` and ``test.csv`` as raw text tables and a time budget in seconds. It writes predictions for
every test row (a probability column per class, named by it; or one column ``prediction``) and a JSON file beside them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

#: Where a system takes a seed of its own. Splits differ by the seed of the comparison, systems don't.
SEED = 0


def arguments() -> argparse.Namespace:
    """The command line of a runner."""
    parser = argparse.ArgumentParser()
    for name in ("train", "test", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--task", required=True, choices=["binary", "multiclass", "regression"])
    parser.add_argument("--metric", required=True, choices=["roc_auc", "log_loss", "rmse"])
    parser.add_argument("--budget", type=float, required=True)
    return parser.parse_args()


def tables(asked: argparse.Namespace) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Training features, training target (labels as text), test features, as pandas reads them."""
    train = pd.read_csv(asked.train, low_memory=False)
    test = pd.read_csv(asked.test, low_memory=False)
    target = train.pop(asked.target)
    return train, target if asked.task == "regression" else target.astype(str), test


def predictions(values: Any, classes: Any = None) -> pd.DataFrame:
    """The answer table: probabilities under their classes' names, or values."""
    if classes is None:
        return pd.DataFrame({"prediction": values})
    return pd.DataFrame(values, columns=[str(name) for name in classes])


def answer(asked: argparse.Namespace, table: pd.DataFrame, fit_s: float, predict_s: float, **facts: Any) -> None:
    """Write what was predicted, and what it took."""
    told = {"fit_s": round(fit_s, 2), "predict_s": round(predict_s, 3), **facts}
    asked.out.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    table.to_csv(asked.out, index=False)
