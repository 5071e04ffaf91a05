"""Openings count for rows, whatever the workflow is called."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from tenfold import Workflow
from tenfold.api.health import examine
from tenfold.workflow.seals import TestSet
from tenfold.workflow.shared_rows import Shared, shared_with
from tenfold.workflow.store import Store

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))
AT = datetime(2026, 5, 3, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".tenfold")


def seal(store: Store, name: str, keys: list[str], contents: list[str], looks: int) -> Path:
    """A test set of these rows that was looked at so often."""
    test_set = TestSet(store, name)
    test_set.folder.mkdir(parents=True)
    for look in range(looks):
        test_set.open("run", f"look {look}", len(keys), "validation", AT)
    frame = pd.DataFrame({"__key": keys, "__content": contents, "left": "yes"})
    frame.to_parquet(test_set.folder / "parts.parquet")
    frame.to_parquet(test_set.sealed("f" * 64))
    return test_set.sealed("f" * 64)


def test_rows_that_were_opened_under_another_name_are_counted(store: Store) -> None:
    sealed = seal(store, "mine", ["a", "b", "c"], ["1", "2", "3"], 1)
    seal(store, "grown", ["b", "c", "d"], ["2", "changed", "4"], 3)
    seal(store, "never opened", ["a", "b", "c"], ["1", "2", "3"], 0)
    seal(store, "another table with keys alike", ["a", "b"], ["8", "9"], 5)
    seal(store, "apart", ["x"], ["1"], 2)
    assert shared_with(store, "mine", sealed) == (Shared("grown", 2, 3),)
    found = {check.name: check.found for check in examine(store)}
    assert found["test set mine"] == "opened 1 time; 2 rows also opened 3 times as grown"
    assert found["test set grown"] == "opened 3 times; 2 rows also opened 1 time as mine"
    assert found["test set apart"] == "opened 2 times"


@pytest.mark.slow
def test_the_card_counts_them(tmp_path: Path) -> None:
    file = SAMPLE["write_rows"](tmp_path / "rows.csv", SAMPLE["make_rows"](300))
    elsewhere = []
    for name in ("churn", "renamed"):
        content = SAMPLE["content"](file, {"name": name, "modeling": {"candidates": ["dummy", "linear"]}})
        run = Workflow(content, project=tmp_path).run(release=True, trials=1)
        assert run.released is not None
        assert run.released.bundle is not None
        page = (run.released.bundle / "card.md").read_text("utf-8")
        elsewhere.append(page.partition("- **seal openings elsewhere**:")[2].partition("- **")[0].strip())
    assert elsewhere[0] == "none"
    assert elsewhere[1].startswith("- 60 rows also opened 1 time as churn-")
