"""What step 7 tells the report."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tenfold.core import charts
from tenfold.core.chapter import Block, Chapter, Facts, Figure, Finding, Grid, Text
from tenfold.core.units import human_bytes, number
from tenfold.learning.candidates import candidate
from tenfold.learning.question import Question
from tenfold.learning.scoring import gain
from tenfold.learning.trials.trial import BROKEN, Trial
from tenfold.steps.modeling.result import Modeled, Standing

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-101": (
        "a candidate did not finish: it failed, it got no memory, or the time was up",
        "see the reason; allow more time, or more memory (`problem: {constraints: {memory: 8 GB}}`); others "
        "compete without it",
    ),
    "TF-MODEL-106": (
        "a candidate does not compete, as it cannot keep the directions of `features.monotone`",
        "leave the directions out to see it compete",
    ),
}

#: Secondary metrics that the leaderboard shows, by task.
SHOWN = {
    "binary": ("roc_auc", "average_precision", "log_loss", "accuracy", "precision", "recall", "f1"),
    "multiclass": ("log_loss", "accuracy", "roc_auc", "average_precision", "precision", "recall", "f1"),
    "regression": ("rmse", "mae", "r2"),
}
#: What helps a candidate that ran out of memory.
_MORE_MEMORY = " Where the machine has it, allow more: `problem: {constraints: {memory: 8 GB}}`."


def chapter(modeled: Modeled, question: Question) -> Chapter:
    """The leaderboard, how it came about, and what is noteworthy."""
    metric = question.metric
    best = modeled.leaderboard[0]
    judged = len(modeled.splits)
    on = "" if judged >= modeled.folds else f" on {judged} of {modeled.folds} folds"
    score = best.metrics.get(metric.name)
    summary = f"{best.name} leads: {metric.title} {number(math.nan if score is None else score)} out-of-fold{on}."
    blocks: list[Block] = [_how(modeled), board_grid(modeled.leaderboard, question)]
    blocks += [*flattery(modeled.finished), _costs(modeled)]
    blocks += _figures(modeled, question)
    return Chapter("modeling", "Modeling", summary, tuple(blocks), _findings(modeled, question))


def _how(modeled: Modeled) -> Facts:
    judged = f"{len(modeled.splits)} of {modeled.folds} folds"
    if modeled.design.time_ordered:
        judged += ", each trained on what came before it"
    items = [("judged on", judged), ("training rows", f"{modeled.rows:,}")]
    if modeled.weighted:
        items.append(("weighted by", f"{modeled.weighted}, in every fit and every score"))
    if modeled.design.train_cap:
        items.append(("rows per fold", f"a random {modeled.design.train_cap:,} to learn from"))
    if modeled.design.valid_cap:
        items.append(("rows judged", f"at most {modeled.design.valid_cap:,} per fold"))
    return Facts(tuple(items))


def metric_names(question: Question) -> list[str]:
    """The question's own metric, then the secondary ones."""
    first = question.metric.name
    return [first, *(name for name in SHOWN[question.task] if name != first)]


def board_grid(board: tuple[Standing, ...], question: Question, note: str = "") -> Grid:
    """The leaderboard as a table: metrics, spread over the folds, training score, fit in words."""
    names = metric_names(question)
    rows = tuple(
        (each.name, *(each.metrics.get(name) for name in names), each.spread, each.train_score, each.fit or each.reason)
        for each in board
    )
    return Grid(
        "Leaderboard (out-of-fold)", ("model", *names, "fold spread", "on training rows", "remark"), rows,
        f"Fold spread is the standard deviation of the metric over folds. {note}".strip(),
    )  # fmt: skip


def flattery(trials: Iterable[Trial]) -> list[Block]:
    """Whose scores are a little too good, because the rows that they come from also ended the boosting."""
    names = sorted({trial.candidate for trial in trials if trial.rounds and candidate(trial.candidate).stops_early})
    if not names:
        return []
    return [
        Text(
            f"Training in rounds ({', '.join(names)}) stops where the very rows that it is scored on are answered "
            "best, which flatters its out-of-fold scores slightly; sealed rows and nested cross-validation are free of "
            "it."
        )
    ]


def _costs(modeled: Modeled) -> Grid:
    rows = tuple(
        (
            each.name,
            round(each.seconds, 2),
            human_bytes(each.peak_bytes) if each.peak_bytes else "",
            each.latency_ms,
            human_bytes(each.size_bytes) if each.size_bytes else "",
        )
        for each in modeled.leaderboard
    )
    return Grid(
        "What each one costs", ("model", "seconds to fit", "memory", "ms per row (pipeline)", "size"), rows,
        "Seconds are summed over the folds. The released graph answers a row many times faster than the pipeline.",
    )  # fmt: skip


def _figures(modeled: Modeled, question: Question) -> list[Block]:
    values = {}
    for trial in modeled.finished:
        low, high = min(trial.fold_scores), max(trial.fold_scores)
        if trial.candidate != "dummy" and low == low and high == high:
            values[trial.candidate] = (trial.score, low, high)
    dummy = modeled.trials[0].score
    figures: list[Block] = []
    if values:
        spec = charts.intervals(values, x=question.metric.title, reference=dummy if dummy == dummy else None)
        figures.append(Figure("Candidates", spec, "Score out-of-fold; the line spans the folds. Dashed: the dummy."))
    if modeled.curve:
        points = {"out-of-fold": [(point.rows, point.score) for point in modeled.curve]}
        spec = charts.lines(points, x="rows learned from", y=question.metric.title, points=True)
        figures.append(Figure("Learning curve", spec, "Where it still rises at the right, more rows would help."))
    return figures


def _findings(modeled: Modeled, question: Question) -> tuple[Finding, ...]:
    found = [
        Finding(
            "TF-MODEL-101", "problem" if trial.outcome in BROKEN else "warning", trial.candidate,
            f"It did not finish: {trial.outcome} ({trial.reason}).",
            "The others compete without it." + (_MORE_MEMORY if trial.outcome == "memory" else ""),
        )
        for trial in modeled.trials
        if trial.out_of_fold is None and trial.outcome != "pruned"  # that is no trouble; the leaderboard says it
    ]  # fmt: skip
    found += [
        Finding("TF-MODEL-106", "note", name, f"It does not compete: {why}.",
                "Leave the directions out to see it compete.")
        for name, why in modeled.left_out.items()
    ]  # fmt: skip
    found += [
        Finding("TF-MODEL-107", "warning", trial.candidate,
                f"Its `fit` takes no `sample_weight`: it learns from all rows alike, whatever {modeled.weighted} says.",
                "Give its `fit` the parameter, or leave the candidate out; its scores are weighted.")
        for trial in modeled.trials
        if modeled.weighted and not candidate(trial.candidate).weighted
    ]  # fmt: skip
    others = [trial for trial in modeled.finished if trial.candidate != "dummy"]
    dummy = modeled.trials[0]
    if not others and found and all(trial.outcome in BROKEN for trial in modeled.trials[1:]):
        found.append(Finding("TF-MODEL-105", "problem", "candidates",
                             "Every candidate failed; only the dummy, a constant answer, is left.",
                             "See what each said, and correct it."))  # fmt: skip
    elif not modeled.trials[1:]:
        found.append(Finding("TF-MODEL-108", "problem", "candidates",
                             "Only the dummy, a constant answer, competes: no other candidate was named.",
                             "Name others under `modeling.candidates`, or leave it out."))  # fmt: skip
    elif not others:
        found.append(Finding("TF-MODEL-102", "problem", "budget",
                             "No model was done in time; only the dummy, a constant answer, is left.",
                             "Give more time: --budget 60s or more."))  # fmt: skip
    elif max(gain(question, trial.score) for trial in others) <= gain(question, dummy.score):
        found.append(Finding("TF-MODEL-103", "problem", "features", "No candidate beats the dummy out-of-fold.",
                             "The columns may say nothing about the target; look at exploration."))  # fmt: skip
    if len(modeled.splits) < modeled.folds and others:
        found.append(Finding("TF-MODEL-104", "note", "folds",
                             f"Judged on {len(modeled.splits)} of {modeled.folds} folds: there was no time for more.",
                             "Give more time for surer scores."))  # fmt: skip
    return tuple(found)
