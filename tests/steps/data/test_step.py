from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tenfold.core.chapter import Chapter
from tenfold.core.errors import UserError
from tenfold.core.result import Context
from tenfold.steps.data import delimited
from tenfold.steps.data.config import Data
from tenfold.steps.data.identity import identity
from tenfold.steps.data.result import Collected
from tenfold.steps.data.step import run

CUSTOMERS = "id,city\n1,Oslo\n2,\n3,Rome\n"
CALLS = "id,minutes\n1,5\n1,7\n3,0.1\n"
COMBINE = """
select customers.*, count(calls.id) as calls, sum(calls.minutes::double) as minutes
from customers left join calls using (id) group by all;  -- a comment
"""


@pytest.fixture
def shop(root: Path) -> dict[str, Any]:
    (root / "customers.csv").write_text(CUSTOMERS)
    (root / "calls.csv").write_text(CALLS)
    return {"sources": {"customers": "customers.csv", "calls": "calls.csv"}, "combine": COMBINE.rsplit(";", 1)[0]}


def test_raw_table_holds_text_as_it_stands(collect, rows, root):
    (root / "a.csv").write_text('x,y\n 1 ,""\n,"$1,200"\nNA,"two\nlines"\n')
    assert rows(collect({"sources": {"main": "a.csv"}})) == [
        {"x": " 1 ", "y": "", "__source": "a.csv", "__row": 1},
        {"x": None, "y": "$1,200", "__source": "a.csv", "__row": 2},
        {"x": "NA", "y": "two\nlines", "__source": "a.csv", "__row": 3},
    ]


def test_same_sources_give_the_same_bytes_at_another_time_and_place(shop, root, tmp_path):
    tables = []
    for day, place in ((1, "here"), (2, "there")):
        elsewhere, folder = tmp_path / place, tmp_path / f"out-{place}"
        folder.mkdir()
        elsewhere.mkdir()
        for name in ("customers.csv", "calls.csv"):
            (elsewhere / name).write_bytes((root / name).read_bytes())
        for section in (shop, {"sources": {"main": "customers.csv"}}):
            result = run(
                Data(**section), Context("data", folder, elsewhere), lambda day=day: datetime(2024, 1, day, tzinfo=UTC)
            )
            assert {each.time for each in result.value.sources} == {f"2024-01-0{day}T00:00:00+00:00"}
            tables.append(result.value.raw.read_bytes())
    assert tables[:2] == tables[2:]


def test_combine_joins_sources_under_the_name_of_the_query(shop, collect, rows):
    result = collect(shop)
    assert result.value.columns == (("id", "VARCHAR"), ("city", "VARCHAR"), ("calls", "BIGINT"), ("minutes", "DOUBLE"))
    assert [tuple(row.values()) for row in rows(result)] == [
        ("1", "Oslo", 2, 12.0, "combine", 1),
        ("2", None, 0, None, "combine", 2),
        ("3", "Rome", 1, 0.1, "combine", 3),
    ]
    assert [(each.source, each.rows) for each in result.value.sources] == [("customers", 3), ("calls", 3)]


def test_single_source_may_be_combined_too(collect, rows, root):
    (root / "a.csv").write_text(CUSTOMERS)
    result = collect({"sources": {"a": "a.csv"}, "combine": "select city, id from a where id <> '2'"})
    assert [row["city"] for row in rows(result)] == ["Oslo", "Rome"]


def test_stacked_files_keep_their_origin(collect, rows, root):
    (root / "p1.csv").write_text("a,b\n1,2\n3,4\n")
    (root / "p2.csv").write_text("b,a\n6,5\n")
    got = rows(collect({"sources": {"main": "p*.csv"}}))
    assert [(row["a"], row["b"], row["__source"], row["__row"]) for row in got] == [
        ("1", "2", "p1.csv", 1), ("3", "4", "p1.csv", 2), ("5", "6", "p2.csv", 1),
    ]  # fmt: skip


def test_own_test_rows_are_marked(collect, rows, root):
    (root / "a.csv").write_text(CUSTOMERS)
    pq.write_table(pa.table({"city": ["Bonn"], "id": [9]}), root / "t.parquet")
    result = collect({"sources": {"main": "a.csv"}, "test": "t.parquet"})
    assert result.value.has_test
    assert [(row["id"], row["city"], row["__test"]) for row in rows(result)][-2:] == [
        ("3", "Rome", False),
        ("9", "Bonn", True),
    ]
    assert [(each.test, each.rows) for each in result.value.sources] == [(False, 3), (True, 1)]


def test_ragged_lines_are_set_aside_and_conserved(collect, rows, root):
    (root / "a.csv").write_text('a,b\n1,2\n3\n4,5\n"6\n6",7,8\n9,0\n')
    result = collect({"sources": {"main": {"file": "a.csv", "ragged": "quarantine"}}})
    assert [row["__row"] for row in rows(result)] == [1, 3, 5]
    assert result.value.sources[0].rows + result.value.sources[0].quarantined == 5
    assert result.value.quarantine is not None
    assert [json.loads(line) for line in result.value.quarantine.read_text().splitlines()] == [
        {"source": "a.csv", "line": 3, "row": 2, "fields": ["3"]},
        {"source": "a.csv", "line": 5, "row": 4, "fields": ["6\n6", "7", "8"]},
    ]


@pytest.mark.parametrize(
    "content",
    ["31,cook\n40,smith\n", "a;b\n1,5;x\n", 'ham\t"open\nspam\tx\nham\ty\n', "a,b,c\n" + "1,2,3\n" * 9 + "1\n",
     ",b\n1,2\n", "'x','y'\n'1','2,3'\n"],
)  # fmt: skip
def test_pinned_section_reads_the_same(content, collect, root):
    (root / "a.csv").write_text(content)
    first = collect({"sources": {"main": {"file": "a.csv", "ragged": "quarantine"}}})
    again = collect(first.value.pinned)
    assert again.value.raw.read_bytes() == first.value.raw.read_bytes()
    assert again.value.pinned == first.value.pinned
    source = first.value.pinned["sources"]["main"]
    assert {"format", "encoding", "delimiter", "quote", "header"} <= set(source)


def test_pinned_section_keeps_variables_unfilled(collect, root, monkeypatch):
    (root / "a.csv").write_text(CUSTOMERS)
    monkeypatch.setenv("TENFOLD_PLACE", str(root))
    result = collect({"sources": {"main": "${TENFOLD_PLACE}/a.csv"}})
    assert result.value.pinned["sources"]["main"]["file"] == "${TENFOLD_PLACE}/a.csv"
    assert result.value.rows == 3


def test_result_and_chapter_survive_their_files(shop, collect):
    result = collect(shop)
    folder = result.value.raw.parent
    result.value.save(folder)
    assert Collected.load(folder) == result.value
    assert Chapter.from_dict(json.loads(json.dumps(result.chapter.to_dict()))) == result.chapter
    assert result.chapter.summary == "3 rows of 4 columns from 2 sources."


def test_identity_follows_content_not_time_or_place(shop, root, tmp_path):
    before = identity(Data(**shop), root)
    (root / "calls.csv").touch()
    assert identity(Data(**shop), root) == before
    (root / "calls.csv").write_text(CALLS + "2,1\n")
    assert identity(Data(**shop), root) != before
    other = {**shop, "combine": "from customers"}
    assert identity(Data(**other), root) != identity(Data(**shop), root)


def test_identity_of_a_database_follows_its_query(root):
    connection = sqlite3.connect(root / "s.sqlite")
    connection.execute("create table t (a)")
    connection.commit()
    connection.close()
    asked = [{"sources": {"m": {"sql": "s.sqlite", "query": query}}} for query in ("select 1", "select 2", "select 1")]
    first, second, third = (identity(Data(**section), root) for section in asked)
    assert first == third != second


def test_identity_uses_the_digest_it_is_given(shop, root):
    seen = []
    identity(Data(**shop), root, lambda path: seen.append(path.name) or "0")
    assert seen == ["customers.csv", "calls.csv"]


def test_file_beyond_the_project_is_known_by_its_bare_name(collect, rows, root, tmp_path):
    (tmp_path / "far.csv").write_text(CUSTOMERS)
    assert rows(collect({"sources": {"main": "../far.csv"}}))[0]["__source"] == "far.csv"


def test_staging_folder_is_gone(shop, collect):
    result = collect(shop)
    assert [each.name for each in result.value.raw.parent.iterdir()] == ["raw.parquet"]


def test_file_changed_while_it_is_read_is_refused(collect, root, monkeypatch):
    (root / "a.csv").write_text(CUSTOMERS)

    def meddle(*_):
        (root / "a.csv").write_text(CUSTOMERS + "4,Bern\n")
        return csv_reader(*_)

    csv_reader = delimited.read
    monkeypatch.setattr(delimited, "read", meddle)
    with pytest.raises(UserError, match="TF-DATA-028"):
        collect({"sources": {"main": "a.csv"}})
