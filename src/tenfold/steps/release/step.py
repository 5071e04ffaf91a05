"""Step 10: pack the validated model, prove it from raw records, check the last gates, write the bundle."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tenfold.bundle import Manifest, Scorer
from tenfold.bundle.load import load as load_bundle
from tenfold.bundle.write import write as write_bundle
from tenfold.core import card
from tenfold.core.result import Context, Result
from tenfold.core.units import fine
from tenfold.learning.bagging import Bagged, again
from tenfold.learning.composition import Composition, Member
from tenfold.learning.graph import NotConvertible
from tenfold.learning.weights import relative
from tenfold.steps.release import measuring, packing
from tenfold.steps.release.chapter import chapter
from tenfold.steps.release.config import Release
from tenfold.steps.release.inputs import ReleaseInputs
from tenfold.steps.release.proving import proof_of
from tenfold.steps.release.result import NO_GRAPH, NOT_PROVEN, Released
from tenfold.steps.validation.result import VERDICTS, GateOutcome, Validated
from tenfold.tables.examples import Examples, joined, load
from tenfold.tables.records import sample_records

BUNDLE = "bundle"
#: Raw rows that are replayed of any table, and cells that are enough.
_REPLAYED, _CELLS = 20, 200_000


@dataclass(frozen=True)
class Draft:
    """A bundle before its proof: everything but the proof and the card."""

    schema: Any
    packed: packing.Packed
    composition: Composition
    reference: Mapping[str, Any]


def run(config: Release, given: ReleaseInputs, context: Context) -> Result[Released]:
    """Release, or say why not. What is refused leaves no bundle, but its reasons and its chapter."""
    name = config.model or given.name
    failed = given.validated.with_measured({}, given.accepted).failed
    if failed:
        refused = tuple(f"{gate.gate} does not hold: it is {fine(gate.value)}" for gate in failed)
        return _result(context, Released(name, config.alias, None, refused, (), {}))
    context.say("composing the graph", done=0.1)
    try:
        draft = _draft(config, given)
    except NotConvertible as error:
        return _result(context, Released(name, config.alias, None, (f"{NO_GRAPH}{error}",), (), {}))
    with tempfile.TemporaryDirectory() as scratch:
        scorer = _load(Path(scratch) / "draft", draft, given, {}, {})
        context.say("proving it from raw records", done=0.4)
        released = _examined(config, given, draft, scorer, context)
    if not released.refused:
        released = _written(released, draft, given, context)
    return _result(context, released)


def _draft(config: Release, given: ReleaseInputs) -> Draft:
    rows = load(given.parts.train, given.schema, given.task)
    composition = given.composition
    if config.refit == "everything" and given.parts.test_set:
        for path in filter(None, (given.parts.between, given.sealed)):
            rows = joined(rows, load(path, given.schema, given.task))
        composition = _fitted_again(composition, rows)
    schema = packing.with_levels(given.schema, rows, config.levels)
    return Draft(schema, packing.pack(composition, schema), composition, packing.reference_of(rows, schema))


def _fitted_again(composition: Composition, rows: Examples) -> Composition:
    """The same members fitted on more rows; weights, calibration, threshold and coverage stay as they were chosen."""

    weights = relative(rows.weights)

    def fitted_again(member: Member) -> Member:
        known = member.pipeline
        if isinstance(known, Bagged):
            return replace(member, pipeline=known.again(rows.features, rows.target, weights=weights, units=rows.units))
        return replace(member, pipeline=again(known, rows.features, rows.target, weights, rows.units))

    return replace(composition, members=tuple(fitted_again(member) for member in composition.members))


def _load(
    folder: Path, draft: Draft, given: ReleaseInputs, proof: Mapping[str, Any], told: Mapping[str, Any]
) -> Scorer:
    """Write a bundle and load it: what is proven is what lies on disk."""
    write_bundle(
        folder, draft.schema, draft.packed.model, packing.decision_of(draft.composition, given.metric), proof, told,
        card.card_markdown(told), draft.reference, name=given.name, kind=draft.packed.kind, extra=draft.packed.extra,
    )  # fmt: skip
    return load_bundle(folder, draft.packed.trusted)


def _examined(config: Release, given: ReleaseInputs, draft: Draft, scorer: Scorer, context: Context) -> Released:
    records = sample_records(given.raw, replayed(config.proof_rows, len(scorer.schema.features)))
    usable = [record for record, good in zip(records, scorer.reader.read(records).usable, strict=True) if good]
    proof = proof_of(draft.composition, scorer, usable, context.seed)
    context.say("measuring latency", done=0.8)
    p50, p99 = measuring.latencies(scorer, usable, 200 if draft.packed.kind == "onnx" else 20)
    size = measuring.folder_bytes(scorer.folder)
    measured = {"latency_p99_ms": p99, "bundle_mb": size / 1e6}
    checked = measuring.check(given.specification.gates, measured, given.accepted)
    refused = [f"gate '{each.name}' failed: {fine(each.value)}" for each in checked if each.stops]
    refused += [] if proof["passed"] else [f"{NOT_PROVEN}{problem}" for problem in proof["problems"]]
    name = config.model or given.name
    return Released(name, config.alias, None, tuple(refused), checked, proof, p50, p99, size)


def replayed(rows: int, columns: int) -> int:
    """How many raw rows are replayed: ``rows``, but no more cells of a wide table than take a few seconds.

    >>> replayed(200, 20), replayed(200, 10_000), replayed(10, 10_000)
    (200, 20, 10)
    """
    return min(rows, max(_REPLAYED, _CELLS // max(1, columns)))


def _written(released: Released, draft: Draft, given: ReleaseInputs, context: Context) -> Released:
    told = card.complete(_card(released, draft, given))
    folder = context.folder / BUNDLE
    scorer = _load(folder, draft, given, released.proof, told)
    evidence = {
        "verdict": _judged(released, given).verdict,
        "test_set": given.parts.test_set,
        "manifest": scorer.manifest.identity,
        "accepted": dict(given.accepted),
        "measured": {each.name: each.value for each in released.checked},
        **_own_code(draft.packed, scorer.manifest),
    }
    return replace(released, bundle=folder, bytes=measuring.folder_bytes(folder), evidence=evidence)


def _own_code(packed: packing.Packed, manifest: Manifest) -> dict[str, Any]:
    """The types that the release vouches for and the hash of each module, kept outside of the bundle."""
    if packed.kind == "onnx":
        return {}
    modules = {name: manifest.files[name].sha256 for name in packed.extra if name.endswith(".py")}
    return {"trusted": list(packed.trusted), "modules": modules}


def _card(released: Released, draft: Draft, given: ReleaseInputs) -> dict[str, dict[str, Any]]:
    proof = released.proof
    kinds = ", ".join(f"{member.name} ({share:.0%})" for member, share in _shares(draft.composition))
    if all(member.name.startswith("dummy") for member in draft.composition.members):
        kinds += ": the constant answer, whatever the record"
    details = {"name": released.model, "kind": draft.packed.kind, "algorithm": kinds, "task": given.task}
    proven = {
        "records": proof["cases"],
        "largest_difference": proof["largest_difference"],
        "changed_decisions": proof["changed_decisions"],
        "ways": dict(proof["ways"]),
    }
    judged = _judged(released, given)
    gates = [{"gate": str(each.gate), "value": _told(each), "status": each.status} for each in judged.gates]
    evaluation = {**given.card.get("evaluation", {}), "gates": gates, "verdict": VERDICTS[judged.verdict]}
    sections = {name: dict(section) for name, section in given.card.items()}
    return {**sections, "details": details, "evaluation": evaluation, "proof": proven}


def _told(outcome: GateOutcome) -> float | str:
    """A gate's value for the card. A time is another one each time it is taken, and the same model is the same bundle:
    so the card says whether the gate held, and the number stands beside the bundle, in the registry."""
    return "timed; the number stands in the registry" if outcome.name in measuring.TIMED else outcome.value


def _judged(released: Released, given: ReleaseInputs) -> Validated:
    """The validation, with what was measured on the bundle: no gate is pending any more."""
    return given.validated.with_measured({each.name: each.value for each in released.checked}, given.accepted)


def _shares(composition: Composition) -> list[tuple[Member, float]]:
    return list(zip(composition.members, composition.shares.tolist(), strict=True))


def _result(context: Context, released: Released) -> Result[Released]:
    return Result(context.step, released, chapter(released))
