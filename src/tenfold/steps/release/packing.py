"""From a trained composition to the files of a bundle: schema, graph, decision, reference."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np

from tenfold.bundle import Decision
from tenfold.bundle.manifest import Kind
from tenfold.learning.composition import Composition
from tenfold.learning.graph import NotConvertible, compose
from tenfold.learning.own_code import own_sources
from tenfold.schema import MISSING, Schema
from tenfold.tables.examples import Examples


@dataclass(frozen=True)
class Packed:
    """A model as bytes, of one kind, with the files that kind needs besides; ``trusted`` are its own types."""

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
    from tenfold.bundle.python_kind import package  # skops takes a second to load, and a graph has no need of it

    pipeline = composition.members[0].pipeline
    modules = own_modules(pipeline)
    model, extra = package(pipeline, modules)
    return Packed("python", model, extra, own_types(pipeline))


def own_types(pipeline: Any) -> tuple[str, ...]:
    """The types of a pipeline's parts that a loader has to trust: the user's, and libraries' unknown to skops."""
    import skops.io

    from tenfold.bundle.python_kind import untrusted

    return untrusted(skops.io.dumps(pipeline))


def own_modules(pipeline: Any) -> list[ModuleType]:
    """The user's modules that a pipeline needs, with those that they import."""
    names = {type_name.rpartition(".")[0] for type_name in own_types(pipeline)}
    return [importlib.import_module(name) for name in own_sources(names)]


def with_levels(schema: Schema, rows: Examples, most: int) -> Schema:
    """The schema with the levels of each category that has few, so that a server can flag unseen ones."""
    for column in schema.features:
        if column.kind == "category":
            levels = sorted(set(rows.features[column.name]) - {MISSING})
            if len(levels) <= most:
                schema = schema.with_column(replace(column, levels=tuple(levels)))
    return schema


def decision_of(composition: Composition, metric: str) -> Decision:
    """What the scores mean. A binary model without a threshold of its own decides at one half."""
    threshold = composition.threshold
    if composition.task == "binary" and threshold is None:
        threshold = 0.5
    return Decision(composition.task, composition.classes, composition.positive, threshold, metric)


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
            edges = np.unique(np.quantile(present, np.linspace(0, 1, bins + 1))) if len(present) else np.array([])
            counts_ = np.histogram(present, edges)[0] if len(edges) > 1 else np.array([len(present)])
            missing = len(numbers) - len(present)
            profile["columns"][name] = {
                "kind": kind, "edges": edges.tolist(), "counts": counts_.tolist(), "missing": missing,
            }  # fmt: skip
    return profile
