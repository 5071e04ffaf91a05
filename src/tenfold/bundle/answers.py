"""What a bundle answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tenfold.bundle.decision import Floats
from tenfold.schema import FieldProblem


@dataclass(frozen=True)
class Answers:
    """One answer per row, in the order of the request; or the problems, when a field could not be read.

    ``predictions`` are labels (text) or values (float); ``probabilities`` [N, classes] in the order of
    ``decision.classes``, none for regression. Where the model promises coverage, ``intervals`` are the ends [N, 2] of
    each value's interval, or ``sets`` the labels that may be true. ``ids`` are the rows' keys; ``warnings`` what was
    noticed, row by row.
    """

    ids: Sequence[str | None] = ()
    predictions: Sequence[str] | Sequence[float] = ()
    probabilities: Floats | None = None
    intervals: Floats | None = None
    sets: Sequence[Sequence[str]] | None = None
    warnings: Sequence[Sequence[FieldProblem]] = ()
    problems: tuple[FieldProblem, ...] = ()

    def __len__(self) -> int:
        return len(self.predictions)


_NONE: tuple[FieldProblem, ...] = ()


def by_row(found: Iterable[FieldProblem], rows: int) -> Sequence[Sequence[FieldProblem]]:
    """Field problems sorted into their rows (0-based)."""
    sorted_out: dict[int, list[FieldProblem]] = {}
    for each in found:
        sorted_out.setdefault(each.row, []).append(each)
    return [sorted_out.get(row, _NONE) for row in range(rows)] if sorted_out else [_NONE] * rows
