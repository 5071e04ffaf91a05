"""The loaded bundle: records in, answers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tenfold.bundle.answers import Answers, by_row
from tenfold.bundle.decision import Decision, Floats
from tenfold.bundle.manifest import Manifest
from tenfold.core.errors import Fault
from tenfold.schema import Reader, Reading, Schema

Record = Mapping[str, object]


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

    @cached_property
    def reader(self) -> Reader:
        """The reading that turns raw records into typed columns."""
        return Reader(self.schema)

    def run(self, columns: Mapping[str, NDArray[Any]]) -> Floats:
        """Scores [N, classes] (regression: [N, 1]) of typed columns. ``Fault`` TF-BUNDLE-020 when one isn't finite."""
        if not len(next(iter(columns.values()))):
            return np.empty((0, self.decision.width))
        scores = self.model(columns)
        if not np.isfinite(scores).all():
            row = int(np.flatnonzero(~np.isfinite(scores).all(axis=1))[0])
            raise Fault.of(
                "TF-BUNDLE-020", f"the model's score is {scores[row].tolist()}", f"row {row}", do="report it"
            )
        return scores

    def scores(self, records: Sequence[Record]) -> Floats:
        """Scores of raw records; a field that cannot be read counts as missing."""
        return self.run(self.reader.read(records).columns)

    def predict(self, records: Sequence[Record]) -> Answers:
        """Answers to raw records, in their order; none at all when ``problems`` names a bad field.

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
        scores = self.run(reading.columns)
        return Answers(
            ids=reading.ids,
            predictions=self.decision.predictions(scores),
            probabilities=self.decision.probabilities(scores),
            warnings=by_row(reading.warnings, len(scores)),
        )
