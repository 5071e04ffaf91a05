from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tenfold.steps.data.encoding import detect
from tenfold.steps.data.part import check_names
from tenfold.steps.data.typed import canonical, kind_of, together


def test_character_cut_by_a_block_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("tenfold.steps.data.encoding.BLOCK", 3)
    path = tmp_path / "a.csv"
    path.write_text("aé日本\n" * 9, encoding="utf-8")
    assert detect(path, "a.csv").encoding == "utf-8"


def test_last_character_cut_off_is_noticed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("name\nRené".encode()[:-1])
    assert detect(path, "a.csv").encoding == "iso8859-1"


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=50).filter(lambda text: "\x00" not in text))
def test_utf8_is_never_taken_for_anything_else(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "utf8.txt"
    path.write_bytes(("x" + text).encode("utf-8"))
    assert detect(path, "a").encoding == "utf-8"


@settings(deadline=None)
@given(st.lists(st.text(max_size=3).filter(lambda name: not name.startswith("__")), min_size=1, max_size=6,
                unique_by=str.casefold))  # fmt: skip
def test_every_column_gets_a_name_of_its_own(names):
    whole, _ = check_names(names, "a.csv")
    assert len({name.casefold() for name in whole}) == len(names)
    assert all(name.strip() for name in whole)


value = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)


@settings(deadline=None)
@given(st.lists(value, max_size=6))
def test_one_type_holds_all_values_exactly(values):
    kind = together({kind_of(each) for each in values})
    for each in values:
        if each is None:
            continue
        match kind:
            case "BIGINT":
                assert isinstance(each, int)
                assert -(2**63) <= each < 2**63
            case "DOUBLE":
                assert float(each) == each
            case "BOOLEAN":
                assert isinstance(each, bool)
            case "VARCHAR":
                assert isinstance(canonical(each), str)
