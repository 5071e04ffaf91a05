"""FLAML: ``AutoML`` with its defaults."""

import time

from answering import SEED, answer, arguments, predictions, tables
from flaml import AutoML

asked = arguments()
X, y, T = tables(asked)
regression = asked.task == "regression"
begun = time.time()
automl = AutoML()
automl.fit(
    X, y, task="regression" if regression else "classification", metric=asked.metric, time_budget=asked.budget,
    verbose=0, seed=SEED,
)  # fmt: skip
fitted = time.time()
table = predictions(automl.predict(T)) if regression else predictions(automl.predict_proba(T), automl.classes_)
answer(asked, table, fitted - begun, time.time() - fitted, best=automl.best_estimator)
