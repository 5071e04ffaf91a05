"""Columns about people: what identifies somebody, and what must not decide over them.

Personal data: Regulation (EU) 2016/679 (GDPR), article 4; special categories: article 9. Patterns find suspects only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from tenfold.core.chapter import Finding
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.summaries import digits
from tenfold.steps.exploration.view import ColumnView, View

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-EXPLORE-150": (
        "by its values or its name a column may hold what identifies a person",
        "leave it out unless there is a lawful reason to use it; it is kept for now",
    ),
}

#: At most this many values of a column are read, and this many letters of each.
_READ, _LETTERS = 1000, 500
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "e-mail addresses": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*[a-z]{2,}", re.I),
    "IP addresses": re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"),
    "bank accounts (IBAN)": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "social security numbers": re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
    "telephone numbers": re.compile(
        r"\+\d{1,3}[ .-]?(?:\(?\d\)?[ .-]?){7,12}|(?<![\w.])\(?\d{2,4}\)?(?:[ .-]\d{2,4}){2,4}(?![\w.-])"
    ),
    "names of persons": re.compile(r"\b(?:Mr|Mrs|Miss|Ms|Dr|Herr|Frau|Mme|Sr|Sra)\.? [A-ZÀ-Þ]"),
}
#: Dates look like telephone numbers.
_DATE = re.compile(r"\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}")
_NAMES: Mapping[str, frozenset[str]] = {
    "e-mail addresses": frozenset({"email", "mail"}),
    "telephone numbers": frozenset({"phone", "telephone", "mobile", "fax"}),
    "names of persons": frozenset(
        {"firstname", "lastname", "surname", "fullname", "username", "hostname", "customername"}
    ),
    "identity numbers": frozenset({"ssn", "passport", "iban", "taxid", "nationalid", "creditcard"}),
    "dates of birth": frozenset({"dob", "birthdate", "birthday", "dateofbirth"}),
    "addresses": frozenset({"address", "street", "homeaddress"}),
}
_SENSITIVE = frozenset({
    "gender", "sex", "race", "ethnicity", "ethnic", "religion", "nationality", "disability", "marital", "maritalstatus",
    "age", "agegroup", "seniorcitizen", "nativecountry", "citizenship", "pregnant", "sexualorientation",
})  # fmt: skip


def personal_data(view: View, config: Exploration) -> Iterator[Finding]:
    """Columns that hold, or are named like, what identifies a person (TF-EXPLORE-150)."""
    del config
    for column in view.columns:
        kind, share = _by_value(column) if not column.numeric else ("", 0.0)
        kind = kind or _by_name(column)
        if kind:
            seen = f"{share:.0%} of values look so" if share else "by its name"
            yield Finding(
                "TF-EXPLORE-150", "warning", column.name, f"It may hold {kind} ({seen}).",
                "Kept for now. Leave it out unless there is a lawful reason to use it.",
                {"kind": kind, "share": digits(share)}, {f"cleaning.roles.{column.name}": "ignored"},
            )  # fmt: skip


def sensitive(view: View, config: Exploration) -> Iterator[Finding]:
    """Columns about what nobody should be judged by, unless they are being watched already (TF-EXPLORE-151)."""
    del config
    for column in view.columns:
        if _plain(column.name) in _SENSITIVE and column.name not in view.sensitive:
            yield Finding(
                "TF-EXPLORE-151", "note", column.name, "It may describe a protected group.",
                "Add it to `problem.fairness.sensitive`, and validation compares its groups.",
                {"distinct": column.distinct},
            )  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _by_name(column: ColumnView) -> str:
    if column.distinct <= 20:  # too few values to name a person: a flag such as "has phone"
        return ""
    words = set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", column.name).casefold())) | {
        _plain(column.name)
    }
    if _plain(column.name) == "name" and column.kind == "category" and column.distinct > 100:
        return "names of persons"
    return next((kind for kind, names in _NAMES.items() if words & names and _fits(column, kind)), "")


def _fits(column: ColumnView, kind: str) -> bool:
    """A number can be a telephone or identity number, but no name and no address."""
    if column.kind == "date":
        return kind == "dates of birth"
    return not column.numeric or kind in ("telephone numbers", "identity numbers")


def _by_value(column: ColumnView) -> tuple[str, float]:
    """The pattern most often found, if it is in half of a category's values or in a twentieth of the texts."""
    values = column.known if column.raw is None else column.raw
    texts = [str(value)[:_LETTERS] for value in values[:_READ] if value]
    if len(texts) < 20 or column.distinct < 10:
        return "", 0.0
    counts = Counter(texts)
    shares = {
        kind: sum(times for text, times in counts.items() if _holds(kind, pattern, text)) / len(texts)
        for kind, pattern in _PATTERNS.items()
    }
    best = max(shares, key=lambda kind: shares[kind])
    enough = 0.05 if column.kind == "text" and best != "telephone numbers" else 0.5
    return (best, shares[best]) if shares[best] >= enough else ("", 0.0)


def _holds(kind: str, pattern: re.Pattern[str], text: str) -> bool:
    found = pattern.search(text)
    if found is None or kind != "telephone numbers":
        return found is not None
    number = found.group()
    return sum(letter.isdigit() for letter in number) >= 9 and not _DATE.match(number)
