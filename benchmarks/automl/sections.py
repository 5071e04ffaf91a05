"""The sections of the report, as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from record import Row
from standing import Tally

if TYPE_CHECKING:
    from report import Board, Judged

#: An overrun up to this many percent of the budget is not listed.
_OVERRUN = 5.0
#: Rows of a data set from which its memory is compared.
_TALL = 100_000
#: What is measured of a model, in the order of the table; of several splits the worst is shown.
_MEASURED = ("one_row_ms", "one_row_p99_ms", "bundle_mb", "calibration_error")


def report(board: Board) -> str:
    """All sections of one budget."""
    made = [f"### {board.budget:.0f} s", _scope(board), standings(board), against(board), losses(board),
            overruns(board), failures(board), memory(board), scores(board), promises(board)]  # fmt: skip
    return "\n\n".join(section for section in made if section) + "\n"


def _scope(board: Board) -> str:
    left_out = [each.name for each in board.sets if not each.ranks]
    told = f"{len(board.ranked)} data sets that all {len(board.peers)} were run on"
    return f"{told}, without {', '.join(left_out)}." if left_out else f"{told}."


def standings(board: Board) -> str:
    """Mean ranks and normalised scores over data sets, and what it took. The best rank stands first."""
    if not board.ranked:
        return ""
    lines = [(statistics.fmean(each.ranks[peer] for each in board.ranked), peer) for peer in board.peers]
    heads = ("peer", "version", "mean rank", "normalised score", "failed", "overruns", "fit s", "predict s")
    return _table(heads, [_standing(board, peer, rank) for rank, peer in sorted(lines)], text=2)


def _standing(board: Board, peer: str, rank: float) -> list[str]:
    rows = [row for row in board.rows if row["peer"] == peer]
    scored = [row for row in rows if "score" in row]
    return [
        peer, ", ".join(sorted({row["version"] for row in rows if "version" in row})), f"{rank:.2f}",
        f"{statistics.fmean(each.normalised[peer] for each in board.ranked):.3f}",
        f"{len(rows) - len(scored)} of {len(rows)}", str(sum(map(_overran, rows))),
        _median(scored, "fit_s"), _median(scored, "predict_s"),
    ]  # fmt: skip


def _median(rows: Sequence[Row], name: str) -> str:
    return f"{statistics.median(row[name] for row in rows):.3g}" if rows else ""


def against(board: Board) -> str:
    """How often the first was better than each of the others."""
    verdicts = {peer: [each.pairs[peer].verdict for each in board.sets if peer in each.pairs] for peer in board.peers}
    verdicts = {peer: told for peer, told in verdicts.items() if told}
    if not verdicts:
        return ""
    lines = [_tally(f"against {peer}", told) for peer, told in verdicts.items()]
    lines.append(_tally("all", [word for told in verdicts.values() for word in told]))
    heads = (board.first, "data sets", "better", "alike", "worse", "decided comparisons won")
    return _table(heads, lines, text=1)


def _tally(name: str, verdicts: Sequence[str]) -> list[str]:
    tally = Tally.of(verdicts)
    share = "" if tally.share is None else f"{tally.share:.0%}"
    return [name, *map(str, (len(verdicts), tally.better, tally.alike, tally.worse)), share]


def losses(board: Board) -> str:
    """Every comparison that the first lost."""
    lines = [_loss(each, peer) for each in board.sets for peer, pair in each.pairs.items() if pair.verdict == "worse"]
    if not lines:
        return f"No comparison was lost by {board.first}." if any(each.pairs for each in board.sets) else ""
    return _table(("lost on", "to", "metric", board.first, "the other", "better by (95 %)"), lines, text=3)


def _loss(each: Judged, peer: str) -> list[str]:
    pair = each.pairs[peer]
    scores = [_score(score) for score in pair.scores]
    return [each.name, peer, each.metric, *scores, "" if pair.found is None else pair.found.told()]


def overruns(board: Board) -> str:
    """Who took more than the budget by more than 5 %, and where."""
    over = sorted(filter(_overran, board.rows), key=lambda row: -row["overrun_percent"])
    lines = []
    for peer in board.peers:
        mine = [_late(row, board) for row in over if row["peer"] == peer]
        lines += [f"* {peer} ({len(mine)}): {', '.join(mine)}"] if mine else []
    return "\n".join([f"Fit seconds more than {_OVERRUN:.0f} % over the budget:", "", *lines]) if lines else ""


def _late(row: Row, board: Board) -> str:
    return f"{_where(row, board)} {row['fit_s']:.0f} s (+{row['overrun_percent']:.0f} %)"


def _overran(row: Row) -> bool:
    return row.get("overrun_percent", 0.0) > _OVERRUN


def failures(board: Board) -> str:
    """Every run without a score, and the last line it said."""
    lines = [f"* {row['peer']} on {_where(row, board)}: `{row['failed']}`" for row in board.rows if "failed" in row]
    return "\n".join(["Failed:", "", *lines]) if lines else "No run failed."


def memory(board: Board) -> str:
    """Peak memory on the data sets of more than 100,000 rows."""
    tall = [each for each in board.sets if any(_rows(row) > _TALL for row in each.rows)]
    if not tall:
        return ""
    lines = [
        [each.name, f"{max(map(_rows, each.rows)):,}", *(_peak(each, peer) for peer in board.peers)] for each in tall
    ]
    title = f"Peak memory above {_TALL:,} rows, in MB: PSS of all processes (in brackets: of the largest alone):"
    return title + "\n\n" + _table(("data set", "rows", *board.peers), lines, text=1)


def _rows(row: Row) -> int:
    return int(row["train_rows"] + row["test_rows"])


def _peak(each: Judged, peer: str) -> str:
    rows = [row for row in each.rows if row["peer"] == peer]
    trees = [row["peak_tree_mb"] for row in rows if "peak_tree_mb" in row]
    alone = [row["peak_process_mib"] * 1.048576 for row in rows if "peak_process_mib" in row]
    return f"{max(trees):,.0f}" if trees else f"({max(alone):,.0f})" if alone else ""


def scores(board: Board) -> str:
    """All scores, the mean over splits; the best of a data set is bold."""
    lines = [[each.name, each.metric, *(_best(each, peer) for peer in board.peers)] for each in board.ranked]
    return _table(("data set", "metric", *board.peers), lines, text=2) if lines else ""


def promises(board: Board) -> str:
    """What the first promises beyond scores: quick answers, honest probabilities and intervals, a small bundle."""
    mine = [(each, [row for row in each.rows if row["peer"] == board.first]) for each in board.sets]
    lines = [_promise(each, rows) for each, rows in mine if any("one_row_ms" in row for row in rows)]
    if not lines:
        return ""
    heads = ("data set", "rows", "one row, median ms", "99 %", "bundle MB", "calibration error", "intervals hold")
    title = f"What {board.first} promises beyond scores (how each is measured: `runners/tenfold_promises.py`):"
    return "\n\n".join([title, _table(heads, lines, text=1), _pooled(board)])


def _promise(each: Judged, rows: Sequence[Row]) -> list[str]:
    worst = {name: max((row[name] for row in rows if name in row), default=None) for name in _MEASURED}
    one, late, size, error = worst.values()
    held = "" if each.held is None else f"{each.held[0] / each.held[1]:.1%}"
    return [each.name, f"{max(map(_rows, rows)):,}", f"{one:.2f}", f"{late:.2f}", f"{size:.1f}",
            "" if error is None else f"{error:.3f}", held]  # fmt: skip


def _pooled(board: Board) -> str:
    """All intervals together, of data sets that were not split by time: there, tomorrow need not be like today."""
    counts = [each.held for each in board.sets if each.held and all(row["by"] != "time" for row in each.rows)]
    held, rows = sum(one for one, _ in counts), sum(all_of for _, all_of in counts)
    return f"Intervals of all data sets that were not split by time, together: {held / rows:.1%} hold." if rows else ""


def _best(each: Judged, peer: str) -> str:
    told = _score(each.scores[peer])
    return f"**{told}**" if each.ranks[peer] == min(each.ranks.values()) and each.scores[peer] is not None else told


def _score(score: float | None) -> str:
    return "failed" if score is None else f"{score:.5g}"


def _where(row: Row, board: Board) -> str:
    """The data set; and the split, where there are several of it."""
    several = len({each["seed"] for each in board.rows if each["data"] == row["data"]}) > 1
    return f"{row['data']} (split {row['seed']})" if several else str(row["data"])


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]], text: int) -> str:
    """A Markdown table; all but the first ``text`` columns are set to the right."""
    rule = ["---"] * text + ["---:"] * (len(heads) - text)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, rule, *lines))
