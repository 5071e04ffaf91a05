"""A multilayer perceptron with tuned defaults (Holzmüller et al., "Better by Default", NeurIPS 2024)."""

from __future__ import annotations

from typing import Any

from tenfold.core.units import human_seconds
from tenfold.learning.candidates.candidate import Parameters, Plain, Size, Watch, amount, as_it_is, target, weighing
from tenfold.learning.extras import missing
from tenfold.learning.recipe import Family
from tenfold.metrics import Task

#: Rows up to which a step takes so many of them: few rows need many steps.
_BATCHES = ((1_000, 64), (8_000, 128), (50_000, 256))
_LARGE = 512
#: Rows beyond which half as many epochs do, and the epochs of tables that are not that large.
_MANY, _EPOCHS = 3_000, 64
_LAYERS, _WIDTH = 2, 128
#: Microseconds that training takes a row and an epoch on one thread, and what each column of the table adds.
_ROW, _COLUMN = 9.0, 0.1
#: Share of the time for a fold that its training may take: where it takes more, more trees help more.
_SHARE = 0.5


class RealMLP(Plain):
    """The one candidate that is no tree and no line: it errs elsewhere. Trained by PyTorch (extra ``torch``)."""

    name = "realmlp"
    family: Family = "trees"  # it scales, fills and bins the plain columns itself
    tunable = True
    rounds = "epochs"
    stops_early = True
    bagged = True
    enough = 10_000
    counted = ("epochs", "batch_size", "learning_rate", "layers", "width", "bins")
    reserved = ("random_state", "n_jobs")

    def defaults(self, task: Task, size: Size) -> Parameters:
        batch = next((batch for rows, batch in _BATCHES if size.rows <= rows), _LARGE)
        return {
            "epochs": _EPOCHS if size.rows <= _MANY else _EPOCHS // 2, "batch_size": batch,
            "learning_rate": 0.15 if task == "regression" else 0.04, "layers": _LAYERS, "width": _WIDTH,
            "bins": 24 if size.rows <= _BATCHES[1][0] else 48,
            "dropout": 0.15, "weight_decay": 0.02, **as_it_is(size),
        }  # fmt: skip

    def space(self, trial: Any, task: Task, size: Size) -> Parameters:
        middle = 0.15 if task == "regression" else 0.04
        return dict(self.defaults(task, size)) | {
            "learning_rate": trial.suggest_float("learning_rate", middle / 4, middle * 2, log=True),
            "layers": trial.suggest_int("layers", 1, 3),
            "width": trial.suggest_int("width", 64, 256, log=True),
            "bins": trial.suggest_int("bins", 4, 48, log=True),
            "dropout": trial.suggest_float("dropout", 0.0, 0.4),
            "weight_decay": trial.suggest_float("weight_decay", 0.002, 0.2, log=True),
            **target(trial, size),
        }

    def unsuited(self, task: Task, size: Size, seconds: float | None) -> str:
        if self.missing:
            return f"it needs pip install 'tenfold[{self.missing}]'"
        epochs = float(self.defaults(task, size)["epochs"])
        needed = epochs * size.rows * (_ROW + _COLUMN * size.columns) / 1e6
        if seconds is not None and needed > _SHARE * seconds:
            allowed = human_seconds(_SHARE * seconds)
            return f"a fold of {size.rows:,} rows would take {human_seconds(needed)}, more than the {allowed} that pay"
        return "texts are hundreds of inputs, for which there are quicker models" if size.texts else ""

    @property
    def missing(self) -> str:  # type: ignore[override]
        return missing(self.name)

    def load(self) -> None:
        import torch  # noqa: F401

    def work(self, parameters: Parameters) -> float:
        """Epochs, times what a row costs: its inputs and the weights that it goes through."""
        epochs, layers = amount(parameters, "epochs", _EPOCHS), amount(parameters, "layers", _LAYERS)
        width = amount(parameters, "width", _WIDTH)
        return epochs * (1.0 + width / 128 * (1 + layers * width / 256))

    def estimator(self, task: Task, parameters: Parameters, seed: int, threads: int = 1) -> Any:
        from tenfold.learning.networks.estimator import RealMLPClassifier, RealMLPRegressor

        kind = RealMLPRegressor if task == "regression" else RealMLPClassifier
        return kind(**parameters, random_state=seed % 2**31)  # another number of threads makes another network

    def fit(self, estimator: Any, X: Any, y: Any, watch: Watch | None = None, weights: Any = None) -> int:
        estimator.fit(X, y, watch=watch, **weighing(weights))
        return int(estimator.best_epoch_) if watch is not None else 0


CANDIDATE = RealMLP()
