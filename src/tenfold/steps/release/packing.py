"""From a trained composition to the files of a bundle: schema, graph, decision, reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from tenfold.bundle import Decision
from tenfold.bundle.manifest import Kind
from tenfold.learning import own_code
from tenfold.learning.calibration import Tempered
from tenfold.learning.composition import Composition
from tenfold.learning.graph import NotConvertible, compose
from tenfold.schema import MISSING, Schema
from tenfold.statistics.distribution import quantiles
from tenfold.tables.examples import Examples


@dataclass(frozen=True)
class Packed:
    """A model as bytes, of one kind, with the files that kind needs besides; ``trusted`` are the types that a
    loader has to vouch for."""

    kind: Kind
    model: bytes
    extra: dict[str, bytes]
    trusted: tuple[str, ...] = ()


def pack(composition: Composition, schema: Schema) -> Packed:
    """The composition as one ONNX graph; a single member that cannot be one is kept as a bundle of kind ``python``.

    Raises:
        NotConvertible: several members, and one of them cannot be a graph.
    """
    try:
        return Packed("onnx", compose(composition, schema.inputs).SerializeToString(), {})
    except NotConvertible:
        if len(composition.members) != 1:
            raise
    return _as_python(composition)


def _as_python(composition: Composition) -> Packed:
    """A bundle of kind ``python``: the one pipeline, with its temperature, by skops, the user's modules as source, the
    libraries pinned.

    Raises:
        NotConvertible: skops cannot write it.
    """
    from tenfold.bundle import python_kind  # skops takes a second to load, and a graph has no need of it

    pipeline = composition.members[0].pipeline
    model = pipeline if composition.temperature is None else Tempered(pipeline, composition.temperature)
    try:
        trusted = python_kind.untrusted(python_kind.package(model)[0])
    except Exception as error:  # whatever a user's object does when it is written
        raise NotConvertible(
            type(pipeline[-1] if isinstance(pipeline, Pipeline) else pipeline).__name__,
            f"skops cannot write it ({type(error).__name__}: {error})",
        ) from error
    modules = [each.rpartition(".")[0] for each in trusted]
    data, extra = python_kind.package(model, own_code.sources(modules), own_code.libraries(modules))
    return Packed("python", data, extra, trusted)


def with_levels(schema: Schema, rows: Examples, most: int) -> Schema:
    """The schema with the levels of each category that has few, so that a server can flag unseen ones."""
    changed = []
    for column in schema.features:
        if column.kind == "category":
            levels = sorted(set(rows.features[column.name]) - {MISSING})
            if len(levels) <= most:
                changed.append(replace(column, levels=tuple(levels)))
    return schema.with_columns(changed)


def decision_of(composition: Composition, metric: str) -> Decision:
    """What the scores mean."""
    threshold, coverage = decided_from(composition), composition.coverage
    return Decision(composition.task, composition.classes, composition.positive, threshold, metric, coverage)


def decided_from(composition: Composition) -> float | None:
    """The probability from which the positive class is decided: one half unless chosen otherwise.

    None for other tasks.
    """
    if composition.task == "binary" and composition.threshold is None:
        return 0.5
    return composition.threshold


def reference_of(rows: Examples, schema: Schema, bins: int = 10, most: int = 50) -> dict[str, Any]:
    """A binned profile of the training rows, for monitoring: counts only, no row of a person."""
    profile: dict[str, Any] = {"rows": len(rows.features), "columns": {}}
    for name, kind in schema.inputs:
        values = rows.features[name]
        if kind == "category":
            counts = values.value_counts()
            shown = {str(level): int(count) for level, count in counts.items() if count >= 5}
            profile["columns"][name] = {"kind": kind, "levels": dict(list(shown.items())[:most])}
        elif kind != "text":
            numbers = values.to_numpy(np.float64)
            present = numbers[np.isfinite(numbers)]
            edges = _edges(present, kind, bins)
            counts_ = np.histogram(present, edges)[0] if len(edges) > 1 else np.array([len(present)])
            missing = len(numbers) - len(present)
            profile["columns"][name] = {
                "kind": kind, "edges": edges.tolist(), "counts": counts_.tolist(), "missing": missing,
            }  # fmt: skip
    return profile


def _edges(present: NDArray[np.float64], kind: str, bins: int) -> NDArray[np.float64]:
    if kind == "boolean":
        return np.array([0.0, 0.5, 1.0])  # quantiles of zeros and ones would put both into one bin
    return np.unique(quantiles(present, np.linspace(0, 1, bins + 1))) if len(present) else np.array([])
