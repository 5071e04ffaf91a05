"""Why a step was computed again: its fingerprint, part by part, against the run before."""

from __future__ import annotations

from tenfold.core.errors import UserError
from tenfold.workflow.runner import place_of
from tenfold.workflow.runs import RunFolder, all_runs
from tenfold.workflow.store import Store


def why(store: Store, run: RunFolder, step: str) -> list[str]:
    """Sentences that say where a step's result came from.

    Raises:
        UserError: no step is named so, or the run did not reach it.
    """
    place_of(step)
    mine = run.fingerprint(step)
    if mine is None:
        raise UserError.of(
            "TF-FLOW-012", f"step '{step}' was not run", f"run {run.id}", do=f"run it: tenfold run --until {step}"
        )
    if run.facts()["steps"][step]["cached"]:
        return [f"{step} came from the cache: nothing that it depends on had changed."]
    before = [each for each in all_runs(store, run.workflow) if each.id < run.id and each.fingerprint(step)]
    if not before:
        return [f"{step} was computed because no earlier run of '{run.workflow}' had reached it."]
    theirs = before[-1].fingerprint(step)
    changes = mine.changes_since(theirs) if theirs else []
    if not changes:
        return [f"{step} was computed although nothing had changed since run {before[-1].id}: it was asked for "
                "(--from), the earlier run had stopped early, or the cache had been cleared."]  # fmt: skip
    return [f"{step} was computed because {change} changed since run {before[-1].id}." for change in changes]
