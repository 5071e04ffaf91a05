"""The proof: raw records, by every way they can arrive, get the answer that the trained pipelines give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from tenfold.bundle import Scorer
from tenfold.learning.composition import Composition
from tenfold.learning.proof import TOLERANCE, prove
from tenfold.schema.canonical import canonical

Records = Sequence[Mapping[str, Any]]


def proof_of(composition: Composition, scorer: Scorer, records: Records, seed: int) -> dict[str, Any]:
    """Trained against served on real and hostile records, and the ways of arrival against each other.

    ``ways`` holds the largest difference between records as they are and the same records after a JSON round trip
    (HTTP), as text (CSV), and as columns (a Parquet file or a frame).
    """
    proof = prove(composition, scorer.schema, scorer.scores, list(records), seed)
    here = scorer.scores(records)
    ways = {name: _difference(scorer, here, way(scorer, records)) for name, way in WAYS.items()}
    apart = [f"{name}: answers differ by {each:.3g}" for name, each in ways.items() if not each <= TOLERANCE]
    told = proof.to_dict()
    return {**told, "ways": ways, "passed": told["passed"] and not apart, "problems": [*told["problems"], *apart]}


def _difference(scorer: Scorer, here: NDArray[Any], there: NDArray[Any]) -> float:
    scale = np.maximum(1.0, np.abs(here)) if scorer.decision.task == "regression" else 1.0
    return float(np.max(np.abs(here - there) / scale)) if here.size else 0.0


def _by_json(scorer: Scorer, records: Records) -> NDArray[Any]:
    return scorer.scores(orjson.loads(orjson.dumps([dict(record) for record in records], default=str)))


def _by_text(scorer: Scorer, records: Records) -> NDArray[Any]:
    return scorer.scores([{name: canonical(value) for name, value in record.items()} for record in records])


def _by_columns(scorer: Scorer, records: Records) -> NDArray[Any]:
    names = [column.name for column in scorer.schema.features]
    columns = {name: [record.get(name) for record in records] for name in names}
    return scorer.run(scorer.reader.read_columns(columns).columns)


WAYS = {"JSON over HTTP": _by_json, "text, as in CSV": _by_text, "columns, as in Parquet": _by_columns}
