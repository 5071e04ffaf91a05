"""What step 10 is handed: the validated model, and what the steps can vouch for on its card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.core import units
from tenfold.learning.question import Question
from tenfold.schema.absence import when_missing
from tenfold.steps.release.inputs import ReleaseInputs
from tenfold.steps.release.packing import decided_from
from tenfold.steps.validation.findings import findings_of
from tenfold.workflow.card_factors import factors, personal_data, preparation

if TYPE_CHECKING:
    from tenfold.steps.cleaning.result import Cleaned
    from tenfold.steps.splitting.result import Parts
    from tenfold.steps.tuning.result import Tuned
    from tenfold.workflow.plan import State


def release_inputs(state: State, question: Question, sealed: Path, looks: Mapping[str, Any]) -> ReleaseInputs:
    """The validated model with everything that its card has to say."""
    tuned: Tuned = state.value("tuning")
    return ReleaseInputs(
        name=state.flow.name,
        specification=state.value("problem"),
        schema=state.value("features").schema,
        task=question.task,
        metric=question.metric.name,
        composition=tuned.composition,
        validated=state.value("validation"),
        parts=state.value("splitting"),
        raw=state.value("data").raw,
        sealed=sealed,
        accepted=state.accepted,
        card=card_evidence(state, question, looks),
    )


def card_evidence(state: State, question: Question, looks: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The sections of the model card that the steps can vouch for; what nobody said stays a gap."""
    return {
        "intended_use": _use(state),
        "factors": factors(state.value("validation")),
        "data": _data(state),
        "training": _training(state, question),
        "metrics": _metrics(state, question),
        "evaluation": {**_evaluation(state), **looks},
        "fairness": _fairness(state),
        "risks": {"register": [risk.model_dump() for risk in state.flow.problem.risks] or None},
        "limitations": {"known": _limitations(state) or None},
    }


def _use(state: State) -> dict[str, Any]:
    asked = state.flow.problem
    return {
        "statement": asked.statement or None,
        "users": list(asked.stakeholders) or None,
        "scope": asked.scope or None,
    }


def _data(state: State) -> dict[str, Any]:
    cleaned: Cleaned = state.value("cleaning")
    collected, parts = state.value("data"), state.value("splitting")
    sources = [
        {"file": Path(each.file).name, "rows": each.rows, "bytes": each.bytes, "sha256": each.sha256}
        for each in collected.sources
    ]
    return {
        "sources": sources,
        "rows": collected.rows,
        "target": state.flow.problem.target,
        "key": cleaned.schema.key.name if cleaned.schema.key else None,
        "quarantined": collected.rows - parts.rows_train - parts.rows_test - parts.rows_gap,
        **_gap(parts),
        "preparation": preparation(state.value("features").schema),
        "optional_columns": _optional(state),
    }


def _gap(parts: Parts) -> dict[str, Any]:
    """The gap in time before what is judged, where there is one."""
    return {"gap_in_time": parts.gap, "rows_in_the_gap": parts.rows_gap} if parts.gap else {}


def _optional(state: State) -> list[dict[str, Any]]:
    """What a request may leave out, how often it was missing in training, and what becomes of it then."""
    missing = {column.name: column.missing for column in state.value("exploration").columns}
    return [
        {
            "column": column.name,
            "missing_in_training": round(missing[column.name], 4),
            "when_missing": when_missing(column, gaps=missing[column.name] > 0),
        }
        for column in state.value("features").schema.features
        if column.optional
    ]


def _training(state: State, question: Question) -> dict[str, Any]:
    parts: Parts = state.value("splitting")
    composition = state.value("tuning").composition
    shares = zip(composition.members, composition.shares.tolist(), strict=True)
    return {
        "rows": parts.rows_train,
        **_promises(state),
        "folds": parts.folds,
        "seed": state.flow.seed,
        "budget": _budget(state),
        "ensemble": {member.name: round(share, 4) for member, share in shares},
        "calibration": f"temperature {composition.temperature:.4g}" if composition.temperature else "none",
        "threshold": decided_from(composition) if question.task == "binary" else f"none: {question.task}",
    }


def _promises(state: State) -> dict[str, Any]:
    """What training was told besides the rows: what they count, and which way the answer may go."""
    weight, directions = state.value("features").schema.weight, state.flow.features.monotone
    weighted = {"weighted_by": weight.name} if weight else {}
    return {**weighted, **({"promised_directions": dict(directions)} if directions else {})}


def _metrics(state: State, question: Question) -> dict[str, Any]:
    measured = state.value("validation").metrics
    return {
        "chosen_by": question.metric.name,
        **({"weighted_by": state.value("validation").weighted} if state.value("validation").weighted else {}),
        "values": {name: each.value for name, each in measured.items()},
        "intervals": {name: [each.interval.low, each.interval.high] for name, each in measured.items()},
        "coverage": _coverage(state),
    }


def _coverage(state: State) -> dict[str, Any] | str:
    """How often intervals or sets of labels hold the truth: what is promised, and what was measured."""
    rule, found = state.value("tuning").composition.coverage, state.value("validation").coverage
    if rule is None:
        return "none: answers come without intervals or sets"
    told = {"promised": rule.level, "calibrated": f"on {units.count(rule.rows, 'out-of-fold row')}"}
    if found is None:
        told["measured"] = "no: there was no other fold"
    else:
        told |= {"measured": found.covered.value, "low": found.covered.low, "high": found.covered.high}
        told["labels_in_a_set" if found.by_class else "mean_width"] = found.size
    if state.value("splitting").time_ordered:
        told["beware"] = "rows follow time, and the promise is proven for exchangeable ones only"
    return told


def _evaluation(state: State) -> dict[str, Any]:
    validated, parts = state.value("validation"), state.value("splitting")
    return {
        "rows": validated.rows,
        "sealed": parts.seal,
        "baseline": {name: each.baseline for name, each in validated.metrics.items()},
        "accepted": dict(state.accepted) or None,
    }


def _fairness(state: State) -> dict[str, Any]:
    compared = state.value("validation").fairness
    measures = [
        {"column": each.column, "measure": name, "value": interval.value, "low": interval.low, "high": interval.high}
        for each in compared
        for name, interval in each.differences.items()
    ]
    return {
        "sensitive": list(state.flow.problem.fairness.sensitive) or None,
        "measures": measures or None,
        "personal_data": personal_data(state.value("exploration").findings),
    }


def _limitations(state: State) -> list[str]:
    validated = state.value("validation")
    nested = "by nested cross-validation of models whose parameters were searched for on the same rows"
    how = nested if validated.nested else "out-of-fold, on rows that helped to choose the model"
    how += "; there was too little time for nested cross-validation" if validated.unfinished else ""
    how += f"; there was no time to choose among {' and '.join(validated.left_out)}" if validated.left_out else ""
    found = [] if validated.sealed else [f"Nothing was sealed: the figures are {how}."]
    told = {step: stored.chapter.findings for step, stored in state.done.items()}
    told["validation"] = findings_of(validated.with_measured({}, state.accepted))  # it may come from the cache
    noticed = [finding for findings in told.values() for finding in findings]
    for severity in ("problem", "warning"):  # the gravest first
        found += [f"{each.subject}: {each.message}" for each in noticed if each.severity == severity]
    return found


def _budget(state: State) -> str:
    trials, seconds = state.budget.trials, state.budget.seconds or 0.0
    return units.count(trials, "trial") if trials else f"{units.written(seconds)} s"
