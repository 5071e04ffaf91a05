"""The journal of a competition: every fold that is done, so that one that was stopped goes on where it was."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tenfold.core import files
from tenfold.learning.folds import Design
from tenfold.learning.trials.fitting import Configuration, FoldResult

_DESIGN = "design.json"
_PACE = "pace.json"
_ARRAYS = ("scores", "train_scores", "train_rows")
_NUMBERS = ("seconds", "rounds", "latency_ms", "size_bytes", "preparation", "shared", "applying", "raised")


class FoldJournal:
    """A file per configuration and fold, there whole or not at all. ``folder`` None keeps nothing.

    The folder's name has to stand for all that folds depend on (rows, question, code, seed), but for the design: the
    first one stays, as it depends on the time that there was.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def design(self, proposed: Design) -> Design:
        """The design that the folds in the journal were judged by; the proposed one when it has none yet."""
        if self.folder is None:
            return proposed
        path = self.folder / _DESIGN
        if path.exists():
            return Design(**files.read_json(path))
        self.folder.mkdir(parents=True, exist_ok=True)
        files.write_json(path, asdict(proposed))
        return proposed

    def pace(self, measure: Callable[[], Mapping[str, float]]) -> Mapping[str, float]:
        """Seconds by candidate as they were measured at first; measured now when the journal has none."""
        path = None if self.folder is None else self.folder / _PACE
        if path is not None and path.exists():
            known: dict[str, float] = files.read_json(path)
            return known
        found = measure()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write_json(path, dict(found))
        return found

    def read(self, configuration: Configuration, split: int) -> FoldResult | None:
        path = self._path(configuration, split)
        if path is None or not path.exists():
            return None
        try:
            with np.load(path) as found:
                arrays = {name: found[name] for name in _ARRAYS if name in found}
                numbers = {name: found[name].item() for name in _NUMBERS}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # damaged: the fold is fitted again
            return None
        return FoldResult(**arrays, **numbers)

    def write(self, configuration: Configuration, split: int, result: FoldResult) -> None:
        path = self._path(configuration, split)
        if path is None:
            return
        named = ((name, getattr(result, name)) for name in (*_ARRAYS, *_NUMBERS))
        content = io.BytesIO()
        np.savez(content, allow_pickle=False, **{name: np.asarray(value) for name, value in named if value is not None})
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content.getvalue())

    def clear(self) -> None:
        """Forget everything: the competition is over, and its result says it all."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, configuration: Configuration, split: int) -> Path | None:
        if self.folder is None:
            return None
        return self.folder / f"{configuration.identity}-{split}.npz"
