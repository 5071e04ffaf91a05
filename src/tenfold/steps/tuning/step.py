"""Step 8: search, weigh, calibrate, decide, and fit for good. At every moment there is a best model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tenfold.core import identity
from tenfold.core.clock import Deadline
from tenfold.core.memory import give_back
from tenfold.core.result import Context, Result
from tenfold.core.units import number
from tenfold.learning.folds import Design
from tenfold.learning.question import Question
from tenfold.learning.refitting import final_seconds
from tenfold.learning.scoring import gain
from tenfold.learning.search.baseline import dummy_trial
from tenfold.learning.search.competition import Competition, compete, deepen
from tenfold.learning.search.journal import Journal
from tenfold.learning.search.plan import Entry, entry, skipped
from tenfold.learning.search.planner import Limits, Planner
from tenfold.learning.search.portfolio import Portfolio
from tenfold.learning.search.stated import Stated
from tenfold.learning.search.studies import Studies
from tenfold.learning.search.variants import variants
from tenfold.learning.trials.bench import Bench, finish, prepare
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import BROKEN, Trial
from tenfold.schema import Schema
from tenfold.steps.features.result import Recipes
from tenfold.steps.modeling.preparing import Ready, ready
from tenfold.steps.modeling.result import Modeled
from tenfold.steps.tuning import pruning as served
from tenfold.steps.tuning.assembling import assemble
from tenfold.steps.tuning.chapter import chapter
from tenfold.steps.tuning.config import Tuning
from tenfold.steps.tuning.reading import reading_ms
from tenfold.steps.tuning.result import Tuned
from tenfold.steps.tuning.selection import FIRST, by_score

#: Trials where neither time nor a number limits them.
_UNHURRIED = 30
#: Seconds kept for weighing, calibration, proofs and saving, on top of the last fits; and the most of the time left
#: that may be kept.
_KEPT, _MOST = 2.5, 0.4
#: Seconds for what comes after the last fit: calibration, threshold, leaderboard, saving.
_LAST = 1.0
#: Milliseconds that an answer takes besides reading and graph; the least share of the time that is left for the graph.
_ANSWER, _LEAST = 0.1, 0.2
#: Seconds that the cheapest candidate may be late with its first fold when there is nothing but the dummy.
LATE = 5.0
_UNLIMITED = served.Limits()
_FREE = Stated()
#: Trials within this share of the way from the worst to the best may become members.
_NEAR = 0.05


def run(
    config: Tuning, train: Path, recipes: Recipes, modeled: Modeled, question: Question, context: Context,
    *, journal: Path | None = None, simple_margin: float = 0.01, limits: served.Limits = _UNLIMITED,
    portfolio: str | None = None, stated: Stated = _FREE,
) -> Result[Tuned]:  # fmt: skip
    """The best model that the time allows, fitted on all training rows and proven.

    ``journal``: a folder where completed trials are kept, so that a stopped search goes on; ``simple_margin``: see
    ``modeling.simple_margin``; ``limits``: what answering a row may take, reading it included; ``portfolio``: see
    ``modeling.portfolio``; ``stated``: what the user says of parameters. The result is partial when the user stopped
    it.
    """
    prepare(context)
    data = ready(train, recipes.schema, question, context)
    limits = _of_graph(limits, recipes.schema, data)
    with data.bench(modeled.design, context, modeled.bench) as bench:
        data = data.on_the_bench()
        give_back()
        known = _deepened(modeled, bench, context)
        first = Portfolio.load(context.root / portfolio if portfolio else None)
        trials, plan = _search(config, data, modeled.design, known, (first, stated), bench, context, journal)
        end = context.deadline.minus(_LAST)
        plan += [skipped(name, "default", why) for name, why in modeled.passed_over.items()]
        value, facts = assemble(config, bench, recipes.schema, known.splits, trials, end, simple_margin, limits)
    finish(context, data.rows)
    value = replace(value, plan=tuple(plan))
    told = frozenset(trial.name for trial in modeled.trials if trial.outcome in BROKEN)
    facts = replace(
        facts, told=told, weighted=modeled.weighted, level=config.level, time_ordered=modeled.design.time_ordered
    )
    return Result(context.step, value, chapter(value, facts, question), partial=context.stopping())


def _of_graph(limits: served.Limits, schema: Schema, data: Ready) -> served.Limits:
    """What of the time for a row is the graph's: reading the record and making the answer take some of it."""
    if math.isinf(limits.latency_ms):
        return limits
    left = limits.latency_ms - reading_ms(schema, data.examples.features) - _ANSWER
    return replace(limits, latency_ms=max(_LEAST * limits.latency_ms, left))


def _deepened(modeled: Modeled, bench: Bench, context: Context) -> Competition:
    """The candidates' trials, judged on more folds where modeling had no time for them; the dummy first."""
    learned = tuple(trial for trial in modeled.trials if trial.candidate != "dummy")
    if learned and all(trial.out_of_fold is None for trial in learned):
        after = _again(learned, bench, context)
    else:
        before = Competition(learned, modeled.splits, modeled.seconds_per_fold, modeled.pace)
        after = deepen(bench, before, context.deadline, context.stopping, lambda trial: None)
    return replace(after, trials=(dummy_trial(bench.data, after.splits), *after.trials))


def _again(learned: Sequence[Trial], bench: Bench, context: Context) -> Competition:
    """The candidates' competition anew, where modeling had not the time for a single fold."""
    cheapest = learned[: bench.workers]  # more than one on each core would only take time from each other
    configurations = [Configuration.of(each) for each in cheapest]
    progress = _progress(bench.question, (), context)
    found = compete(bench, configurations, context.deadline.within(_MOST), context.stopping, progress)
    others = learned[bench.workers :]
    if context.stopping() or any(trial.out_of_fold is not None for trial in found.trials):
        return replace(found, trials=(*found.trials, *others))
    late = compete(bench, configurations[:1], Deadline.after(LATE), context.stopping, progress)
    return replace(late, trials=(*late.trials, *found.trials[1:], *others))


def _search(
    config: Tuning, data: Ready, design: Design, known: Competition, given: tuple[Portfolio, Stated], bench: Bench,
    context: Context, journal: Path | None,
) -> tuple[list[Trial], list[Entry]]:  # fmt: skip
    """All trials, those of the competition first, and the plan as it was carried out."""
    portfolio, stated = given
    plan = [entry(trial, "default", _why(trial)) for trial in known.trials]
    best = by_score(data.question, known.trials)
    tunable = [trial for trial in best if stated.tunable(trial.candidate)]
    if config.method == "none" or not tunable:
        return list(known.trials), plan
    size = data.size(design)
    ranked = [trial.candidate for trial in tunable]
    looks = {trial.candidate: variants(trial.recipe) for trial in tunable}
    reached = {trial.candidate: gain(data.question, trial.score) for trial in tunable}
    studies = Studies(data.question, size, ranked, config.method, context.seed, portfolio, stated, looks, reached)
    kept = Journal(journal, _identity(data, known, config, context, bench.workers))
    planner = Planner(
        bench, studies, {trial.candidate: trial.recipe for trial in tunable}, known.splits, best,
        _limits(config, known.splits, context, bench), kept,
        _progress(data.question, best, context), FIRST, known.pace, known.seconds_per_fold,
    )  # fmt: skip
    return [*known.trials, *planner.run()], [*plan, *planner.plan()]


def _why(trial: Trial) -> str:
    return "what every other has to beat" if trial.candidate == "dummy" else "a candidate's own defaults"


def _count(config: Tuning, context: Context) -> int | None:
    counts = [each for each in (config.trials, context.trials) if each is not None]
    if counts:
        return min(counts)
    return _UNHURRIED if math.isinf(context.deadline.at) else None


def _limits(config: Tuning, splits: Sequence[int], context: Context, bench: Bench) -> Limits:
    """The search has to end early enough for its best trials to be fitted on all rows and proven."""
    most = context.deadline.left() * _MOST

    def until(trials: Sequence[Trial]) -> Deadline:
        if math.isinf(most):
            return context.deadline
        members = _promising(bench.question, trials)[: min(config.members, 4) if config.ensemble else 1]
        fits = [final_seconds(bench, trial, splits) for trial in members]
        return context.deadline.minus(min(_KEPT + 1.2 * sum(fits) / bench.workers, most))

    counted = config.trials is not None or context.trials is not None
    return Limits(until, _count(config, context), context.stopping, thorough=counted)


def _promising(question: Question, trials: Sequence[Trial]) -> list[Trial]:
    """The trials that may become members: not far behind the best, on the way from the dummy to it."""
    ranked = by_score(question, trials)
    gains = [gain(question, trial.score) for trial in ranked]
    dummy = next((value for trial, value in zip(ranked, gains, strict=True) if trial.candidate == "dummy"), gains[-1])
    bar = gains[0] - _NEAR * (gains[0] - dummy)
    return [trial for trial, value in zip(ranked, gains, strict=True) if value >= bar]


def _identity(data: Ready, known: Competition, config: Tuning, context: Context, workers: int) -> str:
    """What trials depend on; a change in any of it starts another journal."""
    trials = [[t.candidate, t.recipe.identity, dict(t.parameters)] for t in known.trials if t.out_of_fold is not None]
    return identity.of_value([data.identity, trials, known.splits, config.method, context.seed, workers])


def _progress(question: Question, known: Sequence[Trial], context: Context) -> Callable[[Trial], None]:
    best = [max((gain(question, t.score) for t in known), default=-math.inf)]

    def progress(trial: Trial) -> None:
        best[0] = max(best[0], gain(question, trial.score)) if trial.outcome == "done" else best[0]
        said = number(trial.score) if trial.outcome == "done" else trial.outcome
        context.say(f"trial {trial.number}, {trial.candidate}: {said}", score=question.metric.sign * best[0])

    return progress
