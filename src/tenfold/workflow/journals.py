"""Journals of competitions and searches: which runs wrote in one, and whether anybody can still go on from it.

``journals/<name>/`` is written by a step; ``journals/<name>.runs`` beside it lists the runs that used it, one a line.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from tenfold.core import files
from tenfold.workflow.runs import RunFolder
from tenfold.workflow.store import Store

_GONE = "gone"
#: Nobody leaves a journal alone for a day, in seconds, and is still at work on it.
_QUIET = 86_400


def use(store: Store, name: str, run: str, *, anew: bool = False) -> Path:
    """The folder of a journal that a run is about to write in; emptied first if the step has to begin anew."""
    folder = store.journals / name
    with store.lease(f"journal-{name}"):
        if anew:
            shutil.rmtree(folder, ignore_errors=True)
        if run not in _users(folder):
            files.append_line(_list_of(folder), run)
    return folder


def collect(
    store: Store, kept: Iterable[RunFolder], gone: Iterable[RunFolder], now: datetime, *, dry_run: bool = False
) -> tuple[int, int]:
    """Remove the journals that no run can go on from; how many there were, and their bytes.

    A run that was stopped, was killed or failed goes on from its journal, so that stays as long as the run is kept.
    Once a run has used it and finished, the step's result is whole, and nobody reads the journal again. ``gone``: runs
    that are being removed.
    """
    states = {run.id: str(run.facts()["status"]) for run in kept} | {run.id: _GONE for run in gone}
    count = size = 0
    for folder in _all(store):
        with store.lease(f"journal-{folder.name}"):  # against a run that is just beginning to use it
            if _needed(folder, states, now):
                continue
            count, size = count + 1, size + sum(path.stat().st_size for path in _files(folder))
            if not dry_run:
                shutil.rmtree(folder, ignore_errors=True)
                _list_of(folder).unlink(missing_ok=True)
    return count, size


def _needed(folder: Path, states: Mapping[str, str], now: datetime) -> bool:
    users = _users(folder)
    known = {states[user] for user in users if user in states} - {_GONE}
    if known and ("running" in known or "finished" not in known):
        return True
    # Of the others nothing is known: they began this moment, were removed long ago, or were not written down.
    strangers = not users or bool(users - states.keys())
    return strangers and now.timestamp() - max(map(files.last_write, (folder, _list_of(folder)))) <= _QUIET


def _all(store: Store) -> list[Path]:
    return sorted({path.with_suffix("") for path in store.journals.glob("*")})


def _list_of(folder: Path) -> Path:
    return folder.with_suffix(".runs")


def _users(folder: Path) -> set[str]:
    path = _list_of(folder)
    return set(path.read_text("utf-8").split()) if path.exists() else set()


def _files(folder: Path) -> list[Path]:
    return [path for path in (*folder.rglob("*"), _list_of(folder)) if path.is_file()]
