"""The law of wide tables: a thousand columns more than rows, and the model still finds the few that tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tenfold import Workflow

COLUMNS, TELLING = 1_500, 6


def table(rows: int, seed: int) -> pd.DataFrame:
    """Log-normal columns; the first few decide about the answer."""
    draw = np.random.default_rng(seed)
    values = draw.lognormal(size=(rows, COLUMNS)).round(3)
    odds = 1.5 * np.log(values[:, :TELLING] + 0.001).sum(axis=1)
    frame = pd.DataFrame(values, columns=[f"gene {place}" for place in range(COLUMNS)])
    return frame.assign(answer=np.where(draw.random(rows) < 1 / (1 + np.exp(-odds)), "yes", "no"))


@pytest.mark.slow
def test_a_model_that_knows_more_than_the_dummy_is_released(tmp_path: Path) -> None:
    table(300, seed=0).to_csv(tmp_path / "train.csv", index=False)
    (tmp_path / "workflow.yaml").write_text(
        "name: wide\nproblem: {target: answer, task: binary, metric: roc_auc}\n"
        "data: {sources: {train: {file: train.csv}}}\nsplitting: {small: 0}\n"
        "modeling: {candidates: [linear, lightgbm]}\nvalidation: {importance_repeats: 1}\n"
    )
    run = Workflow(tmp_path / "workflow.yaml", project=tmp_path).run(release=True, trials=2)
    assert all(not member.name.startswith("dummy") for member in run.composition.members)
    assert run.result("release").proof["passed"]
    for recipe in run.result("features").by_family.values():
        assert all(each.parameters["most_telling"] <= 250 for each in recipe.transformers)
    unseen = table(300, seed=1)
    truth = unseen.pop("answer") == "yes"
    scores = run.model.predict_proba(unseen)[:, list(run.model.classes).index("yes")]
    assert roc_auc_score(truth, scores) > 0.75
