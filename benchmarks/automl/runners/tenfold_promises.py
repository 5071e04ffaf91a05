"""What Tenfold promises beyond a score, measured on the model that its runner has just released in this folder.

Run: ``python tenfold_promises.py FOLDER``, with what the runner wrote in it. Prints a JSON object: ``one_row_ms``
(median of answering one raw test row in process, reading included), ``one_row_p99_ms``, ``bundle_mb``, and for classes
``calibration_error`` (out-of-fold, of the most probable label, ten bins of equal mass) with ``calibration_rows``.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tenfold.api.run import Run
from tenfold.metrics.scoring import encode
from tenfold.statistics.calibration import calibration_curve, expected_calibration_error
from tenfold.workflow.runs import find_run
from tenfold.workflow.store import Store

_ROWS, _WARM = 500, 50

folder = Path(sys.argv[1])
store = Store(folder / ".tenfold")
run = Run(find_run(store, "latest"), store)
model, released = run.model, run.released
assert released is not None
assert released.bundle is not None
table = pd.read_csv(folder / "test.csv", dtype=str, keep_default_na=False)
records = table.head(_ROWS).to_dict("records")
records = (records * (_ROWS // len(records) + 1))[:_ROWS]
taken = []
for place, record in enumerate(records[:_WARM] + records):
    begun = time.perf_counter()
    model.scorer.answer(model.scorer.reader.read([record]))
    if place >= _WARM:
        taken.append((time.perf_counter() - begun) * 1000)
told = {
    "one_row_ms": round(statistics.median(taken), 4),
    "one_row_p99_ms": round(float(np.quantile(taken, 0.99)), 4),
    "bundle_mb": round(sum(path.stat().st_size for path in released.bundle.rglob("*") if path.is_file()) / 1e6, 3),
}
tuned = run.result("tuning")
if model.classes:
    scores = tuned.out_of_fold
    right = encode(tuned.target, model.classes) == scores.argmax(axis=1)
    error = expected_calibration_error(calibration_curve(right, scores.max(axis=1)))
    told |= {"calibration_error": round(error, 5), "calibration_rows": len(right)}
print(json.dumps(told))
