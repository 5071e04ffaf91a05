"""The portfolio: which configurations of each candidate come first, learned from runs on public data.

The table beside this module (``portfolio.json``) is small and meant to be read: for classes and for values
(regression), each candidate's configurations in their order, with what each added on average, as a share of the way
from the dummy to the best. ``benchmarks/portfolio`` makes it, with any data set left out on request.

Source of the idea: Salinas & Erickson, "TabRepo: a large scale repository of tabular model evaluations and its AutoML
applications", AutoML 2024.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenfold.core import files
from tenfold.core.errors import UserError
from tenfold.learning.candidates import Size, candidate
from tenfold.metrics import Task

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-003": (
        "the file that `modeling.portfolio` names is no portfolio",
        "make it again (benchmarks/portfolio/learn.py), or leave it out",
    ),
}

_TABLE = Path(__file__).with_name("portfolio.json")
#: For every kind of task, the name of its part of the table.
_PART = {"binary": "classes", "multiclass": "classes", "regression": "values"}


#: The table was measured on a few thousand rows. With more than so many, noise hides less, and a candidate's own
#: defaults, which are larger models, come before it.
_BEYOND = {"classes": 40_000, "values": 10_000}


@dataclass(frozen=True)
class Known:
    """One configuration: what differs from the candidate's defaults, and what it is expected to add."""

    name: str
    parameters: Mapping[str, Any] = field(hash=False)
    gain: float


@dataclass(frozen=True)
class Portfolio:
    """``parts``: ``classes`` or ``values`` → candidate → configurations in their order."""

    parts: Mapping[str, Mapping[str, Sequence[Known]]] = field(hash=False)

    @classmethod
    def load(cls, path: Path | None = None) -> Portfolio:
        """The table that comes with Tenfold, or another one.

        Raises:
            UserError: it is not such a table.
        """
        data = files.read_json(path or _TABLE)
        try:
            return cls({
                part: {name: [Known(**each) for each in known] for name, known in candidates.items()}
                for part, candidates in data.items()
            })  # fmt: skip
        except (TypeError, AttributeError) as error:
            raise UserError.of(
                "TF-MODEL-003", f"{path} is no portfolio ({error})", "modeling.portfolio",
                expected="a table as `benchmarks/portfolio/learn.py` writes it", do="make it again, or leave it out",
            ) from error  # fmt: skip

    def of(self, name: str, task: Task, size: Size) -> list[Known]:
        """A candidate's configurations, whole and in their order; the first is the one that it competes with."""
        defaults = dict(candidate(name).defaults(task, size))
        fit = candidate(name).fitting
        known = self.parts.get(_PART[task], {}).get(name, ())
        if size.rows > _BEYOND[_PART[task]]:
            known = [Known("own defaults, for many rows", {}, 0.0), *(each for each in known if each.parameters)]
        found = [Known(each.name, {**defaults, **fit(each.parameters, size)}, each.gain) for each in known]
        if not found:
            found = [Known("default", defaults, 0.0)]
        if size.long_tailed and candidate(name).tunable:
            first = found[0]
            found.insert(1, Known(f"{first.name}, logarithms", {**first.parameters, "target": "log"}, first.gain))
        return found
