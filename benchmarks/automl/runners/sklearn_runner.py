"""The floor: what a careful data scientist writes in twenty lines (skrub's tabular pipeline). It takes no budget."""

import time

from answering import answer, arguments, predictions, tables
from skrub import tabular_pipeline

asked = arguments()
X, y, T = tables(asked)
begun = time.time()
regression = asked.task == "regression"
model = tabular_pipeline("regressor" if regression else "classifier").fit(X, y)
fitted = time.time()
table = predictions(model.predict(T)) if regression else predictions(model.predict_proba(T), model.classes_)
answer(asked, table, fitted - begun, time.time() - fitted)
