from __future__ import annotations

import csv
import io
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenfold.core.errors import UserError
from tenfold.core.result import Context
from tenfold.steps.data import delimited
from tenfold.steps.data.config import Data
from tenfold.steps.data.step import run

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
field = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", '"', "'", '""', ",", "\n", "\r\n", ";", "\t", "a,b", 'say "hi"', " x ", "NA", "é"]
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(field, min_size=width, max_size=width), min_size=1, max_size=8)
)


def landed(data: bytes, name: str = "a.csv", **options: object) -> list[list[str | None]]:
    with tempfile.TemporaryDirectory() as temporary:
        root, folder = Path(temporary, "in"), Path(temporary, "out")
        root.mkdir()
        folder.mkdir()
        (root / name).write_bytes(data)
        result = run(Data.model_validate({"sources": {"m": {"file": name, **options}}}), Context("data", folder, root))
        names = [column for column, _ in result.value.columns]
        return [[row[name] for name in names] for row in pq.read_table(result.value.raw).to_pylist()]


def written(table: list[list[str]], delimiter: str, end: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    return text.getvalue()


@quick
@given(
    tables, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
)
def test_what_was_written_is_read(table, delimiter, end, encoding):
    table = [[f"n{n}" for n in range(len(table[0]))], ["x"] * len(table[0]), *table]
    data = written(table, delimiter, end).encode(encoding)
    options = {"delimiter": delimiter, "quote": '"', "header": True, "encoding": encoding}
    assert landed(data, **options) == table[1:]


@quick
@given(st.binary(max_size=200) | st.text("ab1,;\t|\"'\n\r é\ufeff", max_size=120).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_code(data):
    for ragged in ("refuse", "quarantine"):
        codes = ["TF-DATA-000"]
        try:
            landed(data, ragged=ragged)
        except UserError as error:
            codes = [problem.code for problem in error.problems]
        assert all(code.startswith("TF-DATA-0") for code in codes)


@quick
@given(st.text('ab1,"\n\r ', max_size=80))
def test_both_readers_agree_on_any_text_with_quotes(text):
    refused = ""
    try:
        got = landed(text.encode(), delimiter=",", quote='"', header=False, ragged="quarantine")
    except UserError as error:
        refused = str(error)
    if refused:
        assert "TF-DATA-012" not in refused
        return
    expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    expected = [row for row in expected if len(row) == len(expected[0])]
    assert [[cell or None for cell in row] for row in got] == [[cell or None for cell in row] for row in expected]


def test_quoted_empty_field_is_text_and_bare_one_is_missing():
    assert landed(b'a,b\n"",\n1,2\n') == [["", None], ["1", "2"]]


def test_several_megabytes_are_read_alike(monkeypatch):
    monkeypatch.setattr(delimited, "_BLOCK", 1 << 16)
    draw = random.Random(0)
    table = [["key", "text"]] + [
        [str(n), draw.choice(['x"y', "a\nb", "", "z,z"]) * draw.randint(0, 9)] for n in range(20_000)
    ]
    assert landed(written(table, ",", "\n").encode()) == table[1:]


def test_row_longer_than_a_block_is_refused(monkeypatch):
    monkeypatch.setattr(delimited, "_BLOCK", 100)
    with pytest.raises(UserError, match="TF-DATA-027"):
        landed(b"a,b\n" + b"x" * 500 + b",1\n" + b"1,2\n" * 50)


def test_readers_that_disagree_stop_the_step_at_the_first_differing_line(monkeypatch):
    whole = delimited._open

    def lossy(body: delimited._Body) -> Iterator[object]:
        for batch in whole(body):
            yield batch.slice(0, 2)

    monkeypatch.setattr(delimited, "_open", lossy)
    with pytest.raises(UserError, match=r"TF-DATA-012  a\.csv, line 5: 2 rows were read.* 4"):
        landed(b"a,b\n1,2\n\n3,4\n5,6\n7,8\n")


def test_lines_to_skip_and_names_to_use_instead():
    data = b"a report\nof 2024\nx,y\n1,2\n"
    assert landed(data, skip=2) == [["1", "2"]]
    assert landed(data, skip=2, names=["left", "right"], header=True) == [["1", "2"]]
    assert landed(data, skip=3, names=["left", "right"]) == [["1", "2"]]


def test_blank_lines_are_left_out():
    assert landed(b"\n\na,b\n1,2\n\n3,4\n\n") == [["1", "2"], ["3", "4"]]
