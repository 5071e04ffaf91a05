"""Typed sources: JSON, Parquet, SQLite, ARFF."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def only(row: dict) -> dict:
    return {name: value for name, value in row.items() if not name.startswith("__")}


def test_json_types_are_those_of_the_values(collect, rows, root):
    objects = [
        {"n": 1, "x": 1, "b": True, "t": "a", "m": None, "long": 2**60, "mixed": 1.0, "nan": float("nan")},
        {"n": None, "x": 0.5, "b": False, "t": "", "long": 1, "mixed": True, "late": 3, "nan": 1},
    ]
    (root / "a.jsonl").write_text("\n".join(json.dumps(each) for each in objects) + "\n")
    result = collect({"sources": {"main": "a.jsonl"}})
    assert dict(result.value.columns) == {
        "n": "BIGINT", "x": "DOUBLE", "b": "BOOLEAN", "t": "VARCHAR", "m": "VARCHAR", "long": "BIGINT",
        "mixed": "VARCHAR", "nan": "DOUBLE", "late": "BIGINT",
    }  # fmt: skip
    second = only(rows(result)[1])
    assert second == {
        "n": None, "x": 0.5, "b": False, "t": "", "m": None, "long": 1, "mixed": "true", "nan": 1.0, "late": 3,
    }  # fmt: skip
    assert rows(result)[0]["mixed"] == "1"


def test_json_array_reads_like_lines(collect, rows, root):
    objects = [{"a": 1, "b": "x"}, {"b": "y", "a": 2}]
    (root / "a.json").write_text(json.dumps(objects, indent=2))
    (root / "a.jsonl").write_text("\n".join(map(json.dumps, objects)))
    array, lines = (rows(collect({"sources": {"main": name}})) for name in ("a.json", "a.jsonl"))
    assert [only(row) for row in array] == [only(row) for row in lines] == objects


def test_parquet_keeps_the_types_of_the_raw_table_and_turns_others(collect, rows, root):
    noon = datetime(2024, 5, 3, 12, tzinfo=UTC)
    table = pa.table(
        {
            "small": pa.array([1, None], pa.int8()),
            "huge": pa.array([2**63, 1], pa.uint64()),
            "half": pa.array([0.5, None], pa.float32()),
            "money": pa.array([Decimal("1.10"), None], pa.decimal128(9, 2)),
            "level": pa.array(["a", "b"]).dictionary_encode(),
            "day": pa.array([date(2024, 5, 3), None]),
            "zoned": pa.array([noon, None], pa.timestamp("ns", "Europe/Oslo")),
            "span": pa.array([timedelta(seconds=1), None]),
            "list": pa.array([[1, 2], None]),
            "none": pa.nulls(2),
        }
    )
    pq.write_table(table, root / "a.parquet")
    result = collect({"sources": {"main": "a.parquet"}})
    assert [kind for _, kind in result.value.columns] == [
        "BIGINT", "VARCHAR", "DOUBLE", "DOUBLE", "VARCHAR", "DATE", "TIMESTAMP", "VARCHAR", "VARCHAR", "VARCHAR",
    ]  # fmt: skip
    first = only(rows(result)[0])
    assert first == {
        "small": 1, "huge": "9223372036854775808", "half": 0.5, "money": 1.1, "level": "a", "day": date(2024, 5, 3),
        "zoned": noon.replace(tzinfo=None), "span": "0:00:01", "list": "[1, 2]", "none": None,
    }  # fmt: skip


def test_sqlite_types_are_those_of_the_values_whatever_is_declared(collect, rows, root):
    connection = sqlite3.connect(root / "s.db")
    connection.execute("create table t (a text, b integer, c real, d)")
    connection.executemany("insert into t values (?, ?, ?, ?)", [("x", 1, 0.5, None), (None, "two", 2.0, b"\x01")])
    connection.commit()
    connection.close()
    result = collect({"sources": {"main": {"sql": "s.db", "table": "t"}}})
    assert [kind for _, kind in result.value.columns] == ["VARCHAR", "VARCHAR", "DOUBLE", "VARCHAR"]
    assert [tuple(only(row).values()) for row in rows(result)] == [("x", "1", 0.5, None), (None, "two", 2.0, "01")]
    assert rows(result)[0]["__source"] == "s.db#t"


def test_sqlite_is_left_as_it_was(collect, root):
    connection = sqlite3.connect(root / "s.sqlite")
    connection.execute("create table t (a)")
    connection.execute("insert into t values (1)")
    connection.commit()
    connection.close()
    before = (root / "s.sqlite").read_bytes()
    collect({"sources": {"main": {"sql": "sqlite:///s.sqlite", "query": "select a, a + 1 as b from t"}}})
    assert (root / "s.sqlite").read_bytes() == before
    assert [each.name for each in root.iterdir()] == ["s.sqlite"]


def test_arff_values_are_text_and_question_marks_stay(collect, rows, root: Path):
    (root / "a.arff").write_text(
        "% a comment\n@RELATION r\n\n@attribute 'my job' {'black smith', cook, \"o'b\"}\n@ATTRIBUTE age REAL\n"
        "@attribute note string\n@DATA\n% another\n'black smith', 31 ,'it\\'s, so'\n?,?,?"
        '\n"o\'b",1e3,"say \\"x\\""\n'
    )
    got = [only(row) for row in rows(collect({"sources": {"main": "a.arff"}}))]
    assert got == [
        {"my job": "black smith", "age": "31", "note": "it's, so"},
        {"my job": "?", "age": "?", "note": "?"},
        {"my job": "o'b", "age": "1e3", "note": 'say "x"'},
    ]


def test_stacked_types_are_widened_together(collect, rows, root):
    pq.write_table(pa.table({"a": [1], "b": [True]}), root / "p1.parquet")
    pq.write_table(pa.table({"a": [0.5], "b": [2]}), root / "p2.parquet")
    result = collect({"sources": {"main": "p*.parquet"}})
    assert result.value.columns == (("a", "DOUBLE"), ("b", "VARCHAR"))
    assert [tuple(only(row).values()) for row in rows(result)] == [(1.0, "true"), (0.5, "2")]


def test_format_is_found_by_content_where_the_name_says_nothing(collect, root):
    (root / "a.txt").write_text('{"a": 1}\n')
    (root / "b.dat").write_text("% note\n@relation r\n@attribute a real\n@data\n1\n")
    pq.write_table(pa.table({"a": [1]}), root / "c")
    formats = [collect({"sources": {"main": name}}).value.sources[0].format for name in ("a.txt", "b.dat", "c")]
    assert formats == ["json_lines", "arff", "parquet"]
