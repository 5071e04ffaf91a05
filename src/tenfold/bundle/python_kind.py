"""Bundles of kind ``python``: what cannot be a graph (a user's own estimator) is kept as a skops file.

skops (https://skops.readthedocs.io/en/stable/persistence.html) constructs only types that it knows or that the
caller names. The list comes from outside the bundle, so a bundle cannot vouch for itself. The user's module lies
beside the model as source; it is executed only when the caller trusts a type of it.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from numpy.typing import NDArray

from tenfold.bundle import own_modules
from tenfold.bundle.audit import Audited
from tenfold.bundle.decision import Decision, Floats
from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.schema import Schema

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-BUNDLE-014": (
        "a library here has another version than the one that the model was fitted with",
        "install the version that is named, or release again",
    ),
    "TF-BUNDLE-016": (
        "the model and its decision name different classes",
        "copy the bundle again, or release again",
    ),
}

ENVIRONMENT = "environment.json"
PINNED = ("scikit-learn", "numpy", "scipy", "pandas", "skops")
#: Parts of any pipeline of ours that skops does not know: NumPy's description of a type, and Tenfold's own classes, all
#: that can be in one.
OURS = (
    "numpy.dtype",
    "tenfold.learning.bagging.Bagged",
    "tenfold.learning.calibration.Tempered",
    "tenfold.learning.networks.encoding.Encoding",
    "tenfold.learning.networks.estimator.RealMLPClassifier",
    "tenfold.learning.networks.estimator.RealMLPRegressor",
    "tenfold.learning.networks.layers.Layer",
    "tenfold.learning.targets.LogTarget",
    "tenfold.learning.transformers.clip.Clip",
    "tenfold.learning.transformers.dates.DateParts",
    "tenfold.learning.transformers.float32.Float32",
    "tenfold.learning.transformers.frequency.FrequencyEncoder",
    "tenfold.learning.transformers.pairs.Pairs",
    "tenfold.learning.transformers.power.YeoJohnson",
    "tenfold.learning.transformers.telling.TellingColumns",
    "tenfold.learning.transformers.text_matrix.TextMatrix",
    "tenfold.learning.transformers.texts.LogCountRatio",
    "tenfold.learning.transformers.texts.Telling",
    "tenfold.learning.transformers.texts.Terms",
    "tenfold.learning.transformers.texts.Topics",
)


def package(
    estimator: object, sources: Mapping[str, bytes] | None = None, libraries: Sequence[str] = ()
) -> tuple[bytes, dict[str, bytes]]:
    """A fitted estimator as ``model`` and ``extra`` of :func:`tenfold.bundle.write`.

    ``sources``: the user's modules that it needs, by name; ``libraries``: distributions to pin besides the usual.
    """
    versions = {name: importlib.metadata.version(name) for name in dict.fromkeys((*PINNED, *libraries))}
    environment = {"python": ".".join(map(str, sys.version_info[:2])), "packages": versions}
    pinned = {ENVIRONMENT: (json.dumps(environment, indent=1) + "\n").encode("utf-8")}
    return skops.io.dumps(estimator), pinned | own_modules.files(sources or {})


def untrusted(model: bytes) -> tuple[str, ...]:
    """The types in a skops file that somebody has to vouch for: neither a library's that skops knows, nor ours."""
    return tuple(each for each in skops.io.get_untrusted_types(data=model) if each not in OURS)


@dataclass(frozen=True)
class PythonModel:
    """A fitted estimator in memory: typed columns → scores [N, width]."""

    estimator: Any
    names: tuple[str, ...]
    order: tuple[int, ...] | None  # column of predict_proba for each class of the decision; none for regression

    @classmethod
    def of(cls, audited: Audited, schema: Schema, decision: Decision, trusted: Sequence[str]) -> PythonModel:
        """Load the estimator. ``UserError`` TF-BUNDLE-013 types, -014 environment, -015, -017 module, -016 classes."""
        data, where = audited.contents["model.skops"], str(audited.folder / "model.skops")
        raise_all(_environment_problems(audited))
        _check_types(data, trusted, where)
        own_modules.bring_in(own_modules.of_files(audited.contents), trusted, audited.folder)
        estimator = skops.io.loads(data, trusted=sorted({*trusted, *OURS}))
        names = tuple(name for name, _ in schema.inputs)
        return cls(estimator, names, _order(estimator, decision, where) if decision.classes else None)

    def __call__(self, columns: Mapping[str, NDArray[Any]]) -> Floats:
        frame = pd.DataFrame({name: columns[name] for name in self.names})
        if self.order is None:
            return np.asarray(self.estimator.predict(frame), dtype=np.float64).reshape(-1, 1)
        return np.asarray(self.estimator.predict_proba(frame), dtype=np.float64)[:, self.order]


def _environment_problems(audited: Audited) -> Iterator[Problem]:
    pinned = json.loads(audited.contents.get(ENVIRONMENT, b'{"packages": {}}'))["packages"]
    for name, version in pinned.items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "none"
        if found.split(".")[:2] != version.split(".")[:2]:
            yield Problem(
                "TF-BUNDLE-014",
                f"{name} here is {found}",
                str(audited.folder / ENVIRONMENT),
                expected=f"{version}, as when the model was fitted",
                do=f"install {name}=={version}, or release again",
            )


def _check_types(data: bytes, trusted: Sequence[str], where: str) -> None:
    unknown = sorted(set(untrusted(data)) - set(trusted))
    if unknown:
        raise UserError.of(
            "TF-BUNDLE-013",
            f"the model holds types that nobody vouched for: {', '.join(unknown)}",
            where,
            expected="types that scikit-learn ships, or that you trust",
            do="read the modules in the bundle; if you trust them, name these types (`--trust TYPE`, or `trusted=`)",
        )


def _order(estimator: Any, decision: Decision, where: str) -> tuple[int, ...]:
    labels = [str(each) for each in estimator.classes_]
    if labels == [str(index) for index in range(len(decision.classes))]:
        return tuple(range(len(labels)))  # fitted on codes, which are positions in decision.classes
    if sorted(labels) != sorted(decision.classes):
        raise UserError.of(
            "TF-BUNDLE-016", f"the model knows the classes {labels}", where, expected=f"{list(decision.classes)}",
            do=CODES["TF-BUNDLE-016"][1],
        )  # fmt: skip
    return tuple(labels.index(each) for each in decision.classes)
