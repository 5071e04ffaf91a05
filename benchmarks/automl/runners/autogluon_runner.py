"""AutoGluon: ``TabularPredictor`` with the presets that ``AUTOGLUON_PRESETS`` names (``best_quality``)."""

import os
import time

from answering import answer, arguments, predictions, tables
from autogluon.tabular import TabularPredictor

METRICS = {"roc_auc": "roc_auc", "log_loss": "log_loss", "rmse": "root_mean_squared_error"}

asked = arguments()
X, y, T = tables(asked)
presets = os.environ.get("AUTOGLUON_PRESETS", "best_quality")
begun = time.time()
predictor = TabularPredictor(
    label=asked.target, problem_type=asked.task, eval_metric=METRICS[asked.metric],
    path=str(asked.out.with_name("autogluon")), verbosity=1,
)  # fmt: skip
predictor.fit(X.assign(**{asked.target: y}), time_limit=asked.budget, presets=presets)
fitted = time.time()
if asked.task == "regression":
    table = predictions(predictor.predict(T))
else:
    found = predictor.predict_proba(T)
    table = predictions(found.to_numpy(), found.columns)
answer(asked, table, fitted - begun, time.time() - fitted, presets=presets)
