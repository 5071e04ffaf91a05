"""The corpus of bad and odd sources: how to make each, and what has to come of it. See README.md."""

from __future__ import annotations

import gzip
import io
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import parquet as pq

Maker = Callable[[Path], None]


class Case(NamedTuple):
    """A source, its ``data:`` section, and the outcome: refused with ``code``, or accepted with that finding."""

    name: str
    make: Maker
    data: Mapping[str, Any]
    code: str
    says: tuple[str, ...] = ()
    status: int = 2
    rows: int | None = None
    columns: int | None = None


def file(name: str, content: str | bytes) -> Maker:
    data = content.encode("utf-8") if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data) and None


def both(*makers: Maker) -> Maker:
    def make(folder: Path) -> None:
        for each in makers:
            each(folder)

    return make


def nothing(folder: Path) -> None:
    """No file at all."""


def database(*statements: str) -> Maker:
    def make(folder: Path) -> None:
        connection = sqlite3.connect(folder / "shop.sqlite")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return make


def parquet(**columns: pa.Array) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def one(name: str = "data.csv", **options: Any) -> dict[str, Any]:
    return {"sources": {"main": {"file": name, **options}}}


def sql(query: str | None = None, **options: Any) -> dict[str, Any]:
    asked = {"query": query} if query else {}
    return {"sources": {"main": {"sql": "sqlite:///shop.sqlite", **asked, **options}}}


def combined(statement: str) -> dict[str, Any]:
    return {"sources": {"a": {"file": "a.csv"}, "b": {"file": "b.csv"}}, "combine": statement}


TABLE = "age,job\n31,clerk\n40,cook\n52,smith\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
LATIN = "name,age\nJosé,31\nZoë,40\nBjörn,52\n"
TWO = both(file("a.csv", "id,x\n1,2\n2,3\n"), file("b.csv", "id,y\n1,5\n2,6\n"))
SHOP = database("create table customers (id integer, city text)", "insert into customers values (1, 'Oslo'), (2, null)",
                "create table orders (id integer)")  # fmt: skip
WIDE = ",".join(f"c_{n}" for n in range(10_000)) + "\n" + (",".join(["1"] * 10_000) + "\n") * 3
ARFF = "@relation r\n@attribute a numeric\n@attribute 'my job' {cook, 'black smith'}\n@data\n"
GZIP = gzip.compress((TABLE + "".join(f"{n},cook\n" for n in range(500))).encode(), mtime=0)

REFUSED = (
    Case("absent file", file("customers.csv", TABLE), one("custmers.csv"), "TF-DATA-001",
         ("did you mean 'customers.csv'",)),
    Case("absent folder", nothing, one("no/such/data.csv"), "TF-DATA-001", ("no/such/data.csv",)),
    Case("glob without match", nothing, one("*.csv"), "TF-DATA-001", ("no file matches '*.csv'",)),
    Case("absent database", nothing, sql(table="t"), "TF-DATA-001", ("shop.sqlite",)),
    Case("empty file", file("data.csv", ""), one(), "TF-DATA-002", ("data.csv", "empty")),
    Case("blank lines only", file("data.csv", "\n \n\r\n"), one(), "TF-DATA-002", ("data.csv",)),
    Case("byte order mark only", file("data.csv", "\ufeff"), one(), "TF-DATA-002", ("data.csv",)),
    Case("empty gzip", file("data.csv.gz", gzip.compress(b"")), one("data.csv.gz"), "TF-DATA-002", ("empty",)),
    Case("duplicate names", file("data.csv", "age,job,age\n1,a,2\n"), one(), "TF-DATA-003",
         ("data.csv, line 1", "columns 1, 3", "'age'")),
    Case("names that differ in case", file("data.csv", "Age,age\n1,2\n"), one(), "TF-DATA-003",
         ("differ only in case ('Age', 'age')",)),
    Case("header only", file("data.csv", "age,job\n"), one(), "TF-DATA-004", ("2 columns", "header: false")),
    Case("parquet without rows", file("data.parquet", parquet(a=pa.array([], pa.int64()))), one("data.parquet"),
         "TF-DATA-005", ("no rows",)),
    Case("empty array", file("data.json", "[]"), one("data.json"), "TF-DATA-005", ("no usable rows",)),
    Case("objects without keys", file("data.jsonl", "{}\n{}\n"), one("data.jsonl"), "TF-DATA-005", ("2 objects",)),
    Case("fields all empty", file("data.csv", "a,b\n,\n,\n"), one(), "TF-DATA-005", ("empty",)),
    Case("empty table", SHOP, sql(table="orders"), "TF-DATA-005", ("shop.sqlite#orders", "table is empty")),
    Case("query without rows", SHOP, sql("select * from customers where id > 9"), "TF-DATA-005", ("query",)),
    Case("combined to nothing", TWO, combined("select * from a join b using (id) where id = '9'"), "TF-DATA-005",
         ("data.combine",)),
    Case("NUL bytes", file("data.csv", "a,b\n1,2\n3,\x00\x00\n"), one(), "TF-DATA-006", ("line 3", "2 NUL bytes")),
    Case("ragged lines", file("data.csv", "a,b,c\n" + "1,2,3\n" * 20 + "1,2\n1,2,3,4\n"), one(), "TF-DATA-007",
         ("line 22 has 2", "line 23 has 4", "ragged: quarantine")),
    Case("few lines, ragged", file("data.csv", "a,b,c\n1,2\n1,2,3,4\n"), one(), "TF-DATA-007", ("line 2",)),
    Case("ragged after a quoted line break", file("data.csv", 'a,b\n"x\ny",2\n' + "1,2\n" * 9 + "1\n"), one(),
         "TF-DATA-007",
         ("line 13 has 1",)),
    Case("PNG named csv", file("data.csv", PNG), one(), "TF-DATA-008", ("PNG image",)),
    Case("workbook named csv", file("data.csv", b"PK\x03\x04" + bytes(30)), one(), "TF-DATA-008", ("Excel", "CSV")),
    Case("web page named csv", file("data.csv", "<!DOCTYPE html>\n<html><body>Sign in</body></html>"), one(),
         "TF-DATA-008", ("web page", "login")),
    Case("JSON named csv", file("data.csv", '{"a": 1}\n{"a": 2}\n'), one(), "TF-DATA-008", ("JSON", ".jsonl")),
    Case("parquet named csv", file("data.csv", parquet(a=pa.array([1]))), one(), "TF-DATA-008", ("Parquet",)),
    Case("text named parquet", file("data.parquet", TABLE), one("data.parquet"), "TF-DATA-008", ("Parquet",)),
    Case("text named gz", file("data.csv.gz", TABLE), one("data.csv.gz"), "TF-DATA-008", ("gzip", "remove `.gz`")),
    Case("gzip named csv", file("data.csv", GZIP), one(), "TF-DATA-008", ("rename it to data.csv.gz",)),
    Case("text named sqlite", file("shop.sqlite", TABLE), sql(table="t"), "TF-DATA-008", ("SQLite",)),
    Case("gzip cut short", file("data.csv.gz", GZIP[:-20]), one("data.csv.gz"), "TF-DATA-009", ("cut short",)),
    Case("gzip cut very short", file("data.csv.gz", GZIP[:12]), one("data.csv.gz"), "TF-DATA-009", ("cut short",)),
    Case("gzip damaged", file("data.csv.gz", GZIP[:30] + b"\xff" * 9 + GZIP[39:]), one("data.csv.gz"), "TF-DATA-009",
         ("damaged",)),
    Case("unknown encoding", file("data.csv", TABLE), one(encoding="utf-88"), "TF-DATA-010", ("'utf-88'",
         "did you mean")),
    Case("a codec that is no encoding", file("data.csv", TABLE), one(encoding="hex"), "TF-DATA-010", ("'hex'",)),
    Case("declared encoding untrue", file("data.csv", LATIN.encode("latin-1")), one(encoding="utf-8"), "TF-DATA-010",
         ("line 2", "e9", "encoding")),
    Case("UTF-8 with a few broken bytes", file("data.csv", LATIN.encode() + b"Ren\xe9,3\n"), one(), "TF-DATA-010",
         ("line 5", "e9")),
    Case("neither UTF-8 nor Latin-1", file("data.csv", "name\n東京\n大阪\n名古屋\n".encode("shift-jis")), one(),
         "TF-DATA-010", ("line 2", "encoding")),
    Case("UTF-16 cut in half a character", file("data.csv", TABLE.encode("utf-16")[:-1]), one(), "TF-DATA-010",
         ("utf-16",)),
    Case("reserved names", file("data.csv", "__row,a\n1,2\n"), one(), "TF-DATA-011", ("'__row'",)),
    Case("quote that never closes", file("data.csv", 'a,b\n1,"x,y"\n2,"z\n3,"w,v"\n4,"u\n'), one(quote='"'),
         "TF-DATA-013",
         ("never closes", "quote: none")),
    Case("stacked files of other columns", both(file("p1.csv", "a,b\n1,2\n"), file("p2.csv", "a,c\n1,2\n")),
         one("p*.csv"), "TF-DATA-014", ("p2.csv", "lacks 'b'", "adds 'c'")),
    Case("test rows of other columns", both(file("data.csv", TABLE), file("t.csv", "age\n1\n")),
         {**one(), "test": "t.csv"}, "TF-DATA-014", ("t.csv", "lacks 'job'")),
    Case("absent table", SHOP, sql(table="custmers"), "TF-DATA-015", ("did you mean 'customers'",)),
    Case("no table chosen", SHOP, sql(), "TF-DATA-015", ("'customers', 'orders'",)),
    Case("database without tables", database(), sql(table="t"), "TF-DATA-002", ("empty",)),
    Case("query with a typing error", SHOP, sql("selct * from customers"), "TF-DATA-016", ("selct", "'customers'")),
    Case("query that writes", SHOP, sql("delete from customers"), "TF-DATA-016", ("may only read",)),
    Case("query of two statements", SHOP, sql("select 1; select 2"), "TF-DATA-016", ("one statement",)),
    Case("combine with a typing error", TWO, combined("selct * from a"), "TF-DATA-017", ("selct", "'a', 'b'")),
    Case("combine of an unknown source", TWO, combined("select * from c"), "TF-DATA-017", ("c does not exist",)),
    Case("combine of two statements", TWO, combined("select * from a; drop view b"), "TF-DATA-017", ("one statement",)),
    Case("combine that reads another file", TWO, combined("select * from read_csv('/etc/hostname')"), "TF-DATA-017",
         ("/etc/hostname",)),
    Case("combine with duplicate names", TWO, combined("select a.*, b.* from a, b"), "TF-DATA-003", ("'id'",)),
    Case("broken JSON line", file("data.jsonl", '{"a": 1}\n{"a": \n{"a": 3}\n'), one("data.jsonl"), "TF-DATA-018",
         ("data.jsonl, line 2",)),
    Case("JSON line that is no object", file("data.jsonl", '{"a": 1}\n[1, 2]\n'), one("data.jsonl"), "TF-DATA-018",
         ("line 2", "list")),
    Case("JSON array of numbers", file("data.json", "[1, 2]"), one("data.json"), "TF-DATA-018", ("element 1",)),
    Case("JSON nested deeply", file("data.jsonl", '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"), one("data.jsonl"),
         "TF-DATA-018", ("nested too deeply",)),
    Case("JSON with half a character", file("data.jsonl", '{"a": "\\ud800"}\n'), one("data.jsonl"), "TF-DATA-018",
         ("surrogate",)),
    Case("JSON with an endless number", file("data.jsonl", '{"a": ' + "9" * 5000 + "}\n"), one("data.jsonl"),
         "TF-DATA-018", ("line 1",)),
    Case("ARFF without data", file("data.arff", "@relation r\n@attribute a numeric\n"), one("data.arff"), "TF-DATA-019",
         ("@data",)),
    Case("text named arff", file("data.arff", TABLE), one("data.arff"), "TF-DATA-019", ("line 1", "'age,job'")),
    Case("ARFF ragged", file("data.arff", ARFF + "1,cook\n2\n"), one("data.arff"), "TF-DATA-019", ("line 6",
         "1 value for 2")),
    Case("ARFF sparse", file("data.arff", ARFF + "{0 1}\n"), one("data.arff"), "TF-DATA-019", ("sparse",)),
    Case("unset variable", nothing, one("${TENFOLD_NO_SUCH}/data.csv"), "TF-DATA-020", ("'TENFOLD_NO_SUCH'", "export")),
    Case("another database", nothing, {"sources": {"m": {"sql": "postgresql://u:secret@db/x", "table": "t"}}},
         "TF-DATA-021", ("postgresql", "Parquet")),
    Case("parquet cut short", file("data.parquet", parquet(a=pa.array([1]))[:-9]), one("data.parquet"), "TF-DATA-022",
         ("Parquet",)),
    Case("database damaged", file("shop.sqlite", b"SQLite format 3\x00" + b"\xff" * 90), sql(table="t"), "TF-DATA-022",
         ("SQLite",)),
    Case("stacked files of two encodings", both(file("p1.csv", LATIN), file("p2.csv", LATIN.encode("latin-1"))),
         one("p*.csv"), "TF-DATA-023", ("p2.csv", "encoding")),
    Case("stacked files of two formats", both(file("p1.csv", TABLE), file("p2.jsonl", '{"a": 1}\n')),
         one(["p1.csv", "p2.jsonl"]), "TF-DATA-023", ("p2.jsonl", "format")),
    Case("title above the header", file("data.csv", "Report of 2024\n\nage,job\n" + "31,cook\n" * 9), one(),
         "TF-DATA-024",
         ("1 name for rows of 2", "skip")),
    Case("header shorter than the rows", file("data.csv", "a,b\n" + "x,1,2\n" * 9), one(header=True), "TF-DATA-024",
         ("2 names for rows of 3",)),
    Case("too few names", file("data.csv", "1,2,3\n" * 9), one(names=["a", "b"]), "TF-DATA-024", ("data.names",
         "list 3")),
    Case("folder instead of a file", lambda folder: (folder / "data").mkdir(), one("data"), "TF-DATA-025", ("*.csv",)),
)  # fmt: skip

ACCEPTED = (
    Case("plain", file("data.csv", TABLE), one(), "", status=0, rows=3, columns=2),
    Case("one row", file("data.csv", "age,job\n31,clerk\n"), one(), "", status=0, rows=1, columns=2),
    Case("gzip", file("data.csv.gz", GZIP), one("data.csv.gz"), "", status=0, columns=2),
    Case("byte order mark", file("data.csv", "\ufeff" + TABLE), one(), "TF-DATA-101", ("byte order mark",), 0, 3, 2),
    Case("byte order mark before a quote", file("data.csv", '\ufeff"a,b",c\n1,2\n'), one(), "TF-DATA-101", (), 0, 1, 2),
    Case("UTF-16", file("data.csv", LATIN.encode("utf-16")), one(), "TF-DATA-102", ("utf-16",), 0, 3, 2),
    Case("UTF-16 without a mark", file("data.csv", LATIN.encode("utf-16-be")), one(), "TF-DATA-102", ("utf-16-be",),
         0, 3, 2),
    Case("UTF-16, packed", file("data.csv.gz", gzip.compress(LATIN.encode("utf-16"))), one("data.csv.gz"),
         "TF-DATA-102",
         (), 0, 3, 2),
    Case("Latin-1", file("data.csv", LATIN.encode("latin-1")), one(), "TF-DATA-103", ("José", "iso8859-1"), 0, 3, 2),
    Case("Windows-1252", file("data.csv", "name,age\n“Zoë”,3\n".encode("cp1252")), one(), "TF-DATA-103", ("cp1252",),
         0, 1, 2),
    Case("no header", file("data.csv", "31,clerk\n40,cook\n52,smith\n"), one(), "TF-DATA-104", ("c1",), 0, 3, 2),
    Case("no header, texts only", file("data.csv", "ham,hi there\nspam,win now\nham,see you\n"), one(),
         "TF-DATA-104", (), 0,
         3, 2),
    Case("empty names", file("data.csv", ",age\n1,31\n2,40\n"), one(), "TF-DATA-105", ("c1",), 0, 2, 2),
    Case("odd names", file("data.csv", '"a[b]{c}","d,e:""f""",größe\n1,2,3\n'), one(), "TF-DATA-106", ("a[b]{c}",),
         0, 1, 3),
    Case("ten thousand columns", file("data.csv", WIDE), one(), "TF-DATA-107", ("10,000",), 0, 3, 10_000),
    Case("stray quotes", file("data.tsv", 'ham\tthe "end\nspam\t"win" now\nham\t"open\n'), one("data.tsv"),
         "TF-DATA-108",
         (), 0, 3, 2),
    Case("ragged lines set aside", file("data.csv", "a,b,c\n" + "1,2,3\n" * 20 + "1,2\n1,2,3,4\n"),
         one(ragged="quarantine"),
         "TF-DATA-109", ("2 lines",), 0, 20, 3),
    Case("nested JSON", file("data.jsonl", '{"a": [1, {"b": 2}]}\n{"a": null, "c": 1}\n'), one("data.jsonl"),
         "TF-DATA-110",
         ("JSON",), 0, 2, 2),
    Case("values of several types", file("data.json", '[{"a": 1}, {"a": "x"}]'), one("data.json"), "TF-DATA-110",
         ("several types",), 0, 2, 1),
    Case("integers beyond 64 bits", file("data.jsonl", '{"a": 99999999999999999999}\n'), one("data.jsonl"),
         "TF-DATA-110",
         ("64 bits",), 0, 1, 1),
    Case("binary in a database", database("create table t (b blob)", "insert into t values (x'00ff')"), sql(table="T"),
         "TF-DATA-110", ("hexadecimal",), 0, 1, 1),
    Case("undeclared ARFF value", file("data.arff", ARFF + "1,cook\n?,smith\n"), one("data.arff"), "TF-DATA-111",
         ("'smith'",), 0, 2, 2),
    Case("decimals in parquet", file("data.parquet", parquet(a=pa.array([1], pa.decimal128(9, 2)))),
         one("data.parquet"),
         "TF-DATA-112", ("decimals",), 0, 1, 1),
    Case("single column", file("data.csv", "price\n3\n4\n"), one(), "TF-DATA-113", (), 0, 2, 1),
    Case("only table of a database", database("create table t (a)", "insert into t values (1)"), sql(), "", (),
         0, 1, 1),
    Case("database named as a file", SHOP, one("shop.sqlite", table="customers"), "", (), 0, 2, 2),
    Case("old Mac line ends", file("data.csv", TABLE.replace("\n", "\r")), one(), "", (), 0, 3, 2),
)  # fmt: skip

CASES = REFUSED + ACCEPTED
