"""A run's report: its chapters, its verdict and its numbers, written as one HTML file."""

from __future__ import annotations

from tenfold.api.run import Run
from tenfold.api.summary import measures_of, next_commands, verdict_of
from tenfold.core import files
from tenfold.core.units import human_seconds, moment
from tenfold.reports import html
from tenfold.reports.report import Report


def report_of(run: Run) -> Report:
    """Everything that the report shows, as data."""
    facts = run.folder.facts()
    problem = facts["file"]["problem"]
    seconds = {step: 0.0 if known["cached"] else float(known["seconds"]) for step, known in facts["steps"].items()}
    environment = files.read_json(run.path / "environment.json")
    about = (
        ("run", run.id),
        ("started", moment(str(facts["started"]))),
        ("computed in", human_seconds(sum(seconds.values()))),
        ("seed", str(facts["file"]["seed"])),
        ("python", str(environment["python"])),
        *((name, version) for name, version in environment["libraries"].items()),
    )
    return Report(
        facts["workflow"], verdict_of(run), problem["statement"], _summary(run), measures_of(run),
        tuple(run.chapters.values()), about, next_commands(run), seconds,
    )  # fmt: skip


def write_report(run: Run) -> None:
    """Write ``report.html`` into the run's folder."""
    files.write_text(run.report, html.render(report_of(run), run.store.root / "drawings"))


def _summary(run: Run) -> tuple[tuple[str, str], ...]:
    facts = run.folder.facts()
    found = [("target", facts["file"]["problem"]["target"])]
    if "cleaning" in run.steps:
        found.append(("task", run.result("cleaning").task))
    if "splitting" in run.steps:
        parts = run.result("splitting")
        found += [
            ("training rows", f"{parts.rows_train:,}"),
            ("sealed rows", f"{parts.rows_test:,}" if parts.rows_test else "none"),
        ]
    return tuple(found)
