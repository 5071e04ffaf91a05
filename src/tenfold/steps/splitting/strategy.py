"""Which strategy applies, and whether anything is sealed at all."""

from __future__ import annotations

from dataclasses import dataclass

from tenfold.core import identity
from tenfold.core.errors import Problem, did_you_mean, raise_all
from tenfold.schema import Schema
from tenfold.steps.splitting.config import Splitting

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SPLIT-003": (
        "a grouped strategy names several columns",
        "name one group column under `splitting.by`",
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
        UserError: ``by`` is missing where the strategy needs it, or names no column of the typed table.
    """
    group = tuple(column.name for column in schema.columns if column.role == "group")
    strategy = config.strategy
    if strategy == "auto":
        strategy = "grouped" if group or config.by else "stratified" if classification else "random"
    by = config.by or (group[:1] if strategy == "grouped" else ())
    raise_all(_problems(config, schema, strategy, by))
    stratum = schema.target.name if strategy == "stratified" and classification and schema.target else None
    return Division(strategy, by, stratum, config.test, config.folds, config.salt, config.small)


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
    if strategy in ("grouped", "time") and not by:
        what = "the column whose values stay together" if strategy == "grouped" else "the column that orders the rows"
        found.append(Problem("TF-SPLIT-001", f"strategy '{strategy}' without `by`", "splitting", what, "add `by:`"))
    if strategy == "grouped" and len(config.by) > 1:
        found.append(Problem("TF-SPLIT-003", f"{len(config.by)} columns", "splitting.by", "one group column", ""))
    return found
