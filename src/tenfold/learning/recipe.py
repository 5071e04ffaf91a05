"""Recipes: how typed columns become numbers for one family of models, written down but not fitted."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GroupKFold, KFold, PredefinedSplit
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)

from tenfold.core import identity
from tenfold.core.errors import UserError
from tenfold.learning.transformers import (
    Clip,
    DateParts,
    Float32,
    FrequencyEncoder,
    LogCountRatio,
    Pairs,
    Telling,
    TellingColumns,
    Terms,
    TextMatrix,
    Topics,
    YeoJohnson,
)

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-001": (
        "a class of your own cannot be imported",
        "put its module beside the workflow file, or install it, and see that it runs",
    ),
    "TF-MODEL-002": (
        "a class of your own lacks a method that it needs, or is no class",
        "correct the class, or the path",
    ),
}

Family = Literal["linear", "trees", "none"]
#: Methods that look at the words of a text.
_TEXTS = ("tf_idf", "tf_idf_svd")
#: Parts that means of the target are cross-fitted on.
_CROSSED = 5
Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Transformation:
    """One method over some columns (by name), with the method's parameters.

    With the parameter ``most_telling`` only so many of these columns, chosen in the fold (``of_values``: by how they
    go with a number).
    """

    method: str
    columns: tuple[str, ...]
    parameters: Parameters = field(default_factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        return {"method": self.method, "columns": list(self.columns), "parameters": dict(self.parameters)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Transformation:
        return cls(data["method"], tuple(data["columns"]), dict(data["parameters"]))


@dataclass(frozen=True)
class Recipe:
    """What one family of models gets to see. Unfitted: whatever is fitted is fitted inside the fold.

    ``dense``: a table with many zeros is made a plain array all the same, for a model that takes no other.
    ``monotone``: which way the answer may go with each of the first columns that it makes: 1 up, −1 down. ``pairs``:
    columns of whose pairs a search may try the most telling ones beside (:meth:`with_pairs`).

    >>> recipe = Recipe("trees", (Transformation("keep", ("age",)), Transformation("one_hot", ("job",))))
    >>> Recipe.from_dict(recipe.to_dict()) == recipe
    True
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"age": [20.0, 30.0], "job": ["nurse", "smith"]}).astype({"job": object})
    >>> recipe.build(seed=0).fit_transform(rows).tolist()
    [[20.0, 1.0, 0.0], [30.0, 0.0, 1.0]]
    """

    family: Family
    transformers: tuple[Transformation, ...] = ()
    dense: bool = False
    monotone: tuple[int, ...] = ()
    pairs: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"family": self.family, "transformers": [each.to_dict() for each in self.transformers]}
        plain |= {"monotone": list(self.monotone)} if self.monotone else {}
        plain |= {"pairs": list(self.pairs)} if self.pairs else {}
        return plain | ({"dense": True} if self.dense else {})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Recipe:
        transformers = tuple(map(Transformation.from_dict, data["transformers"]))
        dense, monotone, pairs = data.get("dense", False), data.get("monotone", ()), data.get("pairs", ())
        return cls(data["family"], transformers, dense, tuple(monotone), tuple(pairs))

    @cached_property
    def identity(self) -> str:
        """A short name for its content; worked out once, for there may be thousands of columns."""
        return identity.of_value(self.to_dict())[:16]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return tuple(dict.fromkeys(name for each in self.transformers for name in each.columns))

    @property
    def reads_texts(self) -> bool:
        """Whether it looks at the words of a text."""
        return len(self.without_texts().columns) < len(self.columns)

    @property
    def wordy(self) -> bool:
        """Whether it looks at texts and at other columns."""
        return self.reads_texts and len(self.without_texts().columns) > 0

    def without_texts(self) -> Recipe:
        """The same without the columns whose words it looks at.

        >>> both = (Transformation("keep", ("age",)), Transformation("tf_idf", ("story",)))
        >>> Recipe("linear", both).without_texts().columns
        ('age',)
        """
        texts = {name for each in self.transformers if each.method in _TEXTS for name in each.columns}
        return replace(self, transformers=tuple(each for each in self.transformers if not texts & {*each.columns}))

    def with_pairs(self, *, of_values: bool) -> Recipe:
        """The same with the most telling pairs of columns, chosen in the fold; ``of_values``: the target is a number.

        >>> Recipe("trees", (Transformation("keep", ("age", "pay")),), pairs=("age", "pay")).with_pairs(of_values=False)
        ... # doctest: +ELLIPSIS
        Recipe(family='trees', transformers=(..., Transformation(method='pairs', columns=('age', 'pay'), ...
        """
        made = Transformation("pairs", self.pairs, {"of_values": of_values})
        return replace(self, transformers=(*self.transformers, made), pairs=())

    def build(self, seed: int, units: NDArray[Any] | None = None) -> BaseEstimator | None:
        """The unfitted transformer, of plain scikit-learn classes; None when the family looks at no column.

        Trees get their input rounded to float32, so that training and the served graph meet the same numbers.
        ``units`` [N]: of the rows that it will be fitted on, where rows of equal ones belong together.
        """
        if not self.transformers:
            return None
        parts = [
            _part(f"{place}-{each.method}", each, seed, self.family) for place, each in enumerate(self.transformers)
        ]
        # One sparse block (tf-idf, wide one-hot) makes a linear model's input sparse; trees take dense input only.
        columns = ColumnTransformer(parts, sparse_threshold=0.0 if self.dense or self.family == "trees" else 0.3)
        if units is not None:
            keep_together(columns, units, seed)
        return Pipeline([("columns", columns), ("float32", Float32())]) if self.family == "trees" else columns


def keep_together(transformer: BaseEstimator, units: NDArray[Any] | None, seed: int = 0) -> None:
    """Before it is fitted: a row's category is encoded by the target of rows of other units only, as it will be when it
    is served; else the encoding of someone who comes back would be his own answer. None: rows stand each for itself."""
    parts = None if units is None or len(np.unique(units)) < 2 else _together(units, seed)
    for each in transformer.get_params().values():
        if isinstance(each, TargetEncoder) and (parts is not None or isinstance(each.cv, PredefinedSplit)):
            each.set_params(cv=parts or KFold(_CROSSED, shuffle=True, random_state=seed % 2**32))


def _together(units: NDArray[Any], seed: int) -> PredefinedSplit:
    """Parts of rows to cross-fit on, such that rows of equal units [N] are in one part."""
    dealer = GroupKFold(min(_CROSSED, len(np.unique(units))), shuffle=True, random_state=seed % 2**32)
    parts = np.empty(len(units), dtype=np.intp)
    for part, (_, rows) in enumerate(dealer.split(units, groups=units)):
        parts[rows] = part
    return PredefinedSplit(parts)


def _part(name: str, transformation: Transformation, seed: int, family: Family) -> tuple[str, Any, Any]:
    parameters = dict(transformation.parameters)
    if transformation.method == "user":
        kind = load_transformer(parameters.pop("path"))
        estimator = kind(**seeding(kind, seed) | parameters)
        if family == "linear":  # it takes no gaps, and wants columns of one scale; both keep a sparse matrix sparse
            estimator = make_pipeline(estimator, SimpleImputer(keep_empty_features=True), MaxAbsScaler())
    else:
        most = parameters.pop("most_telling", 0)
        telling = [TellingColumns(most, parameters.pop("of_values", False))] if most else []
        estimator = METHODS[transformation.method](seed, **parameters)
        estimator = make_pipeline(*telling, estimator) if telling else estimator
    one_text = transformation.method in _TEXTS  # text vectorizers take one column, not a table
    return name, estimator, transformation.columns[0] if one_text else list(transformation.columns)


def seeding(kind: Any, seed: int) -> dict[str, int]:
    """The argument by which a user's class is given its randomness; none where it takes none.

    >>> from sklearn.random_projection import GaussianRandomProjection
    >>> seeding(GaussianRandomProjection, 7), seeding(StandardScaler, 7)
    ({'random_state': 7}, {})
    """
    return {"random_state": seed % 2**32} if "random_state" in inspect.signature(kind).parameters else {}


def load_transformer(path: str) -> Any:
    """The user's own transformer by import path, ``my_module:MyTransformer``. ``UserError`` TF-MODEL-001, -002."""
    return _load(path, "features.transformers", ("fit", "transform", "get_params"))


def load_estimator(path: str) -> Any:
    """The user's own estimator by import path, ``my_module:MyClassifier``. ``UserError`` TF-MODEL-001, -002."""
    return _load(path, "modeling.candidates", ("fit", "predict", "get_params"))


def _load(path: str, where: str, methods: Sequence[str]) -> Any:
    module, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except Exception as error:  # a module may fail in any way while it is imported
        raise UserError.of(
            "TF-MODEL-001", f"{path!r} cannot be imported ({type(error).__name__}: {error})", where,
            expected="module:Class", do="put the module beside the workflow file, or install it, and see that it runs",
        ) from error  # fmt: skip
    lacks = [method for method in methods if not callable(getattr(found, method, None))]
    if not isinstance(found, type) or lacks:
        what = f"has no method {' and no '.join(lacks)}" if isinstance(found, type) else "is no class"
        raise UserError.of(
            "TF-MODEL-002", f"{path!r} {what}", where,
            expected=f"a class with {', '.join(methods)}, as scikit-learn's have", do="correct the class, or the path",
        )  # fmt: skip
    return found


def _imputed(indicator: bool) -> SimpleImputer:
    return SimpleImputer(strategy="median", add_indicator=indicator, keep_empty_features=True)


def _standard(seed: int, indicator: bool = False) -> Pipeline:
    return make_pipeline(_imputed(indicator), StandardScaler())


def _clipped(seed: int, indicator: bool = False, lower: float = 0.005, upper: float = 0.995) -> Pipeline:
    return make_pipeline(Clip(lower, upper), _imputed(indicator), StandardScaler())


def _power(seed: int, indicator: bool = False) -> Pipeline:
    """Clipped to the training range first, so that no later value leaves what the power was fitted on."""
    return make_pipeline(Clip(0.0, 1.0), _imputed(indicator), YeoJohnson())


def _box_cox(seed: int) -> Pipeline:
    """Only for values above 0: later ones below the training range are clipped to it before the power is taken."""
    return make_pipeline(Clip(0.0, 1.0), _imputed(False), PowerTransformer("box-cox"))


def _robust(seed: int, indicator: bool = False) -> Pipeline:
    return make_pipeline(_imputed(indicator), RobustScaler())


def _range(seed: int, indicator: bool = False) -> Pipeline:
    return make_pipeline(_imputed(indicator), MinMaxScaler(clip=True))


def _constant(seed: int, fill_value: float = -1.0, indicator: bool = False, scale: bool = False) -> BaseEstimator:
    imputer = SimpleImputer(
        strategy="constant", fill_value=fill_value, add_indicator=indicator, keep_empty_features=True
    )
    return make_pipeline(imputer, StandardScaler()) if scale else imputer


def _one_hot(seed: int, **parameters: Any) -> Pipeline:
    """Unseen levels join the infrequent ones."""
    return make_pipeline(TextMatrix(), OneHotEncoder(handle_unknown="infrequent_if_exist", **parameters))


def _ordinal(seed: int, **parameters: Any) -> Pipeline:
    return make_pipeline(
        TextMatrix(), OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, **parameters)
    )


def _target(seed: int, target_type: str, smooth: float | str = "auto", scale: bool = False) -> BaseEstimator:
    """Means of the target by level, cross-fitted; source: Micci-Barreca, SIGKDD Explorations 3, 2001."""
    parts = KFold(_CROSSED, shuffle=True, random_state=seed % 2**32)
    encoder = TargetEncoder(target_type=target_type, smooth=smooth, cv=parts)
    return make_pipeline(TextMatrix(), encoder, *([StandardScaler()] if scale else []))


def _dates(seed: int, cyclic: bool = False) -> DateParts:
    return DateParts(parts=["year", "month", "day", "weekday", "dayofyear", "hour"], cyclic=cyclic)


def _dates_scaled(seed: int) -> Pipeline:
    return make_pipeline(_dates(seed, cyclic=True), SimpleImputer(keep_empty_features=True), StandardScaler())


def _terms(seed: int, ratio: bool = False, **parameters: Any) -> BaseEstimator:
    """``ratio``: times how much more common each term is in one of two classes."""
    return make_pipeline(_tf_idf(seed, **parameters), LogCountRatio()) if ratio else _tf_idf(seed, **parameters)


def _tf_idf(seed: int, **parameters: Any) -> Terms:
    """Tokens are what the reading left between blanks, so that the served graph finds the same ones."""
    ngrams = tuple(parameters.pop("ngram_range", (1, 2)))
    return Terms(token_pattern=r"[^ ]+", lowercase=False, ngram_range=ngrams, **parameters)


def _tf_idf_svd(seed: int, components: int, telling: int = 0, values: bool = False, **parameters: Any) -> Pipeline:
    """Latent semantic analysis; beside it the ``telling`` terms that tell most about the classes (or ``values``)."""
    topics = Topics(components, seed % 2**32)
    if not telling:
        return make_pipeline(_tf_idf(seed, **parameters), topics)
    best = Telling(telling, values)
    return make_pipeline(_tf_idf(seed, **parameters), FeatureUnion([("topics", topics), ("terms", best)]))


#: Every method by name: ``(seed, **parameters) -> unfitted transformer``.
METHODS: Mapping[str, Callable[..., Any]] = {
    "keep": lambda seed: "passthrough",
    "constant": _constant,
    "standard": _standard,
    "clipped": _clipped,
    "power": _power,
    "box_cox": _box_cox,
    "robust": _robust,
    "range": _range,
    "one_hot": _one_hot,
    "ordinal": _ordinal,
    "target": _target,
    "frequency": lambda seed: FrequencyEncoder(),
    "frequency_scaled": lambda seed: make_pipeline(FrequencyEncoder(), StandardScaler()),
    "dates": _dates,
    "dates_scaled": _dates_scaled,
    "tf_idf": _terms,
    "tf_idf_svd": _tf_idf_svd,
    "pairs": lambda seed, **parameters: Pairs(seed=seed % 2**32, **parameters),
}
