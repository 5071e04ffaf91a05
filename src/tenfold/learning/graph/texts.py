"""Texts to word counts and tf-idf. The reading has made tokens of them already, joined by single blanks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.wire import Wire, strings
from tenfold.learning.transformers import Telling, Terms

#: The one pattern that splits as the graph does: tokens are what stands between blanks.
TOKENS = "[^ ]+"

#: Appended to every text, so that an empty one still has a token (a batch of empty texts has no width otherwise).
END = " \x03"


@register(CountVectorizer)
def count_vectorizer(graph: Graph, estimator: CountVectorizer, wire: Wire) -> Wire:
    """How often each term stands in the text."""
    return Wire.of(graph, _counts(graph, estimator, wire).tensor, len(estimator.vocabulary_))


@register(TfidfVectorizer, Terms)
def tfidf_vectorizer(graph: Graph, estimator: TfidfVectorizer, wire: Wire) -> Wire:
    """Counts (or 1 + their logarithm), weighted by rarity, each row brought to length one."""
    counts = _counts(graph, estimator, wire)
    if estimator.sublinear_tf:
        damped = counts.apply("Max", 1.0).apply("Log") + 1.0
        counts = damped * counts.apply("Min", 1.0)  # a term that is absent stays at 0
    if estimator.use_idf:
        require(bool(np.isfinite(estimator.idf_).all()), estimator, "a term that no text has is infinitely rare")
        counts = counts * np.asarray(estimator.idf_, dtype=np.float64)
    return Wire.of(graph, _normalised(counts, estimator.norm).tensor, len(estimator.vocabulary_))


@register(Telling)
def telling(graph: Graph, estimator: Telling, wire: Wire) -> Wire:
    """Some of the columns."""
    return wire.take(estimator.chosen_.tolist())


def _counts(graph: Graph, estimator: Any, wire: Wire) -> Expression:
    """float64 [N, terms]."""
    _check(estimator, wire)
    texts = graph.node("StringConcat", strings(graph, wire), graph.constant(np.array([END], dtype=object)))
    split, _ = graph.nodes("StringSplit", [texts], 2, "", {"delimiter": " "})
    tokens = graph.node("Squeeze", split, graph.constant(np.array([1], dtype=np.int64)))
    counted = graph.node("TfIdfVectorizer", tokens, mode="TF", **_pool(estimator.vocabulary_))
    counts = graph.expression(graph.node("Cast", counted, to=TensorProto.DOUBLE))
    return counts.apply("Min", 1.0) if estimator.binary else counts


def _pool(vocabulary: dict[str, int]) -> dict[str, Any]:
    """The terms as the operator wants them: all of one word, then all of two, and so on, and where each is counted."""
    terms = sorted(vocabulary.items(), key=lambda item: (item[0].count(" "), item[1]))
    lengths = [term.count(" ") + 1 for term, _ in terms]
    longest = max(lengths)
    words = [sum(n for n in lengths if n < length) for length in range(1, longest + 1)]
    return {
        "min_gram_length": min(lengths),
        "max_gram_length": longest,
        "max_skip_count": 0,
        "ngram_counts": words,
        "ngram_indexes": [int(place) for _, place in terms],
        "pool_strings": [word for term, _ in terms for word in term.split(" ")],
    }


def _normalised(values: Expression, norm: str | None) -> Expression:
    if norm is None:
        return values
    graph = values.graph
    lengths: NDArray[np.int64] = np.array([1], dtype=np.int64)
    operator = "ReduceL2" if norm == "l2" else "ReduceL1"
    length = Expression(graph, graph.node(operator, values.tensor, graph.constant(lengths), keepdims=1))
    empty = graph.node("Equal", length.tensor, graph.constant(np.float64(0)))
    return values / graph.expression(graph.constant(np.float64(1))).where(empty, length)


def _check(estimator: Any, wire: Wire) -> None:
    require(len(wire) == 1, estimator, "it reads one column of text")
    require(estimator.token_pattern == TOKENS, estimator, f"the token pattern has to be {TOKENS!r}")
    require(not estimator.lowercase, estimator, "the reading has to fold case, not the vectorizer")
    require(estimator.analyzer == "word", estimator, "only words are counted, not characters")
    shortest, longest = estimator.ngram_range
    within = all(shortest <= term.count(" ") + 1 <= longest for term in estimator.vocabulary_)
    require(within, estimator, "its vocabulary has terms that it never counts")
    own = (estimator.preprocessor, estimator.tokenizer, estimator.strip_accents, estimator.stop_words)
    require(all(each is None for each in own), estimator, "preprocessing of its own is not written")
