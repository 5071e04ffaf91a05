"""Columns that know the answer: copies, identifiers, values that come with the outcome.

Kaufman, Rosset & Perlich, Leakage in data mining, KDD 2011. A column can leak and look innocent: only somebody who
knows when its value is written can tell. What is found here are suspects; nothing is left out unasked, and only what is
sure (copies, parts of the target, names of rows) is proposed to be: the others may be the best honest predictors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from tenfold.core.chapter import Finding
from tenfold.statistics.binning import crosstab
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.exploration.summaries import digits
from tenfold.steps.exploration.view import ColumnView, View

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-EXPLORE-130": (
        "a column nearly determines the target by itself: it may be a copy of it",
        "if its value is not known before the answer is, leave it out (cleaning.roles: ignored; `tenfold next` "
        "proposes it)",
    ),
    "TF-EXPLORE-131": (
        "a column alone predicts the target far better than any other does",
        "if its value is not known before the answer is, leave it out (cleaning.roles: ignored)",
    ),
    "TF-EXPLORE-132": (
        "the target is a weighted sum of a few columns",
        "if their values are not known before the answer is, leave them out (`tenfold next` proposes it)",
    ),
    "TF-EXPLORE-133": (
        "all rows of a class have one value, or a gap, in a column, and few others have it",
        "if it is not known before the answer is, leave the column out (cleaning.roles: ignored)",
    ),
    "TF-EXPLORE-134": (
        "nearly all values of a column differ: it names the row",
        "make it the key, or leave it out; a model can only learn it by heart",
    ),
    "TF-EXPLORE-135": (
        "the name of a column holds the target's name",
        "if its value is not known before the answer is, leave it out (cleaning.roles: ignored)",
    ),
    "TF-EXPLORE-136": (
        "whether a column's value is missing nearly gives the answer away",
        "if that is not known before the answer is, leave it out (cleaning.roles: ignored)",
    ),
}

#: A class this rare has constant columns by chance, and its giveaways weigh little.
_CLASS_SHARE = 0.1
#: A level that all rows of a class hold gives it away only if this few of the others hold it.
_ELSEWHERE = 0.1
_ASK = "Is its value known before the answer is? If not:"
#: For suspects: how to leave them out, which nobody but the user can decide.
_IGNORE = f"{_ASK} leave it out (cleaning.roles: ignored)."


def check(view: View, config: Exploration) -> Iterator[Finding]:
    """Copies (TF-EXPLORE-130), columns far above the rest (131), the target's parts (132), giveaway values (133),
    identifiers (134), names that hint at the target (135), gaps that know the answer (136)."""
    copies = {column.name for column in view.by_score if (column.score or 0.0) >= config.copy_score}
    yield from (_copy(column, view) for column in view.by_score if column.name in copies)
    rest = [column for column in view.by_score if column.name not in copies]
    yield from _far_above(rest, config)
    if not view.target.classes and not copies:
        yield from _parts(rest, view)
    for column in view.columns:
        yield from _identifier(column, view)
        yield from _hint(column, view)
        if column.name not in copies:
            yield from _giveaway(column, view)
            yield from _gap(column, config)


def _leave_out(name: str) -> dict[str, str]:
    return {f"cleaning.roles.{name}": "ignored"}


def _copy(column: ColumnView, view: View) -> Finding:
    score = column.score or 0.0
    return Finding(
        "TF-EXPLORE-130", "problem" if score > 0.999 else "warning", column.name,
        f"It nearly determines {view.target.name!r} by itself (score {score:.3f} of 1): a copy of the target?",
        f"{_ASK} leave it out.", {"score": digits(score)}, _leave_out(column.name),
    )  # fmt: skip


def _far_above(ranked: list[ColumnView], config: Exploration) -> Iterator[Finding]:
    """The first few columns, if they are strong and the next one is less than half as good."""
    scores = [column.score or 0.0 for column in ranked]
    for count in range(1, min(4, len(ranked) - 2)):
        if scores[count - 1] < config.suspect_score:
            return
        if scores[count] < scores[count - 1] / 2:
            for column, score in zip(ranked[:count], scores, strict=False):
                yield Finding(
                    "TF-EXPLORE-131", "warning", column.name,
                    f"Alone it scores {score:.2f} of 1, while the best of the others scores {scores[count]:.2f}.",
                    _IGNORE, {"score": digits(score), "next": digits(scores[count])},
                )  # fmt: skip
            return


def _parts(ranked: list[ColumnView], view: View, most: int = 4) -> Iterator[Finding]:
    """A numeric target that is a weighted sum of a few columns; they are found one after the other."""
    columns = [column for column in ranked if column.kind == "number" and not column.missing.any()][:60]
    target = np.asarray(view.target.values, dtype=np.float64)
    if len(columns) < 2 or target.var() == 0:
        return
    matrix = np.column_stack([np.where(np.isfinite(column.values), column.values, 0.0) for column in columns])
    scale = matrix.std(axis=0)
    matrix = (matrix - matrix.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    residual = centred = target - target.mean()
    chosen: list[int] = []
    while len(chosen) < most:
        gains = np.abs(matrix.T @ residual)
        gains[chosen] = -1.0
        chosen.append(int(gains.argmax()))
        fitted = matrix[:, chosen] @ np.linalg.lstsq(matrix[:, chosen], centred, rcond=None)[0]
        residual = centred - fitted
        if residual.var() < 1e-6 * target.var():
            break
    else:
        return
    names = sorted(columns[place].name for place in chosen)
    for name in names if len(names) > 1 else ():
        yield Finding(
            "TF-EXPLORE-132", "problem", name, f"{view.target.name!r} is a weighted sum of {', '.join(names)}.",
            f"{_ASK} leave them out.", {"unexplained": digits(float(residual.var() / target.var()))}, _leave_out(name),
        )  # fmt: skip


def _giveaway(column: ColumnView, view: View) -> Iterator[Finding]:
    """A value (or a gap) that all rows of a class have, and nearly no others."""
    target = view.target
    if not target.classes or column.kind == "text" or column.distinct > 500:
        return
    counts = crosstab(column.codes, target.codes)
    totals = counts.sum(axis=0)
    within = counts / np.maximum(totals, 1)
    elsewhere = (counts.sum(axis=1, keepdims=True) - counts) / np.maximum(view.rows - totals, 1)
    enough = (totals >= 30) & (totals >= _CLASS_SHARE * view.rows)
    found = np.argwhere((within >= 0.995) & (elsewhere <= _ELSEWHERE) & enough)
    if len(found):
        code, label = (int(each) for each in found[0])
        other = float(elsewhere[code, label])
        row = int(np.flatnonzero(column.codes == code).min())
        value = "a gap" if column.missing[row] else repr(column.values[row])
        shown = "one range of values" if column.numeric and not column.missing[row] and column.distinct > 32 else value
        yield Finding(
            "TF-EXPLORE-133", "warning" if column.missing[row] else "note", column.name,
            f"All rows of {target.labels()[label]!r} have {shown} here, and only {other:.1%} of the others.",
            _IGNORE, {"within": digits(within[code, label]), "elsewhere": digits(other)},
        )  # fmt: skip


def _identifier(column: ColumnView, view: View) -> Iterator[Finding]:
    """Different in (nearly) every row: a name for the row, or its number in the file."""
    if len(column.known) < 50:
        return
    unique = column.distinct / len(column.known)
    if (unique == 1 and _numbers_rows(column, view)) or (unique >= 0.95 and _names_rows(column)):
        yield Finding(
            "TF-EXPLORE-134", "warning", column.name, f"{unique:.0%} of its values are different: it names the row.",
            "A model can only learn it by heart. Make it the key, or leave it out.", {"unique": digits(unique)},
            _leave_out(column.name),
        )  # fmt: skip


def _numbers_rows(column: ColumnView, view: View) -> bool:
    """Whole numbers without large gaps, or called an identifier."""
    if column.kind != "number" or not (column.known == np.floor(column.known)).all():
        return False
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", column.name)  # PassengerId → Passenger, Id
    called = bool(words) and words[-1].casefold() in ("id", "key", "no", "nr")
    return called or bool(np.ptp(column.known) + 1 <= 2 * view.rows_train)


def _names_rows(column: ColumnView) -> bool:
    """A category, or single words such as links in a text."""
    if column.kind == "category":
        return True
    words = column.known if column.raw is None else column.raw
    return column.kind == "text" and not any(" " in str(word).strip() for word in words)


def _hint(column: ColumnView, view: View) -> Iterator[Finding]:
    plain, target = (re.sub(r"[^a-z0-9]", "", name.casefold()) for name in (column.name, view.target.name))
    if len(target) >= 4 and target in plain:
        yield Finding(
            "TF-EXPLORE-135", "warning", column.name, f"Its name holds the target's name, {view.target.name!r}.",
            _IGNORE,
        )  # fmt: skip


def _gap(column: ColumnView, config: Exploration) -> Iterator[Finding]:
    if column.missing_score >= config.suspect_score:
        yield Finding(
            "TF-EXPLORE-136", "warning", column.name,
            f"Whether its value is missing nearly gives the answer away (score {column.missing_score:.2f} of 1).",
            _IGNORE, {"missing_score": digits(column.missing_score)},
        )  # fmt: skip
