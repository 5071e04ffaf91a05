"""Tokens: a text as lower-case words joined by single blanks, so that every vectoriser may split at blanks.

Words are runs of letters and digits of any script, accents kept (NFC, Unicode Standard Annex 15); an apostrophe
inside a word stays. Signs that carry meaning in short texts stay as tokens of their own; everything else separates.
"""

from __future__ import annotations

import html
import re
from unicodedata import normalize

#: Single signs that are kept: emphasis, money, mentions, and pictures.
SIGNS = "!?$€£¥#@%"
_PICTURES = "\u2600-\u27bf\U0001f300-\U0001faff"
# Vowel signs and marks that `\w` leaves out but that stand inside words: Latin, Hebrew, Arabic, Indic, Thai.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_TOKEN = re.compile(rf"{_LETTER}+(?:'{_LETTER}+)*|[{re.escape(SIGNS)}{_PICTURES}]")
_ASCII_TOKEN = re.compile(rf"[a-z0-9]+(?:'[a-z0-9]+)*|[{re.escape(SIGNS)}]", re.ASCII)
_TAG = re.compile(r"</?(?:a|b|br|div|em|i|li|ol|p|span|strong|u|ul)(?:\s[^<>]*)?/?>", re.IGNORECASE)


def tokens(text: str) -> str:
    """The tokens of a text, joined by single blanks.

    >>> tokens("Très bon!! It's <b>great</b> &amp; cheap: $5")
    "très bon ! ! it's great cheap $ 5"
    """
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if text.isascii():
        return " ".join(_ASCII_TOKEN.findall(text.lower()))
    folded = normalize("NFC", normalize("NFC", text).lower().replace("’", "'"))
    return " ".join(_TOKEN.findall(folded))
