"""Inferred column kinds against the hand-checked truth, and leak suspects against the known leaks.

Run: ``python benchmarks/kinds/measure.py`` (``--only iris,titanic``). Every workflow of ``benchmarks/workflows`` is run
up to step 5 without its ``cleaning`` section (what that says is what inference has to find); names, header and target
stay. How columns are counted: ``README.md`` beside this file. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tenfold import Workflow
from tenfold.core.chapter import Finding
from tenfold.core.errors import UserError

HERE = Path(__file__).parent
WORKFLOWS = HERE.parent / "workflows"
#: Findings that call a column a suspect of leakage; identifiers (134) are told apart.
LEAKS = tuple(f"TF-EXPLORE-{number}" for number in (130, 131, 132, 133, 135, 136))
IDENTIFIER = "TF-EXPLORE-134"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Measured:
    """One data set. ``wrong``: columns whose kind is neither the true one nor acceptable, in words."""

    name: str
    columns: int = 0
    accepted: int = 0
    strict: int = 0
    wrong: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()  # columns whose role is another than the true one
    leaks: frozenset[str] = frozenset()  # to be found
    noted: frozenset[str] = frozenset()  # suspects of any severity
    warned: frozenset[str] = frozenset()  # suspects that are warned of
    excused: frozenset[str] = frozenset()  # named in `leaks.csv` for another reason, or no feature by the truth
    error: str = ""
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @property
    def false_warnings(self) -> frozenset[str]:
        return self.warned - self.leaks - self.excused

    @property
    def parts(self) -> tuple[frozenset[str], ...]:
        """Leaks, those suspected, those warned of, those missed, and false warnings."""
        seen = self.leaks & (self.noted | self.warned)
        return self.leaks, seen, self.leaks & self.warned, self.leaks - seen, self.false_warnings


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Returns the exit status: 1 when a data set could not be read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="names of workflows, separated by commas")
    names = [name for name in parser.parse_args(arguments).only.split(",") if name]
    truth, leaks = _by_dataset("truth.csv"), _by_dataset("leaks.csv")
    found = []
    for path in sorted(WORKFLOWS.glob("*.yaml")):
        if not names or path.stem in names:
            name = path.stem.replace("-", "_")
            found.append(measured(path, truth[name], leaks.get(name, [])))
            print(f"{name}: {found[-1].error or 'done'}", file=sys.stderr, flush=True)
    print(kinds_table(found))
    print()
    print(leaks_table(found))
    return 1 if any(each.error for each in found) else 0


def _by_dataset(file: str) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows.setdefault(row["dataset"], []).append(row)
    return rows


def measured(path: Path, truth: Sequence[Row], leaks: Sequence[Row]) -> Measured:
    """One data set, run to the findings of step 5; to the kinds of step 3 where it cannot be divided unaided."""
    name = truth[0]["dataset"]
    with tempfile.TemporaryDirectory() as project:
        flow = _undeclared(path, Path(project))
        try:
            run = flow.run("cleaning")
            kinds = _kinds(name, truth, run.result("cleaning").schema)
        except UserError as error:
            return Measured(name, len(truth), error=str(error))
        try:
            findings = tuple(flow.run("exploration").findings)
        except UserError as error:
            return Measured(**kinds, error=f"steps 4 and 5: {error}")
    return Measured(**kinds, **_suspects(truth, leaks, findings), findings=findings)


def _undeclared(path: Path, project: Path) -> Workflow:
    """A workflow without its ``cleaning`` section."""
    content = {key: value for key, value in YAML(typ="safe").load(path).items() if key != "cleaning"}
    flow = Workflow(content, project=project)
    flow.root = path.parent
    return flow


def _kinds(name: str, truth: Sequence[Row], schema: Any) -> dict[str, Any]:
    inferred = {column.name: column for column in schema.columns}
    strict, accepted, wrong, roles = 0, 0, [], []
    for row in truth:
        column = inferred[row["column"]]
        right = column.kind == row["kind"]
        strict += right
        if right or column.kind in row["also_acceptable"].split("|"):
            accepted += 1
        else:
            wrong.append(f"`{row['column']}` ({column.kind}, not {row['kind']})")
        if column.role != row["role"]:
            roles.append(f"{row['column']}: {column.role}, not {row['role']}")
    return {"name": name, "columns": len(truth), "strict": strict, "accepted": accepted,
            "wrong": tuple(wrong), "roles": tuple(roles)}  # fmt: skip


def _suspects(truth: Sequence[Row], leaks: Sequence[Row], findings: Sequence[Finding]) -> dict[str, Any]:
    raised = [each for each in findings if each.code in LEAKS or each.code == IDENTIFIER]
    warned = [each for each in raised if each.severity != "note"]
    others = {row["column"] for row in leaks if row["reason"] != "leakage"}
    idle = {row["column"] for row in truth if row["role"] in ("key", "group", "ignored")}
    return {
        "leaks": frozenset(row["column"] for row in leaks if row["reason"] == "leakage"),
        "noted": frozenset(_subjects([each for each in raised if each.code in LEAKS])),
        "warned": frozenset(_subjects(warned)),
        "excused": frozenset(others | idle),
    }


def _subjects(findings: Sequence[Finding]) -> set[str]:
    """The columns that findings are about (notes of one kind may be about several)."""
    return {name for each in findings for name in re.split(", | and ", each.subject)}


def kinds_table(found: Sequence[Measured]) -> str:
    """Shares of columns whose kind is right, and the wrong ones by name; their mean over data sets last."""
    lines = ["| data set | columns | right | right, strictly | wrong |", "|---|---:|---:|---:|---|"]
    for each in found:
        shares = f"{each.accepted / each.columns:.1%} | {each.strict / each.columns:.1%}"
        lines.append(f"| {each.name} | {each.columns} | {shares} | {each.error or _listed(each.wrong)} |")
    means = [sum(getattr(each, part) / each.columns for each in found) / len(found) for part in ("accepted", "strict")]
    lines.append(f"| **mean** | {sum(each.columns for each in found)} | **{means[0]:.1%}** | {means[1]:.1%} | |")
    return "\n".join(lines)


def leaks_table(found: Sequence[Measured]) -> str:
    """Leaks found, missed and falsely warned of, where there is one of these."""
    lines = ["| data set | leaks | suspected | warned of | missed | false warnings |", "|---|---:|---:|---:|---|---|"]
    counts = {each.name: [len(part) for part in each.parts] for each in found}
    for each in found:
        if each.leaks or each.false_warnings:
            *numbers, _, _ = counts[each.name]
            names = [_listed([f"`{name}`" for name in sorted(part)]) for part in each.parts[-2:]]
            lines.append("| " + " | ".join([each.name, *map(str, numbers), *names]) + " |")
    totals = [f"**{sum(column)}**" for column in zip(*counts.values(), strict=True)]
    lines.append("| " + " | ".join([f"**all {len(found)}**", *totals]) + " |")
    return "\n".join(lines)


def _listed(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


if __name__ == "__main__":
    sys.exit(main())
