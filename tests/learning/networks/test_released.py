"""A network from a table to a released model, which is served where there is no PyTorch."""

from __future__ import annotations

import importlib.util
import json
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from tenfold import Workflow
from tenfold.core.errors import UserError

SAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "laws" / "sample.py"))

#: A model that answers from its bundle, in a process that refuses to import PyTorch and ends if anything has.
SERVED = """
import json, sys
class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ImportError(name)
sys.meta_path.insert(0, Refusing())
from pathlib import Path
from tenfold.api.model import Model
model = Model.from_folder(Path(sys.argv[1]), "churn", 1)
print(json.dumps(model.predict_proba(json.loads(sys.argv[2])).tolist()))
assert "torch" not in sys.modules and "tenfold.learning" not in sys.modules
"""


def project(folder: Path, rows: int, **modeling: object) -> Workflow:
    SAMPLE["write_rows"](folder / "customers.csv", SAMPLE["make_rows"](rows))
    YAML().dump(SAMPLE["content"]("customers.csv", {"modeling": modeling}), folder / "workflow.yaml")
    return Workflow(folder / "workflow.yaml", project=folder)


@pytest.mark.torch
@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="pip install 'tenfold[torch]'")
def test_a_network_alone_is_released_and_answers_without_torch(tmp_path):
    small = {"realmlp": {"epochs": 8, "width": 16}}
    run = project(tmp_path, 240, candidates=["realmlp"], parameters=small).run(release=True, trials=2)
    members = [part.name for part in run.result("tuning").parts]
    assert members
    assert all(name.startswith("realmlp-") for name in members)
    assert run.result("tuning").kind == "onnx"
    unseen = SAMPLE["make_rows"](20, seed=3)
    assert run.released is not None
    assert run.released.bundle is not None
    told = subprocess.run(
        [sys.executable, "-c", SERVED, str(run.released.bundle), json.dumps(unseen)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert np.array_equal(json.loads(told.stdout), run.model.predict_proba(unseen))
    assert np.ptp(run.model.predict_proba(unseen)[:, 0]) > 0.01


@pytest.mark.slow
def test_a_network_that_is_named_without_torch_says_how_to_install_it(tmp_path):
    """Tests without the mark `torch` run as if it were not there."""
    begun: list[object] = []
    with pytest.raises(UserError) as caught:
        project(tmp_path, 100, candidates=["linear", "realmlp"]).run(until="modeling", tell=begun.append)
    assert begun == [], "not even the first step"
    assert [problem.code for problem in caught.value.problems] == ["TF-MODEL-009"]
    assert "pip install 'tenfold[torch]'" in str(caught.value)
