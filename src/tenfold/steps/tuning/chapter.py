"""What step 8 tells the report."""

from __future__ import annotations

import itertools
import math
from collections import Counter

from tenfold.bundle.coverage import Rule, SetRule
from tenfold.core import charts, units
from tenfold.core.chapter import Block, Chapter, Facts, Figure, Finding, Grid
from tenfold.core.units import fine, human_seconds, number
from tenfold.learning.question import Question
from tenfold.learning.scoring import AT_BEST, gain
from tenfold.learning.trials.trial import BROKEN, Trial
from tenfold.steps.modeling.chapter import board_grid, flattery
from tenfold.steps.tuning.assembling import Facts as Found
from tenfold.steps.tuning.result import Tuned

#: Lines of the plan that are shown of what ran.
_PLANNED = 40

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-TUNE-101": (
        "a member was left out of the model: no time to fit it, or its graph did not answer as its pipeline does",
        "give more time; what cannot be proven is not released",
    ),
    "TF-TUNE-103": (
        "no candidate could be fitted: the model is the constant answer (the dummy), whatever the record",
        "give more time (--budget), or see what each candidate said, and correct it",
    ),
    "TF-TUNE-105": (
        "trials failed, for the reason that the message gives",
        "nothing: each was lost alone, and the others were not touched",
    ),
    "TF-TUNE-106": (
        "the model stands in for one that did better out-of-fold",
        "give more time (--budget) or fewer rows, unless the other could not be proven",
    ),
    "TF-TUNE-107": (
        "out-of-fold rows are too few for the coverage: answers come without intervals or sets",
        "find more rows, or lower `tuning.coverage`",
    ),
}


def chapter(tuned: Tuned, found: Found, question: Question) -> Chapter:
    """The model, what it is made of, and how the search went."""
    metric = question.metric
    count = len(tuned.parts)
    made = f"An ensemble of {count} models" if count > 1 else f"The best is {tuned.parts[0].name}"
    after = f" after {units.count(tuned.trials, 'trial')}" if tuned.trials else ""
    summary = f"{made}: {metric.title} {number(tuned.score)} out-of-fold{after}."
    if found.instead_of and not found.fallback:
        why = "its graph could not be proven" if _unproven(found) else "no time was left to fit that on all rows"
        summary += f" It stands in for {' and '.join(found.instead_of)}: {why}."
    blocks: list[Block] = [_facts(tuned, found, question), _parts(tuned), _board(tuned, question)]
    blocks += [*flattery(_members(tuned, found)), *_figures(found, question)]
    blocks += [_outcomes(found), _plan(tuned)]
    return Chapter("tuning", "Tuning", summary, tuple(blocks), _findings(tuned, found, question))


def _unproven(found: Found) -> bool:
    """Whether something else stands in because a graph did not answer as its pipeline does."""
    return any(each.unproven for each in found.refits if each.trial.name in found.instead_of)


def _members(tuned: Tuned, found: Found) -> list[Trial]:
    """The trials that the model is made of."""
    names = {part.name for part in tuned.parts}
    return [trial for trial in found.trials if trial.name in names]


def _facts(tuned: Tuned, found: Found, question: Question) -> Facts:
    composition = tuned.composition
    items = [
        (f"{question.metric.title}, this model", number(tuned.score)),
        ("best single trial", number(found.single)),
        ("trials", f"{tuned.trials:,}, besides the candidates' own"),
        ("rows judged", f"{len(tuned.rows):,}"),
    ]
    if found.weighted:
        what = "in fits, scores, the members' shares, calibration and threshold"
        items.append(("weighted by", f"{found.weighted}, {what}"))
    if composition.temperature is not None:
        items.append(("temperature", number(composition.temperature)))
        items.append(
            ("log loss before and after", f"{fine(found.uncalibrated or 0.0)} → {fine(found.calibrated or 0.0)}")
        )
    if composition.threshold is not None:
        items.append((f"counts as {composition.positive!r} from", number(composition.threshold)))
    if composition.coverage is not None:
        items.append(_covered(composition.coverage))
    if found.reason:
        items.append(("why this one", found.reason))
    items += [*_over_simple(tuned, found), *_cut(found)]
    return Facts(tuple(items))


def _over_simple(tuned: Tuned, found: Found) -> list[tuple[str, str]]:
    """What it buys that the model is not the linear one."""
    compared = found.bought
    if compared is None or {part.configuration.candidate for part in tuned.parts} <= {"linear", "dummy"}:
        return []
    most = "" if math.isinf(compared.most) else f", at most {compared.most:.1%}"
    told = f"{fine(abs(compared.gained))} {'better' if compared.gained > 0 else 'worse'}"
    return [("than the linear model", f"{told}: {compared.share:.1%} of the way from the dummy to it{most} (95 %)")]


def _cut(found: Found) -> list[tuple[str, str]]:
    """What was left out so that the model answers in time, and what that cost."""
    pruned = found.pruned
    items = [("its graph, for one row", f"{pruned.latency_ms:.2g} ms")] if pruned.latency_ms else []
    if pruned.trimmed:
        told = ", ".join(f"{name}: {left} of {all_} folds" for name, left, all_ in pruned.trimmed)
        items.append(("trimmed to answer, and be proven, in time", told))
    if pruned.dropped:
        items.append(
            ("left out to answer in time", f"{', '.join(pruned.dropped)}: {fine(pruned.lost)} lost out-of-fold")
        )
    return items


def _covered(rule: Rule) -> tuple[str, str]:
    level = units.percent(rule.level)
    if isinstance(rule, SetRule):
        return f"{level} set", f"the likeliest and the predicted label, others from a probability of {fine(rule.least)}"
    narrow, wide = (f"± {number(end(rule.half_widths))}" for end in (min, max))
    return f"{level} interval", narrow if narrow == wide else f"{narrow} to {wide}, by the predicted value"


def _board(tuned: Tuned, question: Question) -> Grid:
    """Finished trials; those that were pruned or cut off are counted below it."""
    limit = tuned.composition.threshold
    own = question.task == "binary" and question.metric.name in AT_BEST
    single = "each single trial where it does best" if own else "single trials at 0.5"
    note = "" if limit is None else f"This model decides at {limit:.3g}, {single}: compare decisions with care."
    return board_grid(tuple(line for line in tuned.leaderboard if line.metrics), question, note)


def _parts(tuned: Tuned) -> Grid:
    rows = tuple(
        (
            part.name,
            round(part.weight, 3),
            f"{part.folds} × {part.rows - part.rows // part.folds:,}" if part.folds > 1 else f"{part.rows:,}",
            human_seconds(part.seconds),
            _settings(part.configuration.parameters),
        )
        for part in tuned.parts
    )
    note = "Fitted on training rows only, and proven. n × rows: the mean of n models, each without the rows of a fold."
    return Grid("What it is made of", ("member", "weight", "rows", "time to fit", "parameters"), rows, note)


def _settings(parameters: object) -> str:
    items = parameters.items() if hasattr(parameters, "items") else ()
    return ", ".join(f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in items)


def _figures(found: Found, question: Question) -> list[Block]:
    done = [trial for trial in found.trials if trial.out_of_fold is not None and trial.candidate != "dummy"]
    if len(done) < 5:
        return []
    sign = question.metric.sign
    best = list(itertools.accumulate((gain(question, trial.score) for trial in done), max))
    series = {
        "best so far": [(place, sign * value) for place, value in enumerate(best, 1)],
        "trial": [(place, trial.score) for place, trial in enumerate(done, 1)],
    }
    spec = charts.lines(series, x="trials completed", y=question.metric.title)
    return [Figure("The search", spec, "Where it is flat at the right, more time would hardly help.")]


def _plan(tuned: Tuned) -> Grid:
    """What was tried in its order, and what was not: always the last lines, however many there were."""
    ran = [each for each in tuned.plan if each.outcome != "skipped"]
    over = [each for each in tuned.plan if each.outcome == "skipped"]
    shown = [*ran[:_PLANNED], *over]
    rows = tuple(
        (each.name, each.source, _percent(each.gain), _percent(each.added), _took(each.expected), _took(each.seconds),
         each.outcome, each.why)
        for each in shown
    )  # fmt: skip
    more = f" The first {_PLANNED} of {len(ran)} are shown; plan.json holds all." if len(ran) > _PLANNED else ""
    note = f"Gains are those of the ensemble, as shares of the way from the dummy to the best trial.{more}"
    names = ("trial", "from", "promised", "added", "expected", "took", "outcome", "why")
    return Grid("The plan", names, rows, note)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.2%}"


def _took(seconds: float | None) -> str:
    return "" if seconds is None else human_seconds(seconds)


def _outcomes(found: Found) -> Grid:
    counts = Counter((trial.candidate, trial.outcome) for trial in found.trials)
    seconds: Counter[tuple[str, str]] = Counter()
    for trial in found.trials:
        seconds[trial.candidate, trial.outcome] += round(trial.seconds)
    rows = tuple((name, outcome, count, seconds[name, outcome]) for (name, outcome), count in sorted(counts.items()))
    pruned = any(outcome == "pruned" for _, outcome in counts)
    note = "Pruned: far behind on its first fold, or answering as a candidate did already." if pruned else ""
    return Grid("Trials", ("candidate", "outcome", "trials", "seconds"), rows, note)


def _findings(tuned: Tuned, found: Found, question: Question) -> tuple[Finding, ...]:
    notes = []
    for each in found.refits:
        if each.member is None or (each.unproven and tuned.kind == "onnx"):
            notes.append(
                Finding("TF-TUNE-101", "warning", each.trial.name,
                        f"It was left out of the model: {each.reason or 'not fitted'}.",
                        _remedy(each.unproven, bool(found.instead_of)))
            )  # fmt: skip
    if found.instead_of and not found.fallback:
        notes.append(Finding("TF-TUNE-106", "warning", ", ".join(part.name for part in tuned.parts),
                             f"It stands in for {', '.join(found.instead_of)}, which did better out-of-fold.",
                             "What cannot be proven is not released." if _unproven(found)
                             else "Give more time: --budget, or fewer rows."))  # fmt: skip
    short = [part for part in tuned.parts if part.rows and part.rows < found.rows]
    if short:
        notes.append(Finding("TF-TUNE-102", "note", ", ".join(part.name for part in short),
                             "Fitted on a sample of the rows: all of them would have taken too long.",
                             "Give more time."))  # fmt: skip
    if found.fallback or tuned.parts[0].name.startswith("dummy"):
        notes.append(_constant(found))
    if tuned.kind == "python":
        notes.append(Finding("TF-TUNE-104", "note", tuned.parts[0].name, "It holds your own code, so it is no graph.",
                             "It is released alone, as a bundle of kind `python`."))  # fmt: skip
    return (*notes, *_coverage(tuned, found), *broken(found))


def _constant(found: Found) -> Finding:
    """Why the model is the dummy, and what helps."""
    learned = [trial for trial in found.trials if trial.candidate != "dummy"]
    failed = bool(learned) and all(trial.outcome in BROKEN for trial in learned)
    said = failed or any(each.unproven for each in found.refits)
    why = "every candidate failed" if failed else found.fallback or "no model was done in time"
    told = f"No candidate could be fitted: this is the constant answer (the dummy), whatever the record; {why}."
    remedy = "See what each said, and correct it." if said else "Give more time: --budget 60s or more."
    if not learned:
        told = "This is the constant answer (the dummy), whatever the record: no other candidate was named."
        remedy = "Name others under `modeling.candidates`, or leave it out."
    subject = "candidates" if failed or not learned else "budget"
    return Finding("TF-TUNE-103", "problem", subject, told, remedy)


def _coverage(tuned: Tuned, found: Found) -> list[Finding]:
    """Why no coverage is promised, or why the promise is not proven."""
    if found.level is None:
        return []
    if tuned.composition.coverage is None:
        return [
            Finding("TF-TUNE-107", "note", "coverage",
                    f"{units.count(len(tuned.rows), 'out-of-fold row')} are too few for {units.percent(found.level)} "
                    "coverage: answers come without intervals or sets.",
                    "Find more rows, or lower `tuning.coverage`.")
        ]  # fmt: skip
    if found.time_ordered:
        return [
            Finding("TF-TUNE-108", "note", "coverage",
                    "Folds follow time, and coverage is proven for exchangeable rows only: later ones may differ.",
                    "Trust what step 9 measures on later rows.")
        ]  # fmt: skip
    return []


def _remedy(unproven: bool, replaced: bool) -> str:
    if unproven:
        return "What cannot be proven is not released."
    return "Give more time." if replaced else "The other members' weights were raised."


def broken(found: Found) -> list[Finding]:
    """Trials that failed in the search, by reason; those of modeling stand in its own chapter."""
    reasons: dict[str, list[str]] = {}
    for trial in found.trials:
        if trial.outcome in BROKEN and trial.name not in found.told:
            reasons.setdefault(trial.reason[:160], []).append(trial.name)
    return [
        Finding("TF-TUNE-105", "note", ", ".join(names[:5]), f"{units.count(len(names), 'trial')} failed: {reason}",
                "Each was lost alone; the others were not touched.")
        for reason, names in reasons.items()
    ]  # fmt: skip
