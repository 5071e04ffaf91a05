"""Which strategy applies, and whether anything is sealed at all."""

from __future__ import annotations

from dataclasses import dataclass

from tenfold.core import identity, units
from tenfold.core.errors import Problem, did_you_mean, raise_all
from tenfold.schema import Column, Schema
from tenfold.steps.splitting.config import Splitting

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SPLIT-001": (
        "a grouped or time strategy does not say by which column",
        "add `by:`",
    ),
    "TF-SPLIT-002": (
        "`splitting.by` names no column of the typed table",
        "use the name that it proposes, or one of those it lists",
    ),
    "TF-SPLIT-003": (
        "a grouped strategy names several columns",
        "name one group column under `splitting.by`",
    ),
    "TF-SPLIT-007": (
        "a gap is asked for, and the strategy has no order of time",
        "say `strategy: time` and the column that orders the rows under `by`, or leave the gap out",
    ),
    "TF-SPLIT-010": (
        "`splitting.by` stands beside a strategy that keeps no rows together",
        "say `strategy: grouped`, or leave `by` out",
    ),
    "TF-SPLIT-011": (
        "`splitting.by` names a date, and no strategy says what it is for",
        "say `strategy: time` to test later rows, or `strategy: grouped` to keep the rows of a date together",
    ),
    "TF-SPLIT-008": (
        "the gap does not suit the column that orders the rows: a date needs a duration, a number a number, and "
        "several columns have no distance",
        "say `7d` before dates and `7` before numbers, with one column under `splitting.by`",
    ),
}


@dataclass(frozen=True)
class Division:
    """A strategy with everything inferred. Rows with equal units stay together; strata keep their shares."""

    strategy: str
    by: tuple[str, ...]
    stratum: str | None
    test: float
    folds: int
    salt: str
    small: int = 0  # fewer rows than this are not sealed
    gap: float = 0.0  # in the unit of the column that orders the rows; of dates: seconds
    gap_written: str = ""

    @property
    def time_ordered(self) -> bool:
        return self.strategy == "time"

    def test_set(self, name: str, schema: Schema) -> str:
        """The name of the test set that this division draws for a workflow."""
        key = schema.key.name if schema.key else None
        target = schema.target.name if schema.target else None
        drawn = [self.strategy, self.by, self.test, self.salt, key, target]
        return f"{name}-{identity.of_value(drawn)[:8]}"


def divide_by(config: Splitting, schema: Schema, classification: bool) -> Division:
    """Complete the configuration from the schema.

    Raises:
        UserError: ``by`` is missing where the strategy needs it, names no column of the typed table, or stands where it
            is for nothing.
    """
    group = tuple(column.name for column in schema.columns if column.role == "group")
    strategy = config.strategy
    if strategy == "auto":
        strategy = "grouped" if group or config.by else "stratified" if classification else "random"
    by = config.by or (group[:1] if strategy == "grouped" else ())
    raise_all(_problems(config, schema, strategy, by))
    stratum = schema.target.name if strategy == "stratified" and classification and schema.target else None
    gap = (units.seconds(config.gap), _written(config.gap)) if config.gap else (0.0, "")
    return Division(strategy, by, stratum, config.test, config.folds, config.salt, config.small, *gap)


def _problems(config: Splitting, schema: Schema, strategy: str, by: tuple[str, ...]) -> list[Problem]:
    typed = [column.name for column in schema.columns if column.role != "ignored"]
    found = [
        Problem(
            "TF-SPLIT-002", f"'{name}' is not a column of the typed table", "splitting.by",
            do=did_you_mean(name, typed),
        )
        for name in by
        if name not in typed
    ]  # fmt: skip
    found = found or _purpose(config, schema, strategy)
    if strategy in ("grouped", "time") and not by:
        what = "the column whose values stay together" if strategy == "grouped" else "the column that orders the rows"
        found.append(Problem("TF-SPLIT-001", f"strategy '{strategy}' without `by`", "splitting", what, "add `by:`"))
    return [*found, *_gap(config, schema, strategy, by)] if config.gap and not found else found


def _purpose(config: Splitting, schema: Schema, strategy: str) -> list[Problem]:
    """What is wrong with ``by`` where it names columns that there are: what it is for has to be plain."""
    where, written = "splitting.by", f"`by: [{', '.join(config.by)}]`"
    if config.by and strategy in ("random", "stratified"):
        got = f"{written}, and strategy '{strategy}' keeps no rows together"
        do = "say `strategy: grouped`, or leave `by` out"
        return [Problem("TF-SPLIT-010", got, where, "`by` beside the strategy grouped or time", do)]
    dates = [name for name in config.by if _dated(schema[name])]
    if dates and config.strategy == "auto":
        do = "say `strategy: time` to test later rows, or `strategy: grouped` to keep the rows of a date together"
        got = f"{written} without a strategy, and '{dates[0]}' is a date"
        return [Problem("TF-SPLIT-011", got, where, "a strategy that says what the date is for", do)]
    if strategy == "grouped" and len(config.by) > 1:
        do = "name one, or make one column of them (`data.combine`)"
        return [Problem("TF-SPLIT-003", written, where, "one group column", do)]
    return []


def _dated(column: Column) -> bool:
    """Whether its values are dates in the typed table: those of keys and groups stay text."""
    return column.kind == "date" and column.role not in ("key", "group")


def _written(gap: float | str) -> str:
    return gap if isinstance(gap, str) else units.written(gap)


def _gap(config: Splitting, schema: Schema, strategy: str, by: tuple[str, ...]) -> list[Problem]:
    """What is wrong with a gap: it needs one column that orders the rows, and that column's unit."""
    where, duration = "splitting.gap", isinstance(config.gap, str)
    if strategy != "time":
        do = "say `strategy: time` and the column that orders the rows under `by`, or leave the gap out"
        return [Problem("TF-SPLIT-007", f"a gap, and strategy '{strategy}' has no order of time", where, do=do)]
    if len(by) > 1:
        do = "make one column of them (`data.combine`)"
        return [Problem("TF-SPLIT-008", f"a gap between rows ordered by {len(by)} columns", where, "one column", do)]
    dated = _dated(schema[by[0]])
    if dated == duration:
        return []
    expected = "a duration, such as 7d" if dated else "a number in the column's own unit, such as 7"
    got = f"{config.gap!r}, and '{by[0]}' {'is a date' if dated else 'holds numbers'}"
    return [Problem("TF-SPLIT-008", got, where, expected, "write `gap: 7d`, say" if dated else "write `gap: 7`, say")]
