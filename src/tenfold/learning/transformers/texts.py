"""Words as numbers, whatever the rows of a fold happen to say: few words, or none twice, end no fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, OneToOneFeatureMixin, TransformerMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import chi2, f_regression
from sklearn.utils.extmath import safe_sparse_dot
from sklearn.utils.validation import check_is_fitted, validate_data

#: The one term that is looked for where training rows leave none; a control character, which no text holds.
NOTHING = "\x02"
#: How scikit-learn says that no term is left.
_NO_TERMS = ("empty vocabulary", "no terms remain")


class Terms(TfidfVectorizer):  # type: ignore[misc]
    """``TfidfVectorizer`` that can be fitted on texts without a term, or without one that is common enough.

    Such texts say nothing that could be learned, so every row gets one column of zeros.

    >>> Terms(min_df=2).fit_transform(["a text", "other words"]).toarray().tolist()
    [[0.0], [0.0]]

    Source: Salton & Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing &
    Management 24, 1988.
    """

    vocabulary: Any  # as given; set by scikit-learn's constructor

    def fit(self, raw_documents: Iterable[str], y: Any = None) -> Self:
        """Learn ``vocabulary_`` and ``idf_``."""
        self.fit_transform(raw_documents, y)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: Any = None) -> Any:
        """Learn them; returns the weights of the texts [N, terms], sparse."""
        texts = list(raw_documents)
        try:
            return super().fit_transform(texts, y)
        except ValueError as error:
            if not any(said in str(error) for said in _NO_TERMS):
                raise
        given, self.vocabulary = self.vocabulary, [NOTHING]
        try:
            return super().fit_transform(texts, y)
        finally:
            self.vocabulary = given


class _Supervised:
    """Takes sparse weights of terms, and learns from the target."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.input_tags.sparse = True
        tags.target_tags.required = True
        return tags


class LogCountRatio(OneToOneFeatureMixin, _Supervised, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Weights of terms, times the logarithm of how much more common each term is in one of two classes.

    A linear model on these learns far more from few texts: what a term says of the classes is known before it begins.

    >>> from scipy.sparse import csr_matrix
    >>> texts = csr_matrix([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> LogCountRatio().fit(texts, [0, 1, 1]).ratio_.round(3).tolist()
    [-0.981, 0.811]

    Source: Wang & Manning, "Baselines and bigrams: simple, good sentiment and topic classification", ACL 2012.
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn ``ratio_`` [terms]. ``X``: [N, terms], none below 0; ``y``: [N] labels or codes of two classes."""
        weights = validate_data(self, X, dtype=np.float64, accept_sparse=["csr", "csc"])
        labels = np.asarray(y)
        second = labels == np.unique(labels)[-1]
        shares = []
        for rows in (second, ~second):
            texts = np.asarray((weights[rows] > 0).sum(axis=0), dtype=np.float64).ravel() + 1  # smoothed: none is 0
            shares.append(texts / texts.sum())
        self.ratio_: NDArray[np.float64] = np.log(shares[0] / shares[1])
        return self

    def transform(self, X: Any) -> Any:
        """[N, terms], sparse where ``X`` is."""
        check_is_fitted(self)
        weights = validate_data(self, X, dtype=np.float64, accept_sparse=["csr", "csc"], reset=False)
        if issparse(weights):
            return weights.multiply(self.ratio_).tocsr()  # type: ignore[attr-defined]
        return weights * self.ratio_


class Telling(ClassNamePrefixFeaturesOutMixin, _Supervised, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The terms that tell most about the target: the highest chi-squared (classes) or F statistics (``values``).

    Parameters
    ----------
    terms: how many at most; ``values``: whether the target is a number.

    >>> from scipy.sparse import csr_matrix
    >>> Telling(terms=1).fit_transform(csr_matrix([[1.0, 0.0], [1.0, 2.0], [1.0, 3.0]]), [0, 1, 1]).tolist()
    [[0.0], [2.0], [3.0]]

    Source: Yang & Pedersen, "A comparative study on feature selection in text categorization", ICML 1997.
    """

    def __init__(self, terms: int = 200, values: bool = False) -> None:
        self.terms = terms
        self.values = values

    def fit(self, X: Any, y: Any) -> Self:
        """Learn ``chosen_`` [terms], places in their own order. ``X``: [N, all terms], none below 0."""
        weights = validate_data(self, X, dtype=np.float64, accept_sparse=["csr", "csc"])
        statistics, _ = (f_regression if self.values else chi2)(weights, y)
        known = np.nan_to_num(statistics, nan=-1.0, posinf=np.finfo(np.float64).max)
        self.chosen_: NDArray[np.intp] = np.sort(np.argsort(-known, kind="stable")[: self.terms])
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Their columns [N, terms]."""
        check_is_fitted(self)
        weights = validate_data(self, X, dtype=np.float64, accept_sparse=["csr", "csc"], reset=False)
        columns = weights[:, self.chosen_]
        found: NDArray[np.float64] = columns.toarray() if issparse(columns) else columns  # type: ignore[attr-defined]
        return found

    @property
    def _n_features_out(self) -> int:
        return len(self.chosen_)


class Topics(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Latent semantic analysis (``TruncatedSVD``) that takes no more components than there are terms.

    Parameters
    ----------
    components: how many at most; ``seed``: of the randomised decomposition.

    >>> from scipy.sparse import csr_matrix
    >>> Topics(components=64).fit_transform(csr_matrix([[1.0, 0.0], [0.0, 2.0], [1.0, 2.0]])).shape
    (3, 2)

    Source: Deerwester et al., "Indexing by latent semantic analysis", J. Am. Soc. Information Science 41, 1990.
    """

    def __init__(self, components: int = 64, seed: int = 0) -> None:
        self.components = components
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn ``components_`` [components, terms]."""
        values = validate_data(self, X, dtype=np.float64, accept_sparse=["csr", "csc"])
        width = values.shape[1]
        if width == 1:  # one term is its own component
            self.components_: NDArray[np.float64] = np.ones((1, 1))
        else:
            svd = TruncatedSVD(min(self.components, width), n_iter=3, random_state=self.seed)
            self.components_ = svd.fit(values).components_
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """The texts [N, components]."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, accept_sparse=["csr", "csc"], reset=False)
        projected: NDArray[np.float64] = safe_sparse_dot(values, self.components_.T)
        return projected

    @property
    def _n_features_out(self) -> int:
        return int(self.components_.shape[0])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
