"""What later steps found out about the question: step 1 sees no rows, so its chapter is completed when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenfold.core.chapter import Block, Chapter, Facts, Figure, Grid
from tenfold.core.units import fine
from tenfold.metrics import METRICS

_CURVE = "Learning curve"


def found_out(chapters: Mapping[str, Chapter], cleaned: Any) -> tuple[Block, ...]:
    """The kind of the question with its reason, and whether it can be answered: the baseline, a simple model, the best
    one so far, and what more rows would bring.

    ``chapters``: by step, as far as the run got; ``cleaned``: the result of step 3, or None.
    """
    blocks: list[Block] = []
    if cleaned is not None:
        blocks.append(Facts((("task", cleaned.task), ("because", cleaned.reason)), "What kind of question it is"))
    modeling = chapters.get("modeling")
    if modeling is None:
        return tuple(blocks)
    latest = chapters.get("tuning", modeling)
    board = next((block for block in latest.blocks if isinstance(block, Grid) and "board" in block.title), None)
    if board is not None:
        blocks.append(_scores(board))
    blocks += [
        Figure("What more rows would bring", block.spec, block.note)
        for block in modeling.blocks
        if isinstance(block, Figure) and block.title == _CURVE
    ]
    return tuple(blocks)


def _scores(board: Grid) -> Facts:
    """Dummy, simple and best score of a leaderboard, whose second column is the metric."""
    metric = METRICS[board.columns[1]]
    scores = [(str(row[0]), row[1]) for row in board.rows if isinstance(row[1], float)]
    items = [("metric", metric.title)]
    for title, begins in (("baseline (dummy)", "dummy"), ("simple model (linear)", "linear"), ("best so far", "")):
        score = next((score for name, score in scores if name.startswith(begins)), None)
        if score is not None:
            items.append((title, fine(score)))
    return Facts(tuple(items), "Whether it can be answered (out-of-fold)")
