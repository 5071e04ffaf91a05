"""Texts to word counts and tf-idf. The reading has made tokens of them already, joined by single blanks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from onnx import TensorProto
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from tenfold.learning.graph.builder import Expression, Graph
from tenfold.learning.graph.converters import register, require
from tenfold.learning.graph.sparse import Sparse, whole
from tenfold.learning.graph.wire import Wire, numbers, strings
from tenfold.learning.transformers import LogCountRatio, Telling, TellingColumns, Terms

#: The one pattern that splits as the graph does: tokens are what stands between blanks.
TOKENS = "[^ ]+"

#: Appended to every text, so that an empty one still has a token (a batch of empty texts has no width otherwise).
END = " \x03"


@register(CountVectorizer)
def count_vectorizer(graph: Graph, estimator: CountVectorizer, wire: Wire) -> Wire:
    """How often each term stands in the text."""
    counts = graph.expression(graph.node("Cast", _counts(graph, estimator, wire), to=TensorProto.DOUBLE))
    return Wire.of(graph, (counts.apply("Min", 1.0) if estimator.binary else counts).tensor, len(estimator.vocabulary_))


@register(TfidfVectorizer, Terms)
def tfidf_vectorizer(graph: Graph, estimator: TfidfVectorizer, wire: Wire) -> Wire:
    """Counts (or 1 + their logarithm), weighted by rarity, each row brought to length one."""
    width = len(estimator.vocabulary_)
    terms = Sparse.of(graph, _counts(graph, estimator, wire), width)
    values = terms.values.apply("Min", 1.0) if estimator.binary else terms.values
    if estimator.sublinear_tf:
        values = values.apply("Log") + 1.0
    if estimator.use_idf:
        require(bool(np.isfinite(estimator.idf_).all()), estimator, "a term that no text has is infinitely rare")
        values = values * terms.per_column(np.asarray(estimator.idf_, dtype=np.float64))
    known = replace(terms, values=_normalised(terms, values, estimator.norm))
    tensor = known.dense()  # left out of the graph where everything else takes the few values alone
    graph.sparse[tensor] = known
    return Wire.of(graph, tensor, width)


@register(LogCountRatio)
def log_count_ratio(graph: Graph, estimator: LogCountRatio, wire: Wire) -> Wire:
    """Each column times its factor."""
    known = whole(graph, wire)
    if known is None:
        return Wire.of(graph, (graph.expression(numbers(graph, wire)) * estimator.ratio_).tensor, len(wire))
    scaled = replace(known, values=known.values * known.per_column(estimator.ratio_))
    tensor = scaled.dense()
    graph.sparse[tensor] = scaled
    return Wire.of(graph, tensor, len(wire))


@register(Telling, TellingColumns)
def telling(graph: Graph, estimator: Telling | TellingColumns, wire: Wire) -> Wire:
    """Some of the columns."""
    return wire.take(estimator.chosen_.tolist())


def _counts(graph: Graph, estimator: Any, wire: Wire) -> str:
    """float32 [N, terms]."""
    _check(estimator, wire)
    texts = graph.node("StringConcat", strings(graph, wire), graph.constant(np.array([END], dtype=object)))
    split, _ = graph.nodes("StringSplit", [texts], 2, "", {"delimiter": " "})
    tokens = graph.node("Squeeze", split, graph.constant(np.array([1], dtype=np.int64)))
    return graph.node("TfIdfVectorizer", tokens, mode="TF", **_pool(estimator.vocabulary_))


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


def _normalised(terms: Sparse, values: Expression, norm: str | None) -> Expression:
    """Each row brought to length one; what is listed is not zero, so no length is."""
    if norm is None:
        return values
    if norm == "l1":
        return values / terms.per_row(values.apply("Abs"))
    return values / terms.per_row(values * values).apply("Sqrt")


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
