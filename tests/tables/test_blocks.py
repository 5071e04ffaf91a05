"""Columns in blocks: reading, hashing, profiling and judging them in parts comes to the same as all at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.schema import Column, Rule, Schema
from tenfold.schema.canonical import canonical
from tenfold.steps.cleaning import inference, judging, missing, reading
from tenfold.steps.cleaning.config import Cleaning
from tenfold.steps.problem.config import Problem
from tenfold.tables import compile, engine, hashing, parquet, profile, stitching, templates

#: Names that have to be quoted, that SQL knows, or that the statements themselves use.
ODD = (
    'a "quoted" one', "it's", "semi;colon", "select", "x.y", "100%", "{0}", "⟨the column⟩", "naïve café", " blank ",
    "c", "v", "n", "text", "plain", "raw", "block", "contents", "doubtful0", "file_row_number", "h0",
)  # fmt: skip
BLOCK = 5
#: Around the boundary of a block.
WIDTHS = (1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 1, len(ODD))
ROWS = 24
SHORT = st.text("a|:~1", max_size=3)


#: Texts that numbers, dates, booleans and levels are written as, and what none of them is.
TEXTS = st.one_of(
    st.sampled_from(["1.5", " 7 ", "\u3000$1,200", "inf", "-Infinity", "nan", "NA", "", " ", "Yes", "no", "1_0", "é",
                     "[a]", "2024-01-02", "31.12.1999", "a|b", "it's", "12 %"]),
    st.none(), st.text(max_size=4),
)  # fmt: skip
PHYSICAL = (
    (pa.string(), TEXTS), (pa.string(), TEXTS), (pa.float64(), st.one_of(st.none(), st.floats())),
    (pa.int64(), st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1))),
    (pa.bool_(), st.one_of(st.none(), st.booleans())),
)  # fmt: skip
#: Kind, role and rule of a column.
RULES: tuple[tuple[Any, Any, Rule], ...] = (
    ("number", "feature", Rule()),
    ("number", "feature", Rule(affixes=("$",), thousands=",", missing=("NA", "1.5"))),
    ("boolean", "feature", Rule(true=("Yes",), false=("no",))),
    ("date", "feature", Rule(formats=("%d.%m.%Y",))),
    ("category", "feature", Rule(recode={"é": "e", "7": "seven"})),
    ("text", "feature", Rule(missing=("[a]",))),
)


def cells(place: int) -> list[str | None]:
    """Texts of one column: numbers (one of them unreadable), levels, dates or words, some of them missing."""
    draw = np.random.default_rng(place)
    kinds: list[Sequence[str | None]] = [
        [*(f"{value:.2f}" for value in draw.normal(size=8)), None, "inf", " 7 "],
        ["red", "green", " green ", "", None, "Zürich"],
        ["Yes", "No", None],
        ["2024-01-02", "1999-12-31", None],
    ]
    return [draw.choice(np.array(kinds[place % 4], dtype=object)) for _ in range(ROWS)]


def table(width: int) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: cells(place) for place, name in enumerate(ODD[:width])}
    return {**columns, "y": ["down" if row % 3 else "up" for row in range(ROWS)]}


def opened(columns: dict[str, list[Any]], folder: Path) -> tuple[Any, parquet.Source]:
    path = folder / "raw.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=10)
    connection = engine.connect(1 << 30)
    return connection, parquet.source(connection, path)


def schema_of(
    columns: dict[str, list[Any]], kinds: Sequence[str] = ("number", "category", "boolean", "date")
) -> Schema:
    made = [
        Column(name, "category", "target") if name == "y" else Column(name, kinds[place % 4], optional=True)  # type: ignore[arg-type]
        for place, name in enumerate(columns)
    ]
    return Schema(tuple(made))


def blocks_of(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Let everything work in blocks of so many columns."""
    monkeypatch.setattr(reading, "BLOCK", size)
    monkeypatch.setattr(judging, "_TOGETHER", size)
    monkeypatch.setattr(profile, "_TOGETHER", size)


def hashed_in_blocks_of(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(hashing, "HASHED", size)
    monkeypatch.setattr(hashing.blocks, "__defaults__", (size,))


def hashed(texts: Sequence[str | None], size: int) -> str:
    """What the architecture says of ``__content``: the MD5 of all texts; of many, the MD5 of those of so many each."""
    marked = ["~" if text is None else f"{len(text.encode())}:{text}" for text in texts]
    parts = [_md5("|".join(marked[begin : begin + size])) for begin in range(0, len(marked), size)]
    return parts[0] if len(parts) == 1 else _md5("|".join(parts))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


class TestTemplates:
    VALUES: tuple[tuple[pa.DataType, list[Any]], ...] = (
        (pa.string(), [" a ", None, "", "é", "1.0"]),
        (pa.int64(), [1, -5, None]),
        (pa.float64(), [1.0, 0.1, float("nan"), 1e300, -0.0, None]),
        (pa.bool_(), [True, False, None]),
    )

    @pytest.mark.parametrize("name", ODD)
    def test_of_a_column_of_any_name(self, name: str) -> None:
        connection = engine.connect(1 << 28)
        for kind, values in self.VALUES:
            connection.register("given", pa.table({name: pa.array(values, kind)}))
            physical = engine.table(connection, "given")[name].type()
            found = engine.run(connection, f"select {templates.canonical(physical, name)} from given")
            expected = engine.fetch(
                connection,
                engine.table(connection, "given").select(v=compile.canonical(engine.table(connection, "given")[name])),
            )
            assert [row[0] for row in found] == expected["v"].to_pylist() == [canonical(value) for value in values]


class TestHashes:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_are_those_of_all_texts_in_name_order(
        self, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashed_in_blocks_of(monkeypatch, BLOCK)
        columns = table(width)
        connection, raw = opened(columns, tmp_path)
        typed = reading.read(connection, raw, schema_of(columns), tmp_path)
        found = pq.read_table(typed.blocks[0], columns=["__id", "__key", "__content"]).sort_by("__id")
        rows = [[columns[name][row] for name in sorted(columns)] for row in range(ROWS)]
        assert found["__content"].to_pylist() == [hashed(row, BLOCK) for row in rows]
        assert found["__key"].to_pylist() == found["__content"].to_pylist()
        assert found["__id"].to_pylist() == list(range(ROWS))

    @settings(max_examples=30, deadline=None)
    @given(rows=st.lists(st.lists(st.one_of(st.none(), SHORT), min_size=7, max_size=7), min_size=1, max_size=6))
    def test_of_rows_that_differ_differ(self, rows: list[list[str | None]]) -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            hashed_in_blocks_of(monkeypatch, 3)
            connection = engine.connect(1 << 28)
            names = [f"c{place}" for place in range(7)]
            arrays = {name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(names)}
            connection.register("given", pa.table(arrays))
            engine.run(connection, "create table raw as select *, row_number() over () - 1 as at from given")
            source = parquet.Source("raw", "raw.at", {}, len(rows))
            hashing.store(connection, "contents", source, [f'"{name}"' for name in names])
            found = engine.run(connection, "select __at, __hashed from contents order by __at")
            assert [row[1] for row in found] == [hashed(row, 3) for row in rows]
            assert len({row[1] for row in found}) == len({tuple(row) for row in rows})


class TestReading:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_in_blocks_is_reading_all_at_once(
        self, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        columns = table(width)
        schema = schema_of(columns)
        once, parted = tmp_path / "once", tmp_path / "parted"
        once.mkdir()
        parted.mkdir()
        connection, raw = opened(columns, once)
        whole = reading.read(connection, raw, schema, once)
        assert len(whole.blocks) == 1
        blocks_of(monkeypatch, BLOCK)
        parts = reading.read(connection, raw, schema, parted)
        assert [len(block) for block in parts.columns] == [
            min(BLOCK, width + 1 - begin) for begin in range(0, width + 1, BLOCK)
        ]
        assert (parts.unreadable, parts.infinite) == (whole.unreadable, whole.infinite)
        for each, target in ((whole, once / "typed.parquet"), (parts, parted / "typed.parquet")):
            assert stitching.stitch(each.blocks, target) == ROWS
        one, other = pq.read_table(once / "typed.parquet"), pq.read_table(parted / "typed.parquet")
        assert {*one.column_names} == {*columns, "__id", "__key", "__content"}
        assert repr(other.select(one.column_names).to_pydict()) == repr(one.to_pydict())  # NaN is what it is not

    def test_no_number_is_missing_whatever_a_parquet_file_says_of_its_range(self, tmp_path: Path) -> None:
        pq.write_table(pa.table({"a": [1.5, 2.5, float("nan")]}), tmp_path / "raw.parquet")
        connection = engine.connect(1 << 28)
        raw = parquet.source(connection, tmp_path / "raw.parquet")
        found = connection.sql(reading.statement(raw, [Column("a", "number")], {})).to_arrow_table()
        assert found["a"].to_pylist() == [1.5, 2.5, None]

    @settings(max_examples=15, deadline=None)
    @given(data=st.data())
    def test_as_lists_is_reading_one_by_one(
        self, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        rows = data.draw(st.integers(1, 5))
        columns, made = {}, []
        for name in data.draw(st.lists(st.sampled_from(ODD), min_size=2, unique=True)):
            physical, values = data.draw(st.sampled_from(PHYSICAL))
            columns[name] = pa.array(data.draw(st.lists(values, min_size=rows, max_size=rows)), physical)
            made.append(Column(name, *data.draw(st.sampled_from(RULES))))
        path = tmp_path_factory.mktemp("lists") / "raw.parquet"
        pq.write_table(pa.table(columns), path)
        connection = engine.connect(1 << 28)
        raw = parquet.source(connection, path)
        read = {}
        for shared in (1, 2, 10**9):
            with pytest.MonkeyPatch.context() as monkeypatch:
                monkeypatch.setattr(reading, "SHARED", shared)
                sql = reading.statement(raw, made, reading.own(raw))
            assert ("list_transform" in sql) >= (shared == 1)
            found = connection.sql(sql).to_arrow_table().sort_by("__id")
            read[shared] = repr(found.select(sorted(found.column_names)).to_pydict())  # NaN is what it is not
        assert read[1] == read[2] == read[10**9]

    def test_of_a_column_called_as_the_row_number_is(self, tmp_path: Path) -> None:
        columns = {"File_Row_Number": ["9", "8", "7"] * 8, "y": ["a", "b"] * 12}
        connection, raw = opened(columns, tmp_path)
        typed = reading.read(connection, raw, schema_of(columns), tmp_path)
        found = pq.read_table(typed.blocks[0]).sort_by("__id")
        assert found["__id"].to_pylist() == list(range(24))
        assert found["File_Row_Number"].to_pylist() == [9.0, 8.0, 7.0] * 8
        shown = engine.fetch(connection, parquet.view(connection, "typed", typed.blocks[0], ["File_Row_Number"]))
        assert shown["__at"].to_pylist() == list(range(24))


class TestProfiles:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_in_blocks_are_those_of_all_at_once(
        self, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        columns = table(width)
        connection, raw = opened(columns, tmp_path)
        names = list(columns)
        whole = list(profile.profiles(connection, raw, names, missing.MARKS))
        blocks_of(monkeypatch, BLOCK)
        assert list(profile.profiles(connection, raw, names, missing.MARKS)) == whole
        for each in whole:
            counts = Counter(text.strip() for text in columns[each.name] if text is not None and text.strip())
            assert each.values == counts, each.name
            assert (each.rows, each.present, each.distinct) == (ROWS, counts.total(), len(counts)), each.name


class TestJudging:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_in_blocks_is_judging_all_at_once(
        self, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        columns = table(width)
        for place, name in enumerate(ODD[:width]):
            columns[name] = ["bad" if row == place % 7 else f"{row}.5" for row in range(ROWS)]
        columns["y"][1] = None
        connection, raw = opened(columns, tmp_path)
        schema = schema_of(columns, kinds=("number",) * 4)
        asked = inference.target_kind.Asked("binary", "declared", inference.Rule())
        inferred = inference.Inferred(schema, {}, asked, {}, {})

        def judged() -> tuple[list[dict[str, Any]], Any, Any]:
            typed = reading.read(connection, raw, schema, tmp_path)
            found = judging.judge(connection, raw, typed, inferred, Cleaning(), least=2)
            broken = engine.fetch(connection, found.broken).sort_by("__id").to_pylist()
            return broken, found.counts, found.sizes

        whole = judged()
        blocks_of(monkeypatch, BLOCK)
        assert judged() == whole
        assert [row["__id"] for row in whole[0]] == sorted({1, *(place % 7 for place in range(width))})


class TestStitching:
    @settings(max_examples=25, deadline=None)
    @given(
        rows=st.integers(0, 40), groups=st.lists(st.integers(1, 50), min_size=1, max_size=4), size=st.integers(1, 50),
        seed=st.integers(0, 100),
    )  # fmt: skip
    def test_puts_the_same_rows_side_by_side(
        self, rows: int, groups: list[int], size: int, seed: int, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("parts")
        tables = [pa.table({f"c{place}": pa.array(range(rows), pa.int64())}) for place, _ in enumerate(groups)]
        paths = [folder / f"{place}.parquet" for place, _ in enumerate(groups)]
        for each, path, group in zip(tables, paths, groups, strict=True):
            pq.write_table(each, path, row_group_size=group)
        mask = np.random.default_rng(seed).random(rows) < 0.5
        with pytest.MonkeyPatch.context() as monkeypatch:
            monkeypatch.setattr(stitching, "group_rows", lambda columns: size)
            written = stitching.stitch(
                paths, folder / "whole.parquet", lambda batch, begin: stitching.kept(batch, begin, mask)
            )
        whole = pq.read_table(folder / "whole.parquet")
        assert written == whole.num_rows == mask.sum()
        assert all(whole[name].to_pylist() == np.flatnonzero(mask).tolist() for name in whole.column_names)
        assert whole.num_columns == len(groups)


def test_inference_comes_to_the_same_schema_whatever_the_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = table(len(ODD))
    connection, raw = opened(columns, tmp_path)

    def inferred() -> inference.Inferred:
        names = list(columns)
        found = profile.profiles(connection, raw, names, missing.MARKS)
        return inference.infer(Cleaning(), Problem(target="y"), names, found)

    whole = inferred()
    blocks_of(monkeypatch, 1)
    assert inferred() == whole
