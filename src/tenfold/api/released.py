"""Whether the very model of a run was released before, although a gate failed."""

from __future__ import annotations

from tenfold.api.run import Run
from tenfold.registry import Version
from tenfold.workflow.file import STEPS
from tenfold.workflow.runs import RunFolder, all_runs
from tenfold.workflow.store import Store

_MODEL = STEPS[: STEPS.index("tuning") + 1]


def released_by_acceptance(found: RunFolder, store: Store) -> tuple[Run, Version] | None:
    """The run of the same file, data and model whose accepted gates let it through, and the version that it became.

    None where there is none.
    """
    for folder in reversed(all_runs(store, found.workflow)):
        run = Run(folder, store)
        accepted = run.released is not None and run.released.evidence.get("accepted")
        if accepted and _same_model(folder, found) and (version := run.version):
            return run, version
    return None


def _same_model(one: RunFolder, other: RunFolder) -> bool:
    first, second = one.facts(), other.facts()
    known = [{step: each["steps"].get(step, {}).get("fingerprint") for step in _MODEL} for each in (first, second)]
    return bool(first["file"] == second["file"] and all(known[0].values()) and known[0] == known[1])
