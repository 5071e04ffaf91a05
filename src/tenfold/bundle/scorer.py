"""The loaded bundle: records in, answers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tenfold.bundle.answers import Answers, by_row
from tenfold.bundle.decision import Decision, Floats
from tenfold.bundle.manifest import Manifest
from tenfold.core.errors import Fault
from tenfold.schema import FieldProblem, Reader, Reading, Schema

Record = Mapping[str, object]

NOT_FINITE = "TF-BUNDLE-020"
_EXTREME = "the model has no finite answer to this record; its values are too extreme"

#: For docs/errors.md: code → (what it means, what to do, what it ends with where the call does not tell).
CODES = {
    NOT_FINITE: (
        "the model has no finite answer to a record, whose values are too extreme",
        "send values of ordinary size; if they are, report it",
        "HTTP 422",
    ),
}


class Model(Protocol):
    """Whatever turns typed columns of N rows into scores [N, decision.width]."""

    def __call__(self, columns: Mapping[str, NDArray[Any]]) -> Floats: ...


@dataclass(frozen=True)
class Scorer:
    """A bundle in memory. It holds no state that an answer changes, so threads may share it."""

    manifest: Manifest
    schema: Schema
    decision: Decision
    model: Model
    folder: Path
    reference: Mapping[str, Any] = field(default_factory=dict)  # column → its binned profile

    @cached_property
    def reader(self) -> Reader:
        """The reading that turns raw records into typed columns."""
        return Reader(self.schema)

    def run(self, columns: Mapping[str, NDArray[Any]]) -> Floats:
        """Scores [N, classes] (regression: [N, 1]) of typed columns. ``Fault`` TF-BUNDLE-020 when one isn't finite."""
        scores = self._run(columns)
        for row in _unanswerable(scores)[:1]:
            raise Fault.of(NOT_FINITE, f"the score is {scores[row].tolist()}", f"row {row}", do="report it")
        return scores

    def _run(self, columns: Mapping[str, NDArray[Any]]) -> Floats:
        rows = len(next(iter(columns.values())))
        return self.model(columns) if rows else np.empty((0, self.decision.width))

    def scored(self, reading: Reading) -> tuple[Floats, Sequence[FieldProblem]]:
        """Scores of rows that were read already, and what keeps rows from an answer: bad fields, extreme values."""
        scores = self._run(reading.columns)
        if np.isfinite(scores).all():
            return scores, reading.problems
        extreme = [FieldProblem(row, "", NOT_FINITE, _EXTREME) for row in _unanswerable(scores)]
        return scores, [*reading.problems, *extreme]

    def scores(self, records: Sequence[Record]) -> Floats:
        """Scores of raw records; a field that cannot be read counts as missing."""
        return self.run(self.reader.read(records).columns)

    def predict(self, records: Sequence[Record]) -> Answers:
        """Answers to raw records, in their order; none at all when ``problems`` names a bad field.

        A record so extreme that the score isn't finite is such a problem (TF-BUNDLE-020, without a field).
        Unseen categories, nulls and absent optional columns are answered, and named in ``warnings``.
        """
        return self.answer(self.reader.read(records))

    def predict_columns(self, columns: Mapping[str, Sequence[object]]) -> Answers:
        """As :meth:`predict`, from columns of equal length."""
        return self.answer(self.reader.read_columns(columns))

    def answer(self, reading: Reading) -> Answers:
        """Answers to rows that were read already."""
        if reading.problems:
            return Answers(problems=tuple(reading.problems))
        scores, problems = self.scored(reading)
        if problems:
            return Answers(problems=tuple(problems))
        predictions = self.decision.predictions(scores)
        return Answers(
            ids=reading.ids,
            predictions=predictions,
            probabilities=self.decision.probabilities(scores),
            intervals=self.decision.intervals(scores),
            sets=self.decision.sets(scores, predictions),
            warnings=by_row(reading.warnings, len(scores)),
        )


def _unanswerable(scores: Floats) -> list[int]:
    rows: list[int] = np.flatnonzero(~np.isfinite(scores).all(axis=1)).tolist()
    return rows
