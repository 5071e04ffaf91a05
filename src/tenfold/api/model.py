"""A released model in Python: raw rows in, answers out, by the same reading and graph as over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tenfold import bundle
from tenfold.bundle import Answers, Scorer
from tenfold.bundle.audit import read_manifest
from tenfold.core.errors import Problem, UserError
from tenfold.registry import Registry, Version
from tenfold.registry.home import home
from tenfold.serving.fields import example_record

#: Problems named in one error; a thousand bad rows are one mistake.
MOST_PROBLEMS = 20


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
        return cls(bundle.load(folder, trusted), name, version)

    @classmethod
    def from_version(cls, version: Version, trusted: Sequence[str] = ()) -> Self:
        """A registered version. Types that its release vouched for are trusted, if it is still that bundle."""
        vouched = (
            version.evidence.get("trusted", ()) if read_manifest(version.folder).identity == version.identity else ()
        )
        return cls.from_folder(version.folder, version.model, version.version, (*trusted, *vouched))

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels in the order of :meth:`predict_proba`'s columns; empty for regression."""
        return self.scorer.decision.classes

    @property
    def example(self) -> dict[str, Any]:
        """A record that the model can answer, made from its schema (no row of a person)."""
        return example_record(self.scorer.schema)

    def answer(self, table: Any) -> Answers:
        """Ids, predictions, probabilities and warnings, row by row.

        Raises:
            UserError: TF-SERVE-100, fields that cannot be read, each with its row.
        """
        answers = self.scorer.predict_columns(_columns(table))
        if answers.problems:
            shown = answers.problems[:MOST_PROBLEMS]
            raise UserError(*(Problem("TF-SERVE-100", each.message, f"row {each.row}, {each.field}") for each in shown))
        return answers

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

    def __repr__(self) -> str:
        return f"Model({self.name!r}, version={self.version}, task={self.scorer.decision.task!r})"


def load_model(name: str, *, project: str | Path | None = None, trusted: Sequence[str] = ()) -> Model:
    """A registered model by name, ``name@alias`` or ``name@3``; or the bundle in a folder.

    Raises:
        UserError: no model or version is named so, or its bundle is damaged, or (a folder of kind ``python``) holds
            types that are not in ``trusted``.
    """
    if (Path(name) / "manifest.json").is_file():
        return Model.from_folder(name, Path(name).name, 0, trusted)
    return Model.from_version(Registry(home(project) / "registry.db").resolve(name), trusted)


def _columns(table: Any) -> Mapping[str, Sequence[object]]:
    if isinstance(table, Sequence) and not isinstance(table, str | bytes):
        names = dict.fromkeys(name for record in table for name in record)
        return {name: [record.get(name) for record in table] for name in names}
    from tenfold.tables.records import columns_of  # Arrow, which a list of records does not need

    columns: Mapping[str, Sequence[object]] = columns_of(table)
    return columns
