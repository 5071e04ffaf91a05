"""Save a fitted scikit-learn pipeline as an MLflow model. Runs in MLflow's environment.

python to_mlflow.py PIPELINE.joblib MODEL_FOLDER
"""

from __future__ import annotations

import json
import sys

import joblib
import lightgbm
import mlflow
import mlflow.sklearn
import numpy
import pandas
import sklearn

VERSIONS = {each.__name__: each.__version__ for each in (mlflow, sklearn, lightgbm, numpy, pandas)}


def main() -> None:
    source, folder = sys.argv[1:]
    mlflow.sklearn.save_model(
        joblib.load(source),
        folder,
        pyfunc_predict_fn="predict_proba",
        serialization_format="cloudpickle",
        # Named, so that MLflow need not find them out; it serves from this very environment. No signature: without
        # one, MLflow skips its check of every request, so this is its faster way.
        pip_requirements=[f"scikit-learn=={sklearn.__version__}", f"lightgbm=={lightgbm.__version__}"],
    )
    print(json.dumps(VERSIONS))


if __name__ == "__main__":
    main()
