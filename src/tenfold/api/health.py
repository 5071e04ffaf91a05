"""What ``tenfold doctor`` looks at: software, room, and whether what is stored is what was written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

from tenfold.core import identity, units
from tenfold.registry import Registry
from tenfold.workflow.runs import environment
from tenfold.workflow.seals import Ledger
from tenfold.workflow.shared_rows import shared_by_all
from tenfold.workflow.store import Store, read

#: Less than this is too little to run anything worth running.
LEAST_MEMORY, LEAST_DISK = 1 << 30, 1 << 30


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    good: bool
    found: str
    do: str = ""


def examine(store: Store) -> list[Check]:
    """Every check, in the order of a newcomer's worries."""
    return [*_machine(store), *_software(), *_results(store), *_registry(store), *_seals(store)]


def _machine(store: Store) -> Iterator[Check]:
    version = sys.version.split()[0]
    yield Check(
        "Python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "use 3.11 or newer"
    )
    memory = psutil.virtual_memory().available
    yield Check("memory", memory >= LEAST_MEMORY, f"{units.human_bytes(memory)} free, {os.cpu_count()} cores")
    place = next(folder for folder in (store.root, *store.root.parents) if folder.exists())
    disk = shutil.disk_usage(place).free
    yield Check(
        "disk", disk >= LEAST_DISK, f"{units.human_bytes(disk)} free", "" if disk >= LEAST_DISK else "tenfold gc"
    )
    writable = os.access(place, os.W_OK)
    yield Check("project", writable, str(store.root), "" if writable else "choose another folder with --project")


def _software() -> Iterator[Check]:
    absent = [name for name, version in environment()["libraries"].items() if version == "absent"]
    yield Check(
        "libraries", not absent, f"absent: {', '.join(absent)}" if absent else f"tenfold {metadata.version('tenfold')}",
        f"pip install {' '.join(absent)}" if absent else "",
    )  # fmt: skip


def _results(store: Store) -> Iterator[Check]:
    entries = [path.parent for path in store.cache.glob("*/result.json")] if store.cache.is_dir() else []
    damaged = [folder.name for folder in entries if not _intact(folder)]
    found = units.count(len(entries), "result") + (
        f", damaged: {', '.join(damaged)}" if damaged else ", all as written"
    )
    yield Check("cache", not damaged, found, f"remove {store.cache}/{damaged[0]} and run again" if damaged else "")


def _intact(folder: Path) -> bool:
    stored = read(folder)
    return all(
        (stored.folder / name).is_file() and identity.of_file(stored.folder / name) == content
        for name, content in stored.artifacts.items()
    )


def _registry(store: Store) -> Iterator[Check]:
    problems = Registry(store.registry).verify()
    count = sum(len(Registry(store.registry).versions(model.name)) for model in Registry(store.registry).models())
    found = "; ".join(map(str, problems)) or f"{units.count(count, 'version')}, history and bundles hold"
    yield Check("registry", not problems, found)


def _seals(store: Store) -> Iterator[Check]:
    for name, shared in shared_by_all(store).items():
        openings = units.count(len(Ledger(store.seals / name).openings()), "time")
        yield Check(f"test set {name}", True, "; ".join([f"opened {openings}", *map(str, shared)]))
