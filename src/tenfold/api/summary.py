"""A run in a few numbers: for programs (``--json``), for the end of a command, for the top of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tenfold.api.run import Run
from tenfold.bundle.audit import read_manifest
from tenfold.core.chapter import Grid
from tenfold.core.units import finite, written
from tenfold.metrics import METRICS
from tenfold.reports.report import Measure, Verdict
from tenfold.steps.problem.result import Gate

if TYPE_CHECKING:
    from tenfold.steps.validation.result import GateOutcome, Validated


def verdict_of(run: Run) -> Verdict:
    """The answer of a run in one line; that it is a constant answer comes first, whatever the gates say."""
    verdict, warned = _verdict(run), _constant(run)
    if not warned:
        return verdict
    return replace(
        verdict, headline=f"{verdict.headline} (a constant answer)", sentence=f"{warned} {verdict.sentence}".strip()
    )


def _constant(run: Run) -> str:
    """What tuning says where no candidate could be fitted."""
    found = run.chapters["tuning"].findings if "tuning" in run.steps else ()
    return next((each.message for each in found if each.code == "TF-TUNE-103"), "")


def _verdict(run: Run) -> Verdict:
    if run.status == "stopped":
        return Verdict("partial", "Stopped", "What was finished is kept; run again to go on.")
    if run.status == "stopped early":
        return Verdict("partial", "Stopped early", "The best model so far is kept; run again to go on.")
    if run.released is None:
        last = run.steps[-1] if run.steps else "nothing"
        if "tuning" not in run.steps:
            return Verdict("partial", f"Run up to {last}", "Models come with later steps.")
        sealed = bool(run.result("splitting").test_set)
        sentence = "The test rows are still sealed." if sealed else "Nothing was sealed: figures are out-of-fold."
        return Verdict("out-of-fold", "Trained, not released", sentence)
    summary = run.chapters["release"].summary
    if run.released.bundle is None:
        return Verdict("refused", "Not released", summary)
    headline = f"Released: {run.released.model}@{run.released.alias}"
    return Verdict("released", headline, " ".join([summary, *_although(run)]))


def _although(run: Run) -> Iterator[str]:
    """What was not asked of a released model, or was asked in vain."""
    for gate in gates_of(run):
        if gate["status"] == "accepted":
            yield f"Accepted, although {gate['gate']} does not hold: {gate['reason'].rstrip('.')}."
    if run.validated is not None and not run.validated.gates:
        yield "No gates were set."


def gates_of(run: Run) -> list[dict[str, Any]]:
    """Every gate with its value, its status and the reason for it, those on the bundle too once they were measured."""
    if run.validated is None:
        return []
    measured = {each.name: each.value for each in run.released.checked} if run.released else {}
    outcomes = run.validated.with_measured(measured, run.accepted).gates
    return [
        {"name": each.name, "gate": str(each.gate), "value": finite(each.value), "status": each.status,
         "reason": each.reason}
        for each in outcomes
    ]  # fmt: skip


def measures_of(run: Run) -> tuple[Measure, ...]:
    """The numbers that matter: validated ones with their intervals and gates, else the out-of-fold score."""
    validated = run.validated
    if validated is None:
        return _out_of_fold(run)
    gates = {outcome.name: outcome for outcome in validated.gates}
    ordered = sorted(
        validated.metrics.values(), key=lambda each: (each.name != validated.metric, each.name not in gates)
    )
    measures = []
    for each in ordered[:6]:
        gate = gates.get(each.name)
        promise, holds = (_words(gate.gate), gate.gate.holds(each.value)) if gate else ("", None)
        interval = each.interval
        why = _accepted(gate) if gate else ""
        ends = (interval.low, interval.high)
        measures.append(Measure(METRICS[each.name].title, each.value, *ends, promise, holds, accepted=why))
    return (*measures, *_other_gates(validated), *_bundle(run))


def _other_gates(validated: Validated) -> tuple[Measure, ...]:
    """Gates that are no metric of the answers: on fairness. One whose value cannot be told has failed, and is a gap."""
    decided = [each for each in validated.gates if each.name not in validated.metrics and each.status != "pending"]
    return tuple(
        Measure(
            each.name.replace("_", " ").capitalize(), finite(each.value), finite(each.low), finite(each.high),
            _words(each.gate), each.gate.holds(each.value), accepted=_accepted(each),
        )
        for each in decided
    )  # fmt: skip


def _accepted(gate: GateOutcome) -> str:
    return gate.reason if gate.status == "accepted" else ""


def _out_of_fold(run: Run) -> tuple[Measure, ...]:
    if "tuning" not in run.steps:
        return ()
    board = leaderboard_of(run)
    if board is None or not isinstance(board.rows[0][1], float):
        return ()
    return (Measure(METRICS[board.columns[1]].title, board.rows[0][1], note="out-of-fold"),)


def _bundle(run: Run) -> tuple[Measure, ...]:
    released = run.released
    if released is None or not released.proof:
        return ()
    checked = {each.name: each for each in released.checked}
    named = [("latency_p99_ms", "Latency, 99th percentile", released.latency_p99_ms, "ms")]
    if "bundle_mb" in checked:
        named.append(("bundle_mb", "Bundle", checked["bundle_mb"].value, "MB"))
    measures = []
    for name, title, value, unit in named:
        gate = checked.get(name)
        promise = _words(Gate(gate.name, gate.minimum, gate.maximum)) if gate else ""
        holds, why = (gate.passed, "" if gate.passed else gate.accepted) if gate else (None, "")
        measures.append(Measure(title, value, gate=promise, holds=holds, unit=unit, accepted=why))
    return tuple(measures)


def _words(gate: Gate) -> str:
    parts = [f"at least {written(gate.minimum)}"] if gate.minimum is not None else []
    parts += [f"at most {written(gate.maximum)}"] if gate.maximum is not None else []
    return " and ".join(parts)


def leaderboard_of(run: Run) -> Grid | None:
    """The latest leaderboard among the chapters."""
    for step in ("tuning", "modeling"):
        chapter = run.chapters.get(step)
        for block in chapter.blocks if chapter else ():
            if isinstance(block, Grid) and block.title.casefold().startswith("leaderboard"):
                return block
    return None


def next_commands(run: Run) -> tuple[str, ...]:
    """What a person would type next."""
    workflow = run.folder.workflow
    if run.released is not None and run.released.bundle is not None:
        model = run.released.model
        predict = f"tenfold predict {model} DATA.csv -o answers.csv"
        served = read_manifest(run.released.bundle).kind == "onnx"  # a server runs graphs only
        return (f"tenfold serve {model}", predict) if served else (predict,)
    if run.released is not None:
        accept = f'tenfold release {run.id} --accept GATE --reason "..."'
        return (f"tenfold next {run.id}", accept) if run.released.acceptable else (f"tenfold next {run.id}",)
    if "tuning" in run.steps:
        return (f"tenfold release {run.id}", f"tenfold next {run.id}")
    return (f"tenfold report {workflow}",)


def summary_of(run: Run) -> Mapping[str, Any]:
    """The run as JSON."""
    board = leaderboard_of(run)
    verdict = verdict_of(run)
    released = run.released
    version = run.version
    return {
        "run": run.id,
        "workflow": run.folder.workflow,
        "status": run.status,
        "verdict": verdict.state,
        "headline": verdict.headline,
        "sentence": verdict.sentence,
        "gates": gates_of(run),
        "accepted": run.accepted,
        "cached": run.cached,
        "measures": [measure.__dict__ for measure in measures_of(run)],
        "leaderboard": [dict(zip(board.columns, row, strict=True)) for row in board.rows] if board else [],
        "refused": list(released.refused) if released else [],
        "model": version.model if version else None,
        "version": version.version if version else None,
        "report": str(run.report),
        "folder": str(run.path),
    }
