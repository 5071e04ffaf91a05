from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.steps.data import sniff


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b;c\n1,5;2,5;x\n3,5;4,5;y\n", ";"),
        ("1,5;2,5\n3,5;4,5\n", ";"),
        ("a|b\n1|2\n", "|"),
        ("a\tb, c\n1\t2, 3\n4\t5\n", "\t"),
        ("a,b\n1,x;y\n2,z;w\n", ","),
        ('a,b\n"x,y",1\n"z",2\n', ","),
        ("just one\nword, or two\nlines\n", None),
        ("a,b,c\n1,2\n1,2,3,4\n", ","),
        ("", None),
    ],
)
def test_delimiter(text, delimiter):
    assert sniff.find_delimiter(text.splitlines(keepends=True)) == delimiter


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a,b\n1,2\n", None),
        ('a,b\n"x, y",2\n', '"'),
        ("a,b\n'x, y',2\n", "'"),
        ("a,b\nit's,2\n'tis,3\n", '"'),
        ('a,b\n"say ""hi""",2\n', '"'),
        ('a,b\n"two\nlines",2\n', '"'),
        ('a,b\n"x" or y,2\n', ""),
        ('a,b\n1,"open\n2,plain\n3,closes"\n', ""),
        ('a,b\n1,"open\n', ""),
        ('a,b\n"x",2\n\n\n', '"'),
    ],
)
def test_quote(text, quote, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(text, newline="")
    assert sniff.find_quote(path, 0, ",") == quote


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ("age,job|31,cook|40,smith", True),
        ("31,cook|40,smith|22,cook", False),
        ("text,label|x y,pos|z,neg|w,pos", True),
        ("ham,x|spam,y|ham,z", False),
        ("day,event|2024-01-01,x|2024-01-02,y", True),
        ("2024-01-01,x|2024-01-02,y", False),
        ("3,?,b|1,2,c|4,5,b", False),
        ("id,name|A17,x|B9,y", True),
        (",age|1,31|2,40", True),
        ("price,size|?,3|NA,4", True),
        ("only,names", True),
        ("1,2", False),
    ],
)
def test_header(rows, header):
    assert sniff.has_header([row.split(",") for row in rows.split("|")]) is header
