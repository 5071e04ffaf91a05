"""Who is tested, as it is recorded: the one place that remembers parts from run to run."""

from __future__ import annotations

from pathlib import Path

from tenfold.core import files, identity
from tenfold.steps.splitting.result import Assignment
from tenfold.steps.splitting.strategy import Division
from tenfold.workflow.seals import TestSet


def assignment_for(
    typed: Path, content: str, division: Division, test_set: TestSet, small: int, memory: int
) -> Assignment:
    """The parts of a typed table: read if this content is recorded, else drawn and recorded.

    ``content`` is the table's hash. Recording happens under the test set's lease, so rows seen by two runs at once
    get one part. The note beside the parts is written last: without it, nothing counts as recorded.
    """
    path = test_set.assigned(content)
    note = path.with_suffix(f".{small}.json")
    if not note.exists():
        from tenfold.workflow.recording import record  # the engine behind it is not needed once it is written down

        with test_set.store.lease(f"seal-{test_set.name}"):
            if not note.exists():
                seal = record(typed, division, test_set, path, small, memory)
                files.write_json(note, {"seal": seal, "parts": identity.of_file(path) if path.exists() else ""})
    known = files.read_json(note)
    return Assignment(path, known["seal"], known["parts"])
