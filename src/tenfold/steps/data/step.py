"""Step 2: land every source in one raw table, and say where each row came from."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tenfold.core import files
from tenfold.core import identity as identities
from tenfold.core.clock import utc_now
from tenfold.core.errors import Problem, UserError, raise_all
from tenfold.core.result import Context, Result
from tenfold.steps.data import arff, delimited, json_lines, parquet, refusals, sqlite
from tenfold.steps.data.chapter import chapter
from tenfold.steps.data.combine import combine
from tenfold.steps.data.config import Data, Format, Source
from tenfold.steps.data.content import identify
from tenfold.steps.data.identity import named
from tenfold.steps.data.landing import Landed, Stacked, land
from tenfold.steps.data.locate import Located, expand, expand_text, locate
from tenfold.steps.data.part import Part
from tenfold.steps.data.result import QUARANTINE, TABLE, Collected, Provenance


@dataclass(frozen=True)
class _Loaded:
    """One source, opened: its files and their parts, one each."""

    name: str
    source: Source  # as written, variables and all
    query: str
    format: Format
    files: tuple[Located, ...]
    hashes: tuple[str, ...]
    stamps: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]
    test: bool

    def stacked(self) -> list[Stacked]:
        labels = [sqlite.label(file, self.source) if self.format == "sqlite" else file.label for file in self.files]
        return [Stacked(label, part, self.test) for label, part in zip(labels, self.parts, strict=True)]


def run(config: Data, context: Context, now: Callable[[], datetime] = utc_now) -> Result[Collected]:
    """Read every source, combine them, write ``raw.parquet``.

    :param now: the wall clock; the time goes into the provenance, never into the table.
    :raises UserError: TF-DATA-001 … TF-DATA-028, all the problems that were found; nothing is left half-written.
    """
    time = now().isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory(dir=context.folder, prefix=".staging-") as temporary:
        staging = Path(temporary)
        loaded = _load_all(config, context, staging)
        if config.combine is None:
            landed = land([each for source in loaded for each in source.stacked()], staging / TABLE)
            rows = list(landed.rows)
        else:
            landed, rows = _combined(config, loaded, context, staging)
        _refuse_changed(loaded)
        (staging / TABLE).replace(context.folder / TABLE)
    quarantine = _set_aside(loaded, context.folder)
    collected = Collected(
        context.folder / TABLE, landed.columns, sum(landed.rows), _provenance(loaded, rows, time),
        pin(config, loaded), quarantine,
    )  # fmt: skip
    findings = tuple(finding for source in loaded for part in source.parts for finding in part.findings)
    return Result(context.step, collected, chapter(collected, config.combine, findings))


def _load_all(config: Data, context: Context, staging: Path) -> list[_Loaded]:
    loaded: list[_Loaded] = []
    problems: list[Problem] = []
    for name, source, where in named(config):
        context.say(f"reading {name}", source=name)
        try:
            loaded.append(_load(name, source, where, context.root, staging))
        except UserError as error:
            problems += error.problems
    raise_all(problems)
    return loaded


def _load(name: str, written: Source, where: str, root: Path, staging: Path) -> _Loaded:
    source = expand(written, where)
    located = locate(source, root, where)
    kind = _format(located, source)
    stamps = tuple(_stamp(file) for file in located)
    hashes = tuple(identities.of_file(file.path) for file in located)
    parts = _read(located, source.model_copy(update={"format": kind}), kind, staging)
    query = source.query or (f"table {source.table}" if source.table else "")
    return _Loaded(name, written, query, kind, located, hashes, stamps, parts, where == "data.test")


def _stamp(file: Located) -> tuple[int, int]:
    state = file.path.stat()
    return state.st_size, state.st_mtime_ns


def _refuse_changed(loaded: Sequence[_Loaded]) -> None:
    """A file that somebody wrote to meanwhile may be half old and half new, whatever its hash says."""
    for source in loaded:
        for file, stamp in zip(source.files, source.stamps, strict=True):
            if _stamp(file) != stamp:
                raise refusals.changed(file.label)


def _format(located: Sequence[Located], source: Source) -> Format:
    declared: Format | None = "sqlite" if source.is_database else source.format
    kinds = [identify(file, declared) for file in located]
    for file, kind in zip(located, kinds, strict=True):
        if kind != kinds[0]:
            raise refusals.mixed_dialects(file.label, "format", located[0].label, kind, kinds[0])
    return kinds[0]


def _read(located: Sequence[Located], source: Source, kind: Format, staging: Path) -> tuple[Part, ...]:
    match kind:
        case "csv" | "tsv":
            return delimited.read(located, source, staging)
        case "arff":
            return arff.read(located, source, staging)
        case "json_lines":
            return json_lines.read(located, source, staging)
        case "parquet":
            return parquet.read(located)
        case "sqlite":
            return sqlite.read(located, source)


def _combined(config: Data, loaded: Sequence[_Loaded], context: Context, staging: Path) -> tuple[Landed, list[int]]:
    """The landed table, and the rows that every source gave to it."""
    context.say("combining the sources")
    tables: dict[str, Path] = {}
    rows: list[int] = []
    for place, source in enumerate(each for each in loaded if not each.test):
        tables[source.name] = staging / f"{place}.parquet"
        rows += land(source.stacked(), tables[source.name], origin=False).rows
    target = staging / "combined.parquet"
    combine(expand_text(config.combine or "", "data.combine"), tables, target, context.memory)
    stacked = [Stacked("combine", parquet.part(target, "data.combine"))]
    stacked += [each for source in loaded if source.test for each in source.stacked()]
    landed = land(stacked, staging / TABLE)
    return landed, rows + list(landed.rows[1:])


def _set_aside(loaded: Sequence[_Loaded], folder: Path) -> Path | None:
    lines = [
        json.dumps(
            {"source": file.label, "line": each.line, "row": each.row, "fields": list(each.fields)}, ensure_ascii=False
        )
        for source in loaded
        for file, part in zip(source.files, source.parts, strict=True)
        for each in part.ragged
    ]
    return files.write_text(folder / QUARANTINE, "\n".join(lines) + "\n") if lines else None


def _provenance(loaded: Sequence[_Loaded], rows: Sequence[int], time: str) -> tuple[Provenance, ...]:
    counted = iter(rows)
    return tuple(
        Provenance(
            source=source.name,
            label=stacked.label,
            file=file.label,
            format=source.format,
            bytes=stamp[0],
            sha256=sha256,
            rows=next(counted),
            quarantined=len(stacked.part.ragged),
            query=source.query,
            time=time,
            test=source.test,
            **stacked.part.written,
        )
        for source in loaded
        for file, stamp, sha256, stacked in zip(
            source.files, source.stamps, source.hashes, source.stacked(), strict=True
        )
    )


def pin(config: Data, loaded: Sequence[_Loaded]) -> Mapping[str, Any]:
    """The section with everything that was found out written down: fed back, it reads the same."""
    pinned: dict[str, Any] = {
        "sources": {each.name: _pin(each) for each in loaded if not each.test},
    }
    if config.combine is not None:
        pinned["combine"] = config.combine
    for each in loaded:
        if each.test:
            pinned["test"] = _pin(each)
    return pinned


def _pin(loaded: _Loaded) -> dict[str, Any]:
    part = loaded.parts[0]
    found = {"format": loaded.format, **part.written}
    if found.get("header") is False and loaded.source.names is None:
        found["names"] = [name for name, _ in part.columns]
    return {**loaded.source.model_dump(mode="json", exclude_defaults=True), **found}
