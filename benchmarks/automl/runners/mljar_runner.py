"""MLJAR: ``AutoML`` in the mode ``Compete``."""

import time

from answering import SEED, answer, arguments, predictions, tables
from supervised.automl import AutoML

METRICS = {"roc_auc": "auc", "log_loss": "logloss", "rmse": "rmse"}
TASKS = {
    "binary": "binary_classification",
    "multiclass": "multiclass_classification",
    "regression": "regression",
}
PREFIX = "prediction_"  # of a class's column

asked = arguments()
X, y, T = tables(asked)
begun = time.time()
automl = AutoML(
    mode="Compete", total_time_limit=int(asked.budget), ml_task=TASKS[asked.task], eval_metric=METRICS[asked.metric],
    results_path=str(asked.out.with_name("mljar")), random_state=SEED, verbose=0,
)  # fmt: skip
automl.fit(X, y)
fitted = time.time()
if asked.task == "regression":
    table = predictions(automl.predict(T))
else:
    found = automl.predict_all(T)
    found = found[[name for name in found.columns if name.startswith(PREFIX)]]
    table = predictions(found.to_numpy(), [name.removeprefix(PREFIX) for name in found.columns])
answer(asked, table, fitted - begun, time.time() - fitted)
