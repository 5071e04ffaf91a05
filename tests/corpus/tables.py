"""The corpus of tables that can be read as files, and whose content is bad or odd. See README.md.

A case is a table, the sections of its workflow, how far it has to run, and what comes of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Case(NamedTuple):
    """A table as CSV; refused with ``code`` and exit status 2, or accepted (0) with that finding in ``step``."""

    name: str
    text: str
    sections: Mapping[str, Any]
    code: str
    says: tuple[str, ...] = ()
    status: int = 2
    step: str = ""  # the step that notes it
    until: str = "features"


def table(count: int = 60, **columns: Any) -> str:
    """CSV: a number, a category and a target of two classes, besides the columns given (cells, or row → cell)."""
    base = {
        "x": lambda n: n * 7 % 50,
        "c": lambda n: "abc"[n * 5 % 3],
        "y": lambda n: ("no", "yes")[(n * 7 % 50 + n % 7) % 2],
    }
    made = {name: _cells(cells, count) for name, cells in {**base, **columns}.items() if cells is not None}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(made)
    writer.writerows(zip(*made.values(), strict=True))
    return stream.getvalue()


def _cells(cells: Any, count: int) -> Sequence[Any]:
    return cells if isinstance(cells, list) else [cells(n) if callable(cells) else cells for n in range(count)]


def asked(target: str = "y", **more: Any) -> dict[str, Any]:
    return {"problem": {"target": target, **more}}


def kind(column: str, **rule: Any) -> dict[str, Any]:
    return {"cleaning": {"columns": {column: rule}}}


REFUSED = (
    Case("target not in the table", table(), asked("yy"), "TF-CLEAN-030", ("'yy'", "did you mean 'y'")),
    Case("target constant", table(y="no"), asked(), "TF-CLEAN-032", ("'y'", "constant")),
    Case("target constant but for gaps", table(y=lambda n: "" if n % 3 else "no"), asked(), "TF-CLEAN-032"),
    Case("target always missing", table(y=""), asked(), "TF-CLEAN-031", ("no value in any row",)),
    Case("target only marks for missing", table(y="NA"), asked(), "TF-CLEAN-031"),
    Case("binary class with too few rows", table(y=lambda n: "rare" if n < 3 else "usual"), asked(), "TF-CLEAN-037",
         ("'rare': 3", "5 rows")),
    Case("binary class with fewer rows than folds", table(y=lambda n: "rare" if n < 8 else "usual"),
         {**asked(), "splitting": {"small": 0, "folds": 9}}, "TF-CLEAN-037",
         ("'rare': 8", "9 rows", "splitting.folds")),
    Case("class with a single member", table(y=lambda n: "once" if n == 9 else "usual"), asked(), "TF-CLEAN-037",
         ("'once': 1",)),
    Case("one row", table(1), asked(), "TF-CLEAN-032"),
    Case("two rows", table(2, y=["no", "yes"]), asked(), "TF-CLEAN-037"),
    Case("every class tiny", table(12, y=lambda n: f"k{n // 2}"), asked(task="multiclass"), "TF-CLEAN-037"),
    Case("too few rows for a regression", table(6, y=lambda n: n * 1.5 + 0.1), asked(task="regression"),
         "TF-CLEAN-037", ("10 rows",)),
    Case("fewer rows for a regression than twice the folds", table(18, y=lambda n: n * 1.5 + 0.1),
         {**asked(task="regression"), "splitting": {"small": 0, "folds": 10}}, "TF-CLEAN-037", ("20 rows",)),
    Case("sensitive column that is not there", table(), asked(fairness={"sensitive": ["cc"]}), "TF-CLEAN-040",
         ("problem.fairness.sensitive", "did you mean 'c'")),
    Case("regression on words", table(), asked(task="regression"), "TF-CLEAN-033", ("'y'", "not numbers")),
    Case("binary with three classes", table(y=lambda n: "abc"[n % 3]), asked(task="binary"), "TF-CLEAN-034",
         ("3 classes",)),
    Case("positive that is no class", table(), asked(positive="Yes!"), "TF-CLEAN-035", ("'Yes!'", "'yes'")),
    Case("infinite target", table(y="inf"), asked(task="regression"), "TF-CLEAN-032", ("constant",)),
    Case("target infinite both ways", table(y=lambda n: "inf" if n % 2 else "-inf"), asked(task="regression"),
         "TF-CLEAN-031", ("no finite value", "'-inf'")),
    Case("target of a table whose header was not found", "a,b\n" * 9 + "a,c\n", asked(), "TF-CLEAN-030",
         ("header: true",)),
    Case("ambiguous dates", table(d=lambda n: f"{n % 12 + 1:02d}/{(n * 5) % 12 + 1:02d}/2024"), asked(), "TF-CLEAN-044",
         ("d", "row", "day and month", "formats")),
    Case("dates of both orders", table(d=lambda n: "25/03/2024" if n % 2 else "03/25/2024"), asked(), "TF-CLEAN-044",
         ("d", "row", "day-first")),
    Case("role of an unknown column", table(), {**asked(), "cleaning": {"roles": {"xx": "ignored"}}}, "TF-CLEAN-040",
         ("'xx'", "did you mean 'x'")),
    Case("rule of an unknown column", table(), {**asked(), **kind("cc", kind="category")}, "TF-CLEAN-040",
         ("'cc'", "did you mean 'c'")),
    Case("grouped by an unknown column", table(), {**asked(), "splitting": {"strategy": "grouped", "by": ["g"]}},
         "TF-SPLIT-002", ("'g'",)),
    Case("created from an unknown column", table(), {**asked(), "features": {"create": {"z": "x / q"}}}, "TF-FEATURE-",
         ("q",)),
    Case("created by no expression", table(), {**asked(), "features": {"create": {"z": "x +* 2"}}}, "TF-FEATURE-"),
    Case("nothing but the target", "y\n" + "no\nyes\n" * 20, asked(), "TF-CLEAN-038", ("no column is left",)),
    Case("nothing but a key and a constant", table(x=None, c=None, k="same", id=lambda n: f"id{n:05d}x"), asked(),
         "TF-CLEAN-038", ("'k', 'id'",)),
    Case("the same few rows over and over", table(x=lambda n: n % 4, c="a", y=lambda n: ("no", "yes")[n % 4 % 2]),
         asked(), "TF-SPLIT-004", ("0 test rows",)),
)  # fmt: skip

ACCEPTED = (
    Case("plain", table(), asked(), "", status=0),
    Case("multiclass levels with too few rows", table(y=lambda n: "rare" if n < 3 else "abc"[n % 3]), asked(),
         "TF-CLEAN-112", ("3 rows", "fewer than 5 rows"), 0, "cleaning"),
    Case("multiclass level with a single member", table(y=lambda n: "once" if n == 9 else "abc"[n % 3]), asked(),
         "TF-CLEAN-112", ("1 row set aside", "fewer than 5 rows"), 0, "cleaning"),
    Case("target infinite in some rows", table(y=lambda n: "inf" if n % 9 == 0 else n * 1.5 + 0.1), asked(),
         "TF-CLEAN-112", ("7 rows", "the target is infinite"), 0, "cleaning"),
    Case("target missing in some rows", table(y=lambda n: "" if n % 9 == 0 else ("no", "yes")[n % 2]), asked(),
         "TF-CLEAN-112", ("7 rows", "the target is missing"), 0, "cleaning"),
    Case("infinite features", table(x=lambda n: "inf" if n % 9 == 0 else n), {**asked(), **kind("x", kind="number")},
         "TF-CLEAN-111", ("x", "infinite"), 0, "cleaning"),
    Case("column without values", table(e=""), asked(), "TF-", ("e",), 0, "cleaning"),
    Case("constant column", table(k="same"), asked(), "TF-CLEAN-110", ("k", "constant"), 0, "cleaning"),
    Case("integers beyond 2^53", table(big=lambda n: 9007199254740993 + n * 7), asked(), "TF-CLEAN-114",
         ("big", "9007199254740993", "kind: category"), 0, "cleaning"),
    Case("moments with and without a zone", table(d=lambda n: f"2024-01-{n % 28 + 1:02d}T10:00:00" + "Z" * (n % 2)),
         asked(), "TF-CLEAN-115", ("d", "taken as UTC"), 0, "cleaning"),
    Case("moments of several zones", table(d=lambda n: f"2024-01-{n % 28 + 1:02d}T10:00:00" + ("Z", "+02:00")[n % 2]),
         asked(), "", (), 0),
    Case("a category of many levels", table(4000, k=lambda n: f"level{n % 2000}"), asked(), "TF-EXPLORE-116",
         ("k", "levels"), 0, "exploration"),
    Case("mixed types", table(m=lambda n: "word" if n % 4 == 0 else n), asked(), "TF-CLEAN-116",
         ("m", "75% of its values are numbers", "'word'"), 0, "cleaning"),
    Case("multiclass levels with fewer rows than folds", table(y=lambda n: "rare" if n < 8 else "abc"[n % 3]),
         {**asked(), "splitting": {"small": 0, "folds": 9}}, "TF-CLEAN-112", ("8 rows", "fewer than 9 rows"), 0,
         "cleaning"),
    Case("infinite features that nobody declared", table(x=lambda n: ("inf", "-Infinity")[n % 2] if n % 4 == 0 else n),
         asked(), "TF-CLEAN-111", ("x", "15 infinite"), 0, "cleaning"),
    Case("few distinct rows, so that a fold has one class",
         table(240, x=lambda n: n % 4 + 1, c=lambda n: "abab"[n % 4], y=lambda n: ("no", "yes")[n % 2]),
         {**asked(), "splitting": {"test": 0}, "modeling": {"candidates": ["lightgbm"]}}, "", (), 0, "", "modeling"),
    Case("duplicate rows", table(x=lambda n: n % 20, c="a", y=lambda n: ("no", "yes")[n % 20 % 2]), asked(), "", (), 0),
    Case("names that are odd", table(**{'a[b]{c},:"': lambda n: n, "größe 日本": lambda n: -n}), asked(), "", (), 0),
    Case("cells of a megabyte", table(t=lambda n: "wörd " * 200_000 if n == 5 else "short"), asked(), "", (), 0),
    Case("hundreds of columns", table(20, **{f"w{k}": lambda n, k=k: (n * 31 + k) % 9 for k in range(250)}), asked(),
         "", (), 0, "", "cleaning"),
)  # fmt: skip

CASES = REFUSED + ACCEPTED
