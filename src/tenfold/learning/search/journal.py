"""The journal of a search: every trial that is done, so that a search that was stopped goes on where it was."""

from __future__ import annotations

import json
from pathlib import Path

from tenfold.core import files
from tenfold.learning.trials.trial import Trial

_NAME = "trials.jsonl"


class Journal:
    """JSON lines beside arrays. The line is written last, so a trial is there whole or not at all.

    ``identity`` names what the trials depend on (data, recipes, seed, code): trials of another search are left alone.
    """

    def __init__(self, folder: Path | None, identity: str) -> None:
        self.folder = None if folder is None else folder / identity[:24]

    def read(self) -> dict[int, Trial]:
        """Trials by number."""
        if self.folder is None or not (self.folder / _NAME).exists():
            return {}
        found = {}
        for line in (self.folder / _NAME).read_text("utf-8").splitlines():
            try:
                data = json.loads(line)
                found[int(data["number"])] = Trial.load(self.folder, data)
            except (ValueError, KeyError, TypeError, OSError, EOFError):  # a killed process may leave a torn line
                continue
        return {n: trial for n, trial in found.items() if trial.out_of_fold is not None or trial.outcome != "done"}

    def write(self, trial: Trial) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        plain = trial.save(self.folder)
        files.append_line(self.folder / _NAME, json.dumps(plain, ensure_ascii=False, allow_nan=False))
