from __future__ import annotations

from tenfold.core.chapter import Grid, Text


def grid(result, title):
    return next(block for block in result.chapter.blocks if isinstance(block, Grid) and block.title == title)


def test_chapter_names_sources_and_how_they_are_written(collect, root):
    (root / "a.csv").write_text("a;b\n1,5;x\n2,5;y\n")
    result = collect({"sources": {"main": "a.csv"}})
    assert result.chapter.summary == "2 rows of 2 columns from one source."
    source = grid(result, "Sources").rows[0]
    assert source[:4] == ("a.csv", "csv", 16, 2)
    assert grid(result, "How the text is written").rows == (("main", "utf-8", "semicolon", '"', True),)


def test_chapter_shows_the_sql_and_rows_set_aside(collect, root):
    (root / "a.csv").write_text("a,b\n1,2\n3\n")
    (root / "t.csv").write_text("a\n9\n")
    section = {
        "sources": {"a": {"file": "a.csv", "ragged": "quarantine"}},
        "combine": "select a from a",
        "test": "t.csv",
    }
    result = collect(section)
    facts = dict(result.chapter.blocks[0].items)
    assert facts["lines set aside"] == "1"
    assert facts["test rows of your own"] == "1"
    assert any(isinstance(block, Text) and "select a from a" in block.text for block in result.chapter.blocks)
