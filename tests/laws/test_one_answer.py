"""The law of one reading: however a raw record arrives, the released model gives it the same answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tenfold import Run, Workflow
from tenfold.api.batches import Done, predict_file
from tenfold.schema import Reader, feeds
from tenfold.schema.trouble import UNSEEN_CATEGORY
from tenfold.serving.client import post_records
from tenfold.tables.examples import load

pytestmark = pytest.mark.slow
Row = dict[str, str]
#: Raw rows that training never saw, each odd in its own way; every one of them can be answered.
ODD = (
    {"plan": "unseen"}, {"plan": ""}, {"income": ""}, {"income": "$1,234,567.89"}, {"income": "-12"},
    {"comment": ""}, {"comment": "ÜBERRASCHUNG!!! bad,bad;bad"}, {"comment": "日本語 کتاب 🙂"}, {"since": "1999-12-31"},
    {"visits": "0"}, {"plan": "  pro "},
)  # fmt: skip


@pytest.fixture(scope="module", params=["binary", "regression"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, make_rows: Any,
        write_project: Callable[..., Path]) -> Run:  # fmt: skip
    """A small released model with a text, a date, categories and numbers with currency."""
    rows = [{**row, **({"plan": "", "comment": ""} if n % 41 == 0 else {})} for n, row in enumerate(make_rows(400))]
    problem: dict[str, Any] = {}
    if request.param == "regression":
        rows = [{**row, "left": f"{int(row['visits']) * 3 + len(row['comment']):.1f}"} for row in rows]
        problem = {"positive": None, "task": "regression", "metric": "rmse", "success": {}}
    file = write_project(tmp_path_factory.mktemp(request.param), rows, problem=problem)
    return Workflow(file, project=file.parent).run(release=True, trials=2)


@pytest.fixture(scope="module")
def raw(run: Run, make_rows: Any) -> list[Row]:
    """Raw records without a target: ordinary ones and odd ones."""
    rows = [{name: row[name] for name in row if name != "left"} for row in make_rows(60, seed=99)]
    return rows + [{**rows[n], **odd, "customer": f"odd-{n}"} for n, odd in enumerate(ODD)]


@pytest.fixture(scope="module")
def expected(run: Run, raw: list[Row]) -> np.ndarray[Any, Any]:
    """The scores by the bundle from records, once; every other way has to agree with them."""
    scores: np.ndarray[Any, Any] = run.model.scorer.scores(raw)
    assert len(np.unique(scores[:, -1].round(6))) > 30, "the model tells records apart"
    return scores


@pytest.fixture(scope="module")
def bounds(run: Run, expected: Any) -> list[Any]:
    """Row by row the interval around the value, or the set of labels, that comes with the answer."""
    decision = run.model.scorer.decision
    ends = decision.intervals(expected)
    sets = decision.sets(expected, decision.predictions(expected))
    found: list[Any] = ends.tolist() if ends is not None else sets or []
    assert len({str(each) for each in found}) > 1, "they tell records apart"
    return found


def same_bounds(found: Any, bounds: list[Any]) -> None:
    if isinstance(bounds[0][0], str):
        assert list(map(list, found)) == bounds
    else:
        np.testing.assert_allclose(np.asarray(found, dtype=np.float64), bounds, rtol=0, atol=1e-9)


def table(raw: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in raw] for name in raw[0]}


def frames(raw: list[Row]) -> dict[str, Any]:
    return {"pandas": pd.DataFrame(raw), "polars": pl.DataFrame(raw), "arrow": pa.table(table(raw)),
            "records": raw, "columns": table(raw)}  # fmt: skip


def scores_of(columns: dict[str, Any]) -> np.ndarray[Any, Any]:
    names = [name for name in columns if name.startswith("probability_")] or ["prediction"]
    return np.array([[float(value) for value in columns[name]] for name in names]).T


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "records", "columns"])
def test_python_frames_answer_the_same(run: Run, raw: list[Row], expected: Any, bounds: Any, kind: str) -> None:
    answers = run.model.answer(frames(raw)[kind])
    same_bounds(answers.sets if answers.intervals is None else answers.intervals, bounds)
    scores = answers.probabilities if answers.probabilities is not None else np.array([answers.predictions]).T
    np.testing.assert_array_equal(scores, expected)
    assert list(answers.ids) == [row["customer"] for row in raw]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
@pytest.mark.parametrize("output", ["out.csv", "out.parquet"])
def test_files_answer_the_same(
    run: Run, raw: list[Row], expected: Any, bounds: Any, tmp_path: Path, suffix: str, output: str
) -> None:
    source = tmp_path / f"raw{suffix}"
    if suffix == ".csv":
        pyarrow.csv.write_csv(pa.table(table(raw)), source)
    elif suffix == ".parquet":
        pq.write_table(pa.table(table(raw)), source)
    else:
        source.write_text("".join(json.dumps(row) + "\n" for row in raw), "utf-8")
    done = predict_file(run.model, source, tmp_path / output, batch=17)
    assert done == Done(len(raw), 0)
    text = pd.read_csv(tmp_path / output) if output.endswith("csv") else pd.read_parquet(tmp_path / output)
    assert text["id"].tolist() == [row["customer"] for row in raw]
    np.testing.assert_allclose(scores_of(text.to_dict("list")), expected, rtol=0, atol=1e-12)
    if run.model.classes:
        same_bounds(text["set"].map(json.loads if output.endswith("csv") else list), bounds)
    else:
        same_bounds(text[["low", "high"]], bounds)


@contextmanager
def served(run: Run) -> Iterator[str]:
    """``tenfold serve`` in a process of its own, on a free port of loopback; always ended."""
    command = [sys.executable, "-m", "tenfold", "serve", "churn", "--port", "0", "-C", str(run.store.root.parent)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
            assert told["event"] == "ready"
            yield told["url"]
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=20) == 0


@pytest.mark.server
def test_http_answers_the_same(run: Run, raw: list[Row], expected: Any, bounds: Any) -> None:
    with served(run) as url:
        answers = post_records(url, raw)
        singles = [post_records(url, [row])["predictions"][0] for row in raw[-8:]]
    predictions = answers["predictions"]
    assert [each["id"] for each in predictions] == [row["customer"] for row in raw]
    np.testing.assert_allclose(http_scores(run, predictions), expected, rtol=0, atol=1e-12)
    # A row answered alone is answered as among others; the last bit may differ, as sums are taken in other blocks.
    np.testing.assert_allclose(http_scores(run, singles), expected[-8:], rtol=0, atol=1e-12)
    assert [each["warnings"] for each in singles] == [each["warnings"] for each in predictions[-8:]]
    assert [each["prediction"] for each in predictions] == list(run.model.predict(raw))
    name = "set" if run.model.classes else "interval"
    same_bounds([each[name] for each in predictions], bounds)
    same_bounds([each[name] for each in singles], bounds[-8:])


def http_scores(run: Run, predictions: list[dict[str, Any]]) -> Any:
    if not run.model.classes:
        return np.array([[each["prediction"]] for each in predictions])
    return np.array([[each["probabilities"][name] for name in run.model.classes] for each in predictions])


def test_the_graph_alone_answers_the_same(run: Run, raw: list[Row], expected: Any) -> None:
    schema = run.model.scorer.schema
    reading = Reader(schema).read(raw)
    session = onnxruntime.InferenceSession(str(run.model.scorer.folder / "model.onnx"))
    (scores,) = session.run(["scores"], feeds(reading.columns, schema))
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def test_the_trained_composition_answers_the_same(run: Run, raw: list[Row], expected: Any) -> None:
    """scikit-learn over the same reading: served = trained, within what float32 trees allow."""
    schema = run.model.scorer.schema
    columns = Reader(schema).read(raw).columns
    frame = pd.DataFrame({name: columns[name] for name, _ in schema.inputs})
    np.testing.assert_allclose(run.composition.scores(frame), expected, rtol=1e-5, atol=1e-5)
    assert run.composition.coverage == run.model.scorer.decision.coverage
    member = max(run.composition.members, key=lambda each: each.weight)
    answer = run.composition.answer(member, frame)
    plain = run.pipeline.predict_proba(frame) if run.model.classes else run.pipeline.predict(frame).reshape(-1, 1)
    np.testing.assert_allclose(np.sort(plain, axis=1), np.sort(answer, axis=1))


def test_training_rows_answer_as_the_table_was_read(run: Run) -> None:
    """SQL read these rows for training, NumPy reads their raw records: one answer."""
    cleaned, schema = run.result("cleaning"), run.model.scorer.schema
    raw = {row["customer"]: row for row in pq.read_table(run.result("data").raw).to_pylist()}
    examples = load(run.result("splitting").train, schema, cleaned.task)
    keys = pq.read_table(run.result("splitting").train, columns=["customer"])["customer"].to_pylist()
    records = [{n: v for n, v in raw[key].items() if not n.startswith("__")} for key in keys]
    from_table = run.composition.scores(examples.features)
    np.testing.assert_allclose(from_table, run.model.scorer.scores(records), rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory, make_rows: Any) -> tuple[Run, list[dict[str, Any]]]:
    """A released model of JSON lines in which a category is a list and a text is an object, and some of its rows."""
    folder = tmp_path_factory.mktemp("nested")
    tags: tuple[list[Any], ...] = ([], ["é"], ["a", 1.0], [None, {"b": True}])
    rows = [
        {**row, "plan": tags[n % 4], "comment": {"said": row["comment"], "n": n % 5, "z \"q\"": [0.1]},
         "left": "yes" if (n % 4 < 2) != (n % 9 == 0) else "no"} for n, row in enumerate(make_rows(200))
    ]  # fmt: skip
    kinds = {"plan": {"kind": "category"}, "comment": {"kind": "text"}}
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    content = {
        "name": "churn", "problem": {"target": "left"}, "data": {"sources": {"rows": {"file": "rows.jsonl"}}},
        "cleaning": {"roles": {"customer": "key"}, "columns": kinds},
        "splitting": {"small": 0, "folds": 3}, "modeling": {"candidates": ["dummy", "linear"]},
        "validation": {"resamples": 100, "importance_repeats": 0},
    }  # fmt: skip
    file = folder / "workflow.yaml"
    file.write_text(json.dumps(content), "utf-8")
    run = Workflow(file, project=folder).run(release=True, trials=1)
    return run, [{name: row[name] for name in row if name != "left"} for row in rows[:40]]


@pytest.mark.server
def test_nested_values_answer_the_same(nested: tuple[Run, list[dict[str, Any]]], tmp_path: Path) -> None:
    """As they stand in JSON lines, and as the text that training made of them."""
    run, raw = nested
    stored = {row["customer"]: row for row in pq.read_table(run.result("data").raw).to_pylist()}
    texts = [{name: stored[row["customer"]][name] for name in row} for row in raw]
    expected = run.model.predict_proba(texts)
    assert len(np.unique(expected[:, 0].round(6))) > 3, "the model tells records apart"
    for way in (raw, pd.DataFrame(raw), table(raw), table(texts)):
        np.testing.assert_array_equal(run.model.predict_proba(way), expected)
    assert not [each for each in run.model.scorer.reader.read(raw).warnings if each.code == UNSEEN_CATEGORY]
    (tmp_path / "raw.jsonl").write_text("".join(json.dumps(row) + "\n" for row in raw), "utf-8")
    pyarrow.csv.write_csv(pa.table(table(texts)), tmp_path / "raw.csv")
    for name in ("raw.jsonl", "raw.csv"):
        assert predict_file(run.model, tmp_path / name, tmp_path / "out.parquet") == Done(len(raw), 0)
        answers = pq.read_table(tmp_path / "out.parquet").to_pydict()
        np.testing.assert_allclose(scores_of(answers), np.asarray(expected), rtol=0, atol=1e-12)
    with served(run) as url:
        predictions = post_records(url, raw)["predictions"]
    np.testing.assert_allclose(http_scores(run, predictions), expected, rtol=0, atol=1e-12)
