"""What step 10 tells the report."""

from __future__ import annotations

from tenfold.core.chapter import Block, Chapter, Facts, Finding, Grid, Text
from tenfold.core.units import human_bytes, number
from tenfold.steps.release.result import NO_GRAPH, NOT_PROVEN, Released

#: For docs/errors.md: code → (what it means, what to do, what it ends with where the call does not tell).
CODES = {
    "TF-RELEASE-101": (
        "the model is not released: a gate failed, or the bundle did not answer as the model does",
        'improve the model, or accept the gate with a reason: --accept GATE --reason "…"; what cannot be proven is not '
        "released: leave out what differs (`modeling.candidates`, `features.exclude`), and run again",
        "1",
    ),
}


def chapter(released: Released) -> Chapter:
    """The bundle and its proof, or what refused it."""
    if released.bundle is None:
        summary = f"Not released: {'; '.join(released.refused)}."
        findings = tuple(
            Finding("TF-RELEASE-101", "problem", released.model, f"{reason}.", _remedy(reason))
            for reason in released.refused
        )
        return Chapter("release", "Release", summary, tuple(_measured(released)), findings)
    summary = f"Released as {released.model}@{released.alias}, proven on {released.proof['cases']:,} raw records."
    meaning = _OWN if "trusted" in released.evidence else _MEANING
    return Chapter("release", "Release", summary, (Text(meaning), *_measured(released)))


_MEANING = (
    "The bundle holds the reading, the model as one graph, the decision, the proof and the card. It answers as the "
    "trained pipelines do, from raw record to decision, on real rows and on hostile ones."
)
_REACHED = (
    "Each kind is tried on all columns at once. Besides, so many columns were altered while the others stayed as they "
    "were: one at a time, or more in a wide table."
)
_OWN = (
    "The bundle holds the reading, the model with your own classes (kind 'python': a skops file and the source of your "
    "modules), the decision, the proof and the card. `tenfold predict` answers with it as the trained pipeline does; "
    "`tenfold serve` needs a graph and refuses it."
)


def _remedy(reason: str) -> str:
    if reason.startswith(NOT_PROVEN):
        return "No acceptance helps: leave out what differs (`modeling.candidates`, `features.exclude`), and run again."
    if reason.startswith(NO_GRAPH):
        return "No acceptance helps: name candidates that become a graph, as Tenfold's own do (`modeling.candidates`)."
    return "Improve the model, or accept the gate with a reason: --accept GATE --reason '...'."


def _measured(released: Released) -> list[Block]:
    if not released.proof:
        return []
    proof = released.proof
    items = (
        ("records replayed", f"{proof['cases']:,}"),
        (
            "largest difference",
            f"{proof['largest_difference']:.2g}" if proof["largest_difference"] is not None else "—",
        ),
        ("decisions changed", str(proof["changed_decisions"])),
        ("tolerance", f"{proof['tolerance']:g}"),
        ("latency, one row (median)", f"{number(released.latency_p50_ms)} ms"),
        ("latency, one row (99th percentile)", f"{number(released.latency_p99_ms)} ms"),
        ("bundle, with its proof and card", human_bytes(released.bytes)),
    )
    heads = ("records", "cases", "columns reached", "at a time", "largest difference", "decisions changed")
    groups = tuple(
        (g["name"], g["cases"], g.get("columns") or None, g.get("together") or None, g["largest_difference"],
         g["changed_decisions"])
        for g in proof["groups"]
    )  # fmt: skip
    ways = tuple((name, difference) for name, difference in proof["ways"].items())
    blocks: list[Block] = [
        Facts(items),
        Grid("Proof, by kind of record", heads, groups, _REACHED),
        Grid("The same records by other ways", ("way", "largest difference"), ways),
    ]
    if released.checked:
        columns = ("gate", "at least", "at most", "measured", "holds", "accepted because")
        rows = tuple((c.name, c.minimum, c.maximum, c.value, c.passed, c.accepted) for c in released.checked)
        blocks.append(Grid("Gates on the bundle", columns, rows))
    return blocks
