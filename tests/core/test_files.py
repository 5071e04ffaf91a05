"""Durable files: old content or new, never a half; and errors that survive a process."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from tenfold.core import files
from tenfold.core.errors import Problem, UserError, raise_all


def test_failed_write_keeps_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.write_text(tmp_path / "a" / "note.txt", "old")

    def full(source: str, target: str) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in path.parent.iterdir()] == ["note.txt"]


def test_copy_replaces_whole(tmp_path: Path) -> None:
    source = files.write_text(tmp_path / "source", "new")
    target = files.write_text(tmp_path / "target", "old")
    assert files.copy(source, target).read_text() == "new"
    with pytest.raises(FileNotFoundError):
        files.copy(tmp_path / "absent", target)
    assert target.read_text() == "new"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["source", "target"]


def test_json_of_ours_never_holds_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        files.write_json(tmp_path / "x.json", {"score": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_damaged_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"a": ')
    with pytest.raises(UserError, match=r"TF-FILE-001 .*x\.json"):
        files.read_json(tmp_path / "x.json")


def test_line_after_a_torn_one_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    files.append_line(path, "one")
    path.write_text(path.read_text() + "to")
    files.append_line(path, "three")
    assert path.read_text().splitlines() == ["one", "to", "three"]


def test_staged_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def half(folder: Path) -> None:
        (folder / "half").write_text("")
        raise RuntimeError

    with pytest.raises(RuntimeError), files.staged_folder(tmp_path / "out") as folder:
        half(folder)
    assert list(tmp_path.iterdir()) == []
    for text in ("first", "second"):
        with files.staged_folder(tmp_path / "out") as folder:
            (folder / "file").write_text(text)
    assert (tmp_path / "out" / "file").read_text() == "first", "who finishes first is kept"
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_error_survives_pickling_with_all_its_problems() -> None:
    problems = (Problem("TF-DATA-001", "absent", "a.csv", do="look"), Problem("TF-DATA-002", "empty", "b.csv"))
    with pytest.raises(UserError) as caught:
        raise_all(problems)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == problems
    assert str(again) == str(caught.value)
    raise_all([])
