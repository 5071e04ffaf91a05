"""Step 7: candidates compete on rows that they were not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tenfold.core.errors import UserError
from tenfold.core.memory import give_back
from tenfold.core.result import Context, Result
from tenfold.core.units import number
from tenfold.learning.candidates import Size, candidate
from tenfold.learning.question import Question
from tenfold.learning.search.baseline import dummy_trial
from tenfold.learning.search.competition import Competition, compete, fold_limit, learning_curve
from tenfold.learning.search.portfolio import Portfolio
from tenfold.learning.search.stated import Stated
from tenfold.learning.trials.bench import Bench, prepare
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.journal import FoldJournal
from tenfold.learning.trials.trial import Trial
from tenfold.steps.features.result import Recipes
from tenfold.steps.modeling.chapter import chapter
from tenfold.steps.modeling.checking import check
from tenfold.steps.modeling.config import Modeling
from tenfold.steps.modeling.leaderboard import leaderboard
from tenfold.steps.modeling.preparing import design, ready
from tenfold.steps.modeling.result import CurvePoint, Modeled

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-004": (
        "no candidate that is named can keep the directions of `features.monotone`",
        "name lightgbm, extra_trees or catboost, or leave the directions out",
    ),
    "TF-MODEL-009": (
        "a candidate that is named needs a library that is not installed",
        "pip install 'tenfold[torch]' (the message says which extra), or leave it out",
    ),
}

#: Seconds for what comes after the last fold: leaderboard and saving.
_LAST = 0.5


def run(
    config: Modeling, train: Path, recipes: Recipes, question: Question, context: Context,
    *, journal: Path | None = None, stated: Stated | None = None,
) -> Result[Modeled]:  # fmt: skip
    """Judge every candidate out-of-fold, within ``context.deadline``.

    ``train``: ``train.parquet`` of step 4; ``journal``: a folder where finished folds are kept, so that a stopped
    competition goes on; ``stated``: what the user says of parameters, `config.parameters` alone when left out. The
    result is partial when the user stopped it.

    Raises:
        UserError: a library is missing for a candidate that is named, or a parameter is none of its candidate's.
    """
    stated = stated or Stated(config.parameters)
    check(config, question.task, stated.space)
    prepare(context)
    data = ready(train, recipes.schema, question, context)
    folds_done = FoldJournal(journal)
    plan = folds_done.design(design(data, context.deadline, context.seed))
    known = Portfolio.load(context.root / config.portfolio if config.portfolio else None)
    limit = fold_limit(context.deadline.minus(_LAST))
    size = replace(data.size(plan), texts=recipes.by_family["trees"].reads_texts)
    passed_over = _passed_over(config, size, question, limit)
    left_out = unable([name for name in config.names if name not in passed_over], recipes)
    configurations = [
        _configuration(name, stated, recipes, size, question, known)
        for name in config.names
        if name != "dummy" and name not in {**left_out, **passed_over}
    ]
    with data.bench(plan, context) as bench:
        data = data.on_the_bench()
        give_back()
        bench.journal, bench.handed_on = folds_done, True
        competition = _compete(bench, configurations, context)
        dummy = dummy_trial(bench.data, competition.splits)
        target, weights = bench.data.target[bench.rows(competition.splits)], bench.weights(competition.splits)
        curve = learning_curve(bench, competition.trials, context.deadline.minus(_LAST), context.stopping)
        folds = bench.folds
    if not context.stopping():
        folds_done.clear()
    trials = (dummy, *competition.trials)
    board = leaderboard(trials, target, question, dummy, weights)
    value = Modeled(
        trials, plan, competition.splits, board, competition.seconds_per_fold,
        tuple(CurvePoint(rows, value) for rows, value in curve), data.rows, folds,
        pace=competition.pace, left_out=left_out,
        weighted=recipes.schema.weight.name if recipes.schema.weight else "",
        passed_over=passed_over,
    )  # fmt: skip
    return Result(context.step, value, chapter(value, question), partial=context.stopping())


def _passed_over(config: Modeling, size: Size, question: Question, seconds: float | None) -> dict[str, str]:
    """Candidates that nobody named and that had better not compete here, and why."""
    if config.candidates != "auto":
        return {}
    others = [name for name in config.names if name != "dummy"]
    found = {name: candidate(name).unsuited(question.task, size, seconds) for name in others}
    return {name: why for name, why in found.items() if why}


def unable(names: Sequence[str], recipes: Recipes) -> dict[str, str]:
    """Candidates that cannot keep the promises of `features.monotone`, and why they do not compete.

    Raises:
        UserError: nobody else is left but the dummy.
    """
    if not any(recipe.monotone for recipe in recipes.by_family.values()):
        return {}
    others = [name for name in names if name != "dummy"]
    why = "it cannot keep the directions of `features.monotone`"
    found = {name: why for name in others if not candidate(name).monotone}
    if len(found) == len(others):
        raise UserError.of(
            "TF-MODEL-004", f"{' and '.join(others)} cannot keep the directions of `features.monotone`",
            "modeling.candidates", expected="lightgbm, extra_trees or catboost among them",
            do="name one of these, or leave the directions out",
        )  # fmt: skip
    return found


def _configuration(
    name: str, stated: Stated, recipes: Recipes, size: Size, question: Question, portfolio: Portfolio
) -> Configuration:
    model = candidate(name)
    parameters = stated.settled(name, portfolio.of(name, question.task, size)[0].parameters)
    recipe = recipes.by_family[model.family]
    return Configuration(name, replace(recipe, dense=True) if model.dense else recipe, parameters)


def _compete(bench: Bench, configurations: list[Configuration], context: Context) -> Competition:
    best: list[Trial] = []

    def progress(trial: Trial) -> None:
        if trial.outcome == "done":
            best[:] = [max([*best, trial], key=lambda each: bench.question.metric.sign * each.score)]
            context.say(f"{trial.candidate}: {number(trial.score)}", score=best[0].score)
        else:
            context.say(f"{trial.candidate}: {trial.outcome} ({trial.reason})")

    return compete(bench, configurations, context.deadline.minus(_LAST), context.stopping, progress)
