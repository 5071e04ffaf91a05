"""Tokens: words of any script, accents kept, signs that matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.schema import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World", "hello world"),
        ("CAFÉ café cafe\u0301", "café café café"),
        ("don't 'quote' it's", "don't quote it's"),
        ("don’t", "don't"),
        ("FREE!!! £100 @you #win?", "free ! ! ! £ 100 @ you # win ?"),
        ("a_b-c/d", "a b c d"),
        ("line one<br />line two", "line one line two"),
        ("List<int> x", "list int x"),
        ("fish &amp; chips &lt;3", "fish chips 3"),
        ("日本 🎉", "日本 🎉"),
        ("हिन्दी", "हिन्दी"),
        ("\u0000", ""),
        ("", ""),
    ],
)
def test_tokens(text: str, expected: str) -> None:
    assert tokens(text) == expected


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_tokens_are_joined_by_single_blanks_and_stable(text: str) -> None:
    made = tokens(text)
    assert made == " ".join(made.split(" ")).strip()
    assert "  " not in made
