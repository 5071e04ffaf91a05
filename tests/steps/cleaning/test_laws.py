"""Laws of step 3, on tables that Hypothesis makes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tenfold.core.result import Context
from tenfold.steps.cleaning import step
from tenfold.steps.cleaning.config import Cleaning
from tenfold.steps.cleaning.pinning import columns_section
from tenfold.steps.cleaning.result import Cleaned
from tenfold.steps.problem.config import Problem
from tenfold.steps.problem.result import Specification

CELL = st.one_of(
    st.none(), st.sampled_from(["?", "NA", "1", "2", "3.5", "$4", "yes", "no", "x", " ", "2021-03-04"]),
    st.integers(-5, 50).map(str), st.text(st.characters(exclude_categories=("Cs",)), max_size=5),
)  # fmt: skip
NAMES = st.lists(st.sampled_from(["a", "b c", "d.e", "ü", "id", 'q"uote', "Date"]), min_size=1, max_size=4, unique=True)


def clean(columns: dict[str, list[Any]], config: dict[str, Any] | None = None) -> Cleaned:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pq.write_table(
            pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), folder / "raw.parquet"
        )
        asked = Specification(Problem(target="y"))
        context = Context("cleaning", folder, folder)
        cleaned = step.run(Cleaning.model_validate(config or {}), asked, folder / "raw.parquet", context).value
        CONTENT[id(cleaned)] = cleaned.typed.read_bytes()
        return cleaned


CONTENT: dict[int, bytes] = {}


QUICK = settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.generate))


@QUICK
@given(data=st.data())
def test_rows_are_conserved_order_is_irrelevant_and_rules_are_pinned(data: st.DataObject) -> None:
    check_laws(data)


@pytest.mark.slow
@settings(QUICK, max_examples=25)
@given(data=st.data())
def test_the_same_on_many_tables(data: st.DataObject) -> None:
    check_laws(data)


def check_laws(data: st.DataObject) -> None:
    names, rows = data.draw(NAMES), data.draw(st.integers(12, 30))
    columns = {name: data.draw(st.lists(CELL, min_size=rows, max_size=rows)) for name in names}
    columns["z"] = [str(row % 3) for row in range(rows)]  # a column that is left to learn from, whatever was drawn
    columns["y"] = ["left" if row % 2 else "right" for row in range(rows)]
    order = data.draw(st.permutations(range(rows)))
    shuffled = {name: [columns[name][row] for row in order] for name in reversed(list(columns))}
    first, second = clean(columns), clean(shuffled)
    assert first.ledger.rows_in == rows == first.ledger.rows_out + first.ledger.quarantined
    assert CONTENT[id(first)] == CONTENT[id(second)]
    pinned = clean(columns, columns_section(first.schema))
    assert pinned.schema == first.schema
    assert CONTENT[id(pinned)] == CONTENT[id(first)]
