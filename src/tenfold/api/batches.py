"""A file of raw rows in, a file of answers out, one batch in memory at a time."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tenfold.api.model import Model, check_present
from tenfold.bundle.decision import Task
from tenfold.core import units
from tenfold.core.errors import UserError
from tenfold.core.result import Context
from tenfold.schema import Schema
from tenfold.steps.data import step as data_step
from tenfold.steps.data.config import Data, Source
from tenfold.steps.data.locate import locate

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-103": (
        "predictions cannot be written in this format",
        "name an output that ends in .csv or .parquet",
    ),
}

Rows = Mapping[str, list[Any]]


@dataclass(frozen=True)
class Done:
    """How many rows were answered and refused; columns of the file that the model does not know (they are ignored), and
    optional ones that the file lacks (they are taken as missing): a misspelt name is among both.
    """

    rows: int
    refused: int
    unknown_columns: tuple[str, ...] = ()
    absent_columns: tuple[str, ...] = ()


def predict_file(model: Model, data: Path, output: Path, batch: int = 10_000) -> Done:
    """Answer every row of ``data``, read as step 2 reads it. The answers do not depend on ``batch``.

    The output has the row's key (or number) as ``id``, ``prediction``, the ends ``low`` and ``high`` of its interval
    or the ``set`` of labels (a list; JSON in a CSV file) where the model promises coverage, one ``probability_<class>``
    each, ``warnings`` and ``problems``. It appears complete or not at all, and takes the place of an older file of that
    name.

    Raises:
        UserError: the input cannot be read or lacks required columns, the output's name ends neither in .csv nor in
            .parquet, or the output is the input.
    """
    schema, rows, refused = model.scorer.schema, 0, 0
    with tempfile.TemporaryDirectory() as scratch, _writer(output, data, model.scorer.decision.task) as write:
        table = _opened(data, Path(scratch), schema)
        for number, columns, count in table.batches(batch):
            answers = answer_rows(model, columns, number, count)
            bad = sum(1 for text in answers["problems"] if text)
            rows, refused = rows + count - bad, refused + bad
            write(answers)
    names = table.names.values()
    unknown = tuple(name for name in names if name not in schema)
    absent = tuple(column.name for column in schema.features if column.name not in names)
    return Done(rows, refused, unknown, absent)


def answer_rows(model: Model, columns: Mapping[str, Sequence[object]], first: int, rows: int) -> Rows:
    """The answers to some raw rows as columns; rows are numbered from ``first`` where they have no key."""
    scorer = model.scorer
    reading = scorer.reader.read_columns(columns, rows)
    scores, refused = scorer.scored(reading)
    problems, warnings = _texts(refused, rows), _texts(reading.warnings, rows)
    predictions = list(scorer.decision.predictions(scores))
    answers: dict[str, list[Any]] = {
        "id": [key if key is not None else str(first + row) for row, key in enumerate(reading.ids)],
        "prediction": predictions,
    }
    if (intervals := scorer.decision.intervals(scores)) is not None:
        answers |= {"low": intervals[:, 0].tolist(), "high": intervals[:, 1].tolist()}
    if (sets := scorer.decision.sets(scores, predictions)) is not None:
        answers["set"] = sets
    for place, name in enumerate(scorer.decision.classes):
        answers[f"probability_{name}"] = scores[:, place].tolist()
    for name in answers.keys() - {"id"}:
        answers[name] = [None if bad else each for each, bad in zip(answers[name], problems, strict=True)]
    return {**answers, "warnings": warnings, "problems": problems}


def _texts(found: Sequence[Any], rows: int) -> list[str]:
    texts: list[list[str]] = [[] for _ in range(rows)]
    for each in found:
        texts[each.row].append(f"{each.field}: {each.message}" if each.field else each.message)
    return ["; ".join(text) for text in texts]


@dataclass(frozen=True)
class _Table:
    """Raw rows on disk. ``names``: each column's name in the file → its name in the schema."""

    raw: Path
    names: Mapping[str, str]
    schema: Schema

    def batches(self, most: int) -> Iterator[tuple[int, Mapping[str, Sequence[object]], int]]:
        """The number of the first row, the columns that the model knows, and how many rows they have."""
        known = [name for name in self.names if self.names[name] in self.schema]
        number = 1
        for part in pq.ParquetFile(self.raw).iter_batches(most):
            yield number, {self.names[name]: part.column(name).to_pylist() for name in known}, part.num_rows
            number += part.num_rows


def _opened(data: Path, scratch: Path, schema: Schema) -> _Table:
    config = Data(sources={"data": Source(file=str(data.resolve()))})
    collected = data_step.run(config, Context("data", scratch, Path.cwd())).value
    names = _names([name for name, _ in collected.columns if not name.startswith("__")], collected, schema)
    check_present(schema, list(names.values()), data.name)
    return _Table(collected.raw, names, schema)


def _names(found: list[str], collected: Any, schema: Schema) -> dict[str, str]:
    """Names in the file → names in the schema: as they are, or by position when the file has no header."""
    if any(source.header for source in collected.sources) or any(name in schema for name in found):
        return {name: name for name in found}
    known = [column.name for column in schema.columns]
    without_target = [column.name for column in schema.columns if column.role != "target"]
    for names in (known, without_target):
        if len(names) == len(found):
            return dict(zip(found, names, strict=True))
    raise UserError.of(
        "TF-SERVE-102", f"no header and {units.count(len(found), 'column')}", collected.sources[0].file,
        expected=f"a header, or {units.count(len(without_target), 'column')} as in training", do="add the header line",
    )  # fmt: skip


@contextmanager
def _writer(output: Path, data: Path, task: Task) -> Iterator[Callable[[Rows], None]]:
    if output.suffix not in (".csv", ".parquet"):
        got = f"predictions cannot be written as {output.suffix or 'a file without an ending'}"
        do = f"-o {output.stem or 'answers'}.csv"
        raise UserError.of("TF-SERVE-103", got, str(output), expected=".csv or .parquet", do=do)
    temporary = output.with_name(f".{output.name}.tmp")
    source = Source(file=str(data.resolve()))
    read = [located.path for located in locate(source, Path.cwd(), "data")]
    if any(each.exists() and each.samefile(path) for each in (output, temporary) for path in read):
        raise UserError.of(
            "TF-SERVE-107", "the answers would take the place of the rows that they answer", str(output),
            expected="a file other than the input (by whatever name or link)", do="name another output",
        )  # fmt: skip
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _csv(temporary) if output.suffix == ".csv" else _parquet(temporary, task) as write:
            yield write
        temporary.replace(output)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _csv(path: Path) -> Iterator[Callable[[Rows], None]]:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)

        def write(rows: Rows) -> None:
            if stream.tell() == 0:
                writer.writerow(rows)
            sets = {"set": list(map(_json, rows["set"]))} if "set" in rows else {}
            writer.writerows(zip(*{**rows, **sets}.values(), strict=True))

        yield write


def _json(labels: Sequence[str] | None) -> str | None:
    return None if labels is None else json.dumps(labels, ensure_ascii=False)


@contextmanager
def _parquet(path: Path, task: Task) -> Iterator[Callable[[Rows], None]]:
    writers: list[pq.ParquetWriter] = []

    def write(rows: Rows) -> None:
        table = pa.table({name: pa.array(values, _type(name, task)) for name, values in rows.items()})
        if not writers:
            writers.append(pq.ParquetWriter(path, table.schema))
        writers[0].write_table(table)

    try:
        yield write
    finally:
        for each in writers:
            each.close()


def _type(name: str, task: Task) -> pa.DataType:
    """Fixed for all batches, whatever a batch happens to hold."""
    if name == "set":
        return pa.list_(pa.string())
    is_number = name.startswith("probability_") or (name in ("prediction", "low", "high") and task == "regression")
    return pa.float64() if is_number else pa.string()
