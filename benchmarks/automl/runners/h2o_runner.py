"""H2O: ``H2OAutoML`` with its defaults, on a server of its own that only this machine can reach.

The server starts before the clock does and ends with the runner. Labels are handed over as ``c0``, ``c1``, ...: H2O
renames columns of probabilities for labels that look like numbers. Line breaks within texts become blanks, since its
parser takes each for the end of a row.
"""

import os
import time

import h2o
import pandas as pd
from answering import SEED, answer, arguments, predictions, tables
from h2o.automl import H2OAutoML
from h2o.backend import H2OLocalServer

METRICS = {"roc_auc": "AUC", "log_loss": "logloss", "rmse": "RMSE"}
THREADS = 2

asked = arguments()
X, y, T = tables(asked)
regression = asked.task == "regression"
labels = {} if regression else {f"c{number}": label for number, label in enumerate(sorted(y.unique()))}


def flat(table: pd.DataFrame) -> pd.DataFrame:
    """A table without line breaks in its texts."""
    return table.replace(r"[\r\n]+", " ", regex=True)


def learned() -> h2o.H2OFrame:
    """The training rows on the server, classes as a factor."""
    if regression:
        return h2o.H2OFrame(flat(X.assign(**{asked.target: y})))
    coded = y.map({label: code for code, label in labels.items()})
    return h2o.H2OFrame(flat(X.assign(**{asked.target: coded})), column_types={asked.target: "enum"})


def fit(train: h2o.H2OFrame) -> H2OAutoML:
    """All that H2O finds within the budget."""
    automl = H2OAutoML(max_runtime_secs=int(asked.budget), seed=SEED, sort_metric=METRICS[asked.metric])
    automl.train(y=asked.target, training_frame=train)
    if automl.leader is None:
        raise SystemExit("no model within the budget")
    return automl


def predict(automl: H2OAutoML, train: h2o.H2OFrame) -> pd.DataFrame:
    """The leader's answers. Test columns are read as the training columns were."""
    kinds = {name: kind for name, kind in train.types.items() if name != asked.target}
    found = automl.leader.predict(h2o.H2OFrame(flat(T), column_types=kinds)).as_data_frame()
    return predictions(found["predict"]) if regression else predictions(found[list(labels)].to_numpy(), labels.values())


with H2OLocalServer.start(
    nthreads=THREADS, ice_root=str(asked.out.parent), name=f"h2o-{os.getpid()}", verbose=False
) as server:
    h2o.connect(server=server, verbose=False)
    h2o.no_progress()
    begun = time.time()
    train = learned()
    automl = fit(train)
    fitted = time.time()
    table = predict(automl, train)
    answer(asked, table, fitted - begun, time.time() - fitted, best=automl.leader.algo)
