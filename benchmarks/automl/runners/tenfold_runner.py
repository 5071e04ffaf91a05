"""Tenfold: the command line on the raw files. It is told what the others are told: target, task, metric, budget.

The test rows are the harness's, so nothing is sealed (``test: 0``): every training row is learned from. All columns are
declared optional, since a test row may have a gap where no training row had one: it is answered, not refused. The table
of configurations that it begins with was learned without this data set.
"""

import os
import subprocess
import sys
import time

import pandas as pd
from answering import answer, arguments, predictions
from ruamel.yaml import YAML

asked = arguments()
work = asked.out.parent
columns = pd.read_csv(asked.train, nrows=0).columns.drop(asked.target)
workflow = {
    "name": "comparison",
    "problem": {"target": asked.target, "task": asked.task, "metric": asked.metric},
    "data": {"sources": {"train": {"file": str(asked.train)}}},
    "cleaning": {"columns": {name: {"optional": True} for name in columns}},
    "splitting": {"test": 0},
    "modeling": {"portfolio": "portfolio.json"},
}
YAML().dump(workflow, work / "workflow.yaml")
tenfold = [sys.executable, "-m", "tenfold"]
begun = time.time()
run = [*tenfold, "run", "workflow.yaml", "--release", "--budget", f"{asked.budget}s", "--quiet"]
done = subprocess.run(run, cwd=work, env=os.environ, check=False)
fitted = time.time()
if done.returncode:
    sys.exit(done.returncode)
told = work / "answers.parquet"
subprocess.run([*tenfold, "predict", "comparison", str(asked.test), "-o", str(told), "--quiet"], cwd=work, check=True)
found = pd.read_parquet(told)
if asked.task == "regression":
    table = predictions(found["prediction"]).join(found.filter(items=["low", "high"]))
else:
    table = found.filter(regex="^probability_").rename(columns=lambda name: name.removeprefix("probability_"))
answer(asked, table, fitted - begun, time.time() - fitted, refused=int((found["problems"] != "").sum()))
