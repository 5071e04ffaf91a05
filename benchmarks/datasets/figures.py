"""What a finished run says about itself, and the table of all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

Figures = dict[str, Any]

#: Column of the table → how a record is written in it.
_COLUMNS: dict[str, Callable[[Figures], str]] = {
    "data set": lambda r: r["name"],
    "rows": lambda r: _number(r.get("rows"), ",.0f"),
    "exit": lambda r: str(r["status"]),
    "s": lambda r: _number(r["seconds"], ".1f") + ("!" if r["overran"] else ""),
    "MB": lambda r: _number(r["peak_mb"], ",.0f"),
    "metric": lambda r: r.get("metric", ""),
    "out-of-fold": lambda r: _number(r.get("out_of_fold"), ".5g"),
    "judged (95 %)": lambda r: _interval(r),
    "model": lambda r: r.get("model", "") or _short(r.get("failed", "")),
    "bundle MB": lambda r: _number(r.get("bundle_mb"), ".2f"),
    "row ms": lambda r: _number(r.get("row_ms"), ".3f"),
    "replayed": lambda r: _replayed(r.get("replay")),
}


def figures_of(run: Path) -> Figures:
    """Scores, model, size and latency from a run's folder; what a step did not get to is left out."""
    found: Figures = {}
    if (ledger := _read(run / "03-cleaning" / "cleaned.json")) is not None:
        found["rows"] = ledger["ledger"]["rows_in"]
    if (tuned := _read(run / "08-tuning" / "tuned.json")) is not None:
        members = [f"{part['name']} {part['weight']:.0%}" for part in tuned["parts"]]
        found |= {"metric": tuned["metric"], "out_of_fold": tuned["score"], "trials": tuned["trials"],
                  "kind": tuned["kind"], "model": ", ".join(members)}  # fmt: skip
    if (validated := _read(run / "09-validation" / "validated.json")) is not None:
        found |= {"validated": validated["metrics"][validated["metric"]]["interval"]}
        found |= {name: validated[name] for name in ("sealed", "nested", "repeats", "left_out")}
    if (released := _read(run / "10-release" / "release.json")) is not None:
        found |= {"released": released["bundle"] is not None, "refused": released["refused"],
                  "bundle_mb": released["bytes"] / 1e6, "row_ms": released["latency_p50_ms"],
                  "proof_difference": released["proof"].get("largest_difference")}  # fmt: skip
    steps = (_read(run / "run.json") or {}).get("steps", {})
    found["step_seconds"] = {name: round(known["seconds"], 2) for name, known in steps.items()}
    return found


def _read(path: Path) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return found


def table(records: Iterable[Figures]) -> str:
    """The records as a Markdown table; `!` marks a run that overran its budget."""
    lines = [[write(record) for write in _COLUMNS.values()] for record in records]
    rows = [list(_COLUMNS), ["---"] * len(_COLUMNS), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _interval(record: Figures) -> str:
    found = record.get("validated")
    if found is None:
        return ""
    figure = f"{found['value']:.4g} ({found['low']:.4g} to {found['high']:.4g})"
    if record["sealed"]:
        return figure
    if not record["nested"]:
        return f"{figure}, out-of-fold"
    left_out = f", without {' and '.join(record['left_out'])}" if record["left_out"] else ""
    return f"{figure}, nested × {record['repeats']}{left_out}"


def _replayed(replay: Mapping[str, Any] | None) -> str:
    if replay is None:
        return ""
    if "failed" in replay:
        return _short(replay["failed"])
    refused = f", {replay['refused']} refused" if replay["refused"] else ""
    return f"{replay['rows']:,} {'equal' if replay['equal'] else 'DIFFER'}{refused}"


def _short(text: str) -> str:
    """The end of a message, as one line."""
    return " ".join(text.split())[-80:].replace("|", "/")
