"""A released model in Python: raw rows in, answers out, by the same reading and graph as over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tenfold.bundle import Answers, Scorer
from tenfold.bundle.load import load
from tenfold.core.brief import table
from tenfold.core.chapter import listed
from tenfold.core.errors import Problem, UserError, did_you_mean
from tenfold.registry import Registry
from tenfold.registry.home import home
from tenfold.schema import FieldProblem, Reading, Schema
from tenfold.serving.fields import example_record

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-105": (
        "columns that the model needs are absent from the table",
        "add them; tenfold serve's page lists what each may hold",
    ),
}

#: Problems named in one error; a thousand bad rows are one mistake.
MOST_PROBLEMS = 20
_WITHOUT = "train it with `tuning.coverage`; a regression has intervals, classes have sets"
_CORRECT = "correct the value, or send the row without it where it may be absent"


@dataclass(frozen=True)
class Model:
    """A bundle, loaded and ready.

    Tables may be pandas, Polars or Arrow, or a list of records (mappings); their values are raw, as in the source.
    """

    scorer: Scorer
    name: str
    version: int

    @classmethod
    def from_folder(cls, folder: str | Path, name: str = "", version: int = 0, trusted: Sequence[str] = ()) -> Self:
        """The bundle in a folder; ``trusted`` names the types that a bundle of kind ``python`` may construct."""
        return cls(load(folder, trusted), name, version)

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels in the order of :meth:`predict_proba`'s columns; empty for regression."""
        return self.scorer.decision.classes

    @property
    def example(self) -> dict[str, Any]:
        """A record that the model can answer, made of medians and most frequent values (no row of a person)."""
        return example_record(self.scorer.schema, self.scorer.reference)

    def answer(self, table: Any) -> Answers:
        """Ids, predictions, probabilities, intervals or sets of labels, and warnings, row by row.

        Raises:
            UserError: TF-SERVE-105, required columns are absent from the whole table; fields that cannot be read,
                each with its row and the code that it has over HTTP.
        """
        answers = self.scorer.answer(self._read(table))
        if answers.problems:
            shown = answers.problems[:MOST_PROBLEMS]
            raise UserError(*(Problem(each.code, each.message, _place(each), do=_CORRECT) for each in shown))
        return answers

    def _read(self, table: Any) -> Reading:
        """As over HTTP: records as records, anything else by its columns."""
        schema, reader = self.scorer.schema, self.scorer.reader
        if isinstance(table, Sequence) and not isinstance(table, str | bytes):
            names = dict.fromkeys(str(name) for each in table if isinstance(each, Mapping) for name in each)
            if names:
                check_present(schema, list(names), "the table")
            return reader.read(table)
        from tenfold.tables.records import columns_of, rows_of  # Arrow, which a list of records does not need

        columns = columns_of(table)
        rows = rows_of(table, columns)
        if columns or rows:
            check_present(schema, list(columns), "the table")
        return reader.read_columns(columns, rows)

    def predict(self, table: Any) -> NDArray[Any]:
        """Labels (text) or values (float64), one per row."""
        return np.asarray(self.answer(table).predictions)

    def predict_proba(self, table: Any) -> NDArray[np.float64]:
        """Probabilities [rows, classes].

        Raises:
            UserError: TF-SERVE-101, the model predicts a number.
        """
        probabilities = self.answer(table).probabilities
        if probabilities is None:
            raise UserError.of("TF-SERVE-101", "a regression has no probabilities", self.name, do="use predict")
        return np.asarray(probabilities, dtype=np.float64)

    def predict_interval(self, table: Any) -> NDArray[np.float64]:
        """The ends [rows, 2] of an interval around each value; its coverage is ``scorer.decision.coverage.level``.

        Raises:
            UserError: TF-SERVE-108, the model gives none.
        """
        intervals = self.answer(table).intervals
        if intervals is None:
            raise UserError.of("TF-SERVE-108", "the model gives no intervals", self.name, do=_WITHOUT)
        return intervals

    def predict_set(self, table: Any) -> list[list[str]]:
        """The labels that may be true, one list per row; their coverage is ``scorer.decision.coverage.level``.

        Raises:
            UserError: TF-SERVE-108, the model gives none.
        """
        sets = self.answer(table).sets
        if sets is None:
            raise UserError.of("TF-SERVE-108", "the model gives no sets of labels", self.name, do=_WITHOUT)
        return [list(each) for each in sets]

    def _repr_html_(self) -> str:
        schema, decision = self.scorer.schema, self.scorer.decision
        rows = [
            ("predicts", f"{schema.target.name if schema.target else 'the answer'} ({decision.task})"),
            ("classes", ", ".join(decision.classes)),
            ("columns", listed([column.name for column in schema.features])),
        ]
        return table(f"{self.name}, version {self.version}", [row for row in rows if row[1]])

    def __repr__(self) -> str:
        return f"Model({self.name!r}, version={self.version}, task={self.scorer.decision.task!r})"


def load_model(name: str, *, project: str | Path | None = None, trusted: Sequence[str] = ()) -> Model:
    """A registered model by name, ``name@alias`` or ``name@3``; or the bundle in a folder.

    The registry knows which types of your own a release vouched for; for a folder, ``trusted`` names them.

    Raises:
        UserError: no model or version is named so, or its bundle is damaged.
    """
    if (Path(name) / "manifest.json").is_file():
        return Model.from_folder(name, Path(name).name, 0, trusted)
    version = Registry(home(project) / "registry.db").resolve(name)
    return Model.from_folder(version.folder, version.model, version.version, (*version.trusted, *trusted))


def check_present(schema: Schema, names: Sequence[str], where: str) -> None:
    """See that a table has all the columns that a model cannot do without.

    Raises:
        UserError: TF-SERVE-105, which names all that it has not.
    """
    needed = [column.name for column in schema.features if not column.optional]
    absent = [name for name in needed if name not in names]
    if absent:
        listed = ", ".join(repr(name) for name in absent)
        others = [name for name in names if name not in schema]
        near = [hint for hint in (did_you_mean(name, others) for name in absent[:1]) if hint.startswith("did")]
        what = "required column is" if len(absent) == 1 else "required columns are"
        raise UserError.of(
            "TF-SERVE-105", f"{len(absent)} {what} absent from it: {listed}", where,
            expected=f"the columns of the source, under their names ({len(needed)} are required)",
            do=near[0] if near else "add them; tenfold serve's page lists what each may hold",
        )  # fmt: skip


def _place(problem: FieldProblem) -> str:
    return f"row {problem.row}, {problem.field}" if problem.field else f"row {problem.row}"
