"""Raw rows asked twice, over HTTP one by one and as a file by ``tenfold predict``: the answers have to be the same."""

from __future__ import annotations

import datetime
import http.client
import json
import math
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

#: Largest difference between two answers that are called equal: absolute for probabilities, relative for values.
TOLERANCE = 1e-6
_SEED = 0

Answer = dict[str, Any]


def replayed(tenfold: Sequence[str], model: str, project: Path, raw: Path, most: int) -> dict[str, Any]:
    """Ask ``model`` about ``most`` rows of ``raw`` (all where there are fewer), in both ways, and compare.

    Returns ``rows``, ``refused`` (rows that cannot be read), ``largest_difference``, ``equal``, and up to five
    ``differences`` in words.
    """
    rows = _rows(raw, most)
    data, answers = project / "replayed.parquet", project / "answers.parquet"
    pq.write_table(rows, data)
    command = [*tenfold, "predict", model, str(data), "-o", str(answers), "-C", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": f"predict: exit {done.returncode}: {done.stderr[-500:]}"}
    batch = pq.read_table(answers).to_pylist()
    with serving([*tenfold, "serve", model, "--port", "0", "-C", str(project)]) as url:
        served = list(_ask(url, rows.to_pylist()))
    return _compared(served, batch)


def _rows(raw: Path, most: int) -> pa.Table:
    """Rows as they stand in the source; a data step's own columns begin with two underscores."""
    found = pq.read_table(raw)
    found = found.select([name for name in found.column_names if not name.startswith("__")])
    chosen = np.sort(np.random.default_rng(_SEED).permutation(len(found))[:most])
    return found.take(chosen)


@contextmanager
def serving(command: Sequence[str]) -> Iterator[str]:
    """A server's address; the process is ended whatever happens."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()
            if not said:
                raise RuntimeError(f"the server ended with status {server.wait()}")
            yield json.loads(said)["url"]
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


def _ask(url: str, records: Sequence[Mapping[str, Any]]) -> Iterator[Answer]:
    """One request per record; a refused one's answer is its problems."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        for record in records:
            body = json.dumps({"records": [{name: _json(value) for name, value in record.items()}]})
            connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            told = json.loads(response.read())
            yield _answer(response.status, told)
    finally:
        connection.close()


def _json(value: Any) -> Any:
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _answer(status: int, told: Mapping[str, Any]) -> Answer:
    if status == 200:
        return dict(told["predictions"][0])
    if status == 422 and told.get("errors"):
        return {"problems": [f"{each['field']}: {each['message']}" for each in told["errors"]]}
    raise RuntimeError(f"HTTP {status}: {json.dumps(told)[:500]}")


def _compared(served: Sequence[Answer], batch: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    pairs = list(zip(served, batch, strict=True))
    found = [(place, said) for place, pair in enumerate(pairs) if (said := _difference(*pair))]
    both = [pair for pair in pairs if "problems" not in pair[0] and not pair[1]["problems"]]
    return {
        "rows": len(pairs),
        "refused": sum("problems" in answer for answer in served),
        "warned": sum(bool(answer.get("warnings")) for answer in served),
        "largest_difference": max((_distance(*pair) for pair in both), default=0.0),
        "equal": not found,
        "differences": [f"row {place}: {said}" for place, said in found[:5]],
        "differing": len(found),
    }


def _difference(answer: Answer, other: Mapping[str, Any]) -> str:
    """What two answers to one row disagree about, in words; nothing when they are equal."""
    problems = "; ".join(answer.get("problems", ()))
    if problems != other["problems"]:
        return f"refused: {problems!r} over HTTP, {other['problems']!r} in the batch"
    if problems:
        return ""
    if isinstance(answer["prediction"], str) and answer["prediction"] != other["prediction"]:
        return f"{answer['prediction']!r} over HTTP, {other['prediction']!r} in the batch"
    if _distance(answer, other) > TOLERANCE:
        return f"{_distance(answer, other):.2g} apart"
    warnings = "; ".join(f"{each['field']}: {each['message']}" for each in answer["warnings"])
    return "" if warnings == other["warnings"] else f"warned: {warnings!r} over HTTP, {other['warnings']!r}"


def _distance(answer: Answer, other: Mapping[str, Any]) -> float:
    probabilities = answer["probabilities"]
    if probabilities is None:
        one, two = float(answer["prediction"]), float(other["prediction"])
        return abs(one - two) / max(1.0, abs(two))
    return max(float(abs(value - other[f"probability_{name}"])) for name, value in probabilities.items())
