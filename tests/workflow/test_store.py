"""The store: an entry is there whole or not at all; a partial one is never taken for complete."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from tenfold.core.chapter import Chapter
from tenfold.core.result import Result
from tenfold.workflow.store import Fingerprint, Store, link_tree


@dataclass(frozen=True)
class Word:
    text: str

    def save(self, folder: Path) -> None:
        (folder / "word.txt").write_text(self.text, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls((folder / "word.txt").read_text("utf-8"))


PRINT = Fingerprint("code", "config", {"rows": "1"})
CHAPTER = Chapter("data", "Data", "", (), ())


def saying(text: str, *, partial: bool = False) -> Callable[[Path], Result[Word]]:
    return lambda folder: Result("data", Word(text), CHAPTER, partial=partial)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".tenfold")


def test_entry_is_computed_once(store: Store) -> None:
    first, cached = store.compute(PRINT, saying("one"))
    second, again = store.compute(PRINT, saying("two"))
    assert (cached, again) == (False, True)
    assert first.value(Word) == second.value(Word) == Word("one")


def test_entry_is_computed_anew_on_demand_and_links_keep_the_old(store: Store, tmp_path: Path) -> None:
    first, _ = store.compute(PRINT, saying("one"))
    link_tree(first.folder, tmp_path / "run")
    second, cached = store.compute(PRINT, saying("two"), again=True)
    assert not cached
    assert second.value(Word) == Word("two")
    assert Word.load(tmp_path / "run") == Word("one")


def test_description_is_shown_last(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(os, "link", lambda source, target: shown.append(Path(target).name))
    link_tree(store.compute(PRINT, saying("one"))[0].folder, tmp_path / "run")
    assert shown == ["word.txt", "result.json"]


def test_copies_are_shown_where_links_cannot_be(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    link_tree(store.compute(PRINT, saying("one"))[0].folder, tmp_path / "run")
    assert Word.load(tmp_path / "run") == Word("one")
    assert sorted(each.name for each in (tmp_path / "run").iterdir()) == ["result.json", "word.txt"]


def test_failure_leaves_nothing(store: Store) -> None:
    def fail(folder: Path) -> Result[Word]:
        (folder / "half.txt").write_text("half")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.compute(PRINT, fail)
    assert store.find(str(PRINT)) is None
    assert list(store.cache.iterdir()) == []


def test_partial_result_is_kept_but_not_found(store: Store) -> None:
    stored, cached = store.compute(PRINT, saying("so far", partial=True))
    assert stored.value(Word) == Word("so far")
    assert not cached
    assert store.find(str(PRINT)) is None
    assert store.compute(PRINT, saying("all"))[0].value(Word) == Word("all")


def test_folder_without_its_description_is_no_entry(store: Store) -> None:
    (store.cache / str(PRINT)).mkdir(parents=True)
    assert store.find(str(PRINT)) is None


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Fingerprint("new", "config", {"rows": "1"}), "the code"),
        (Fingerprint("code", "new", {"rows": "1"}), "its section"),
        (Fingerprint("code", "config", {"rows": "2"}), "'rows'"),
        (Fingerprint("code", "config", {"rows": "1", "more": "1"}), "'more'"),
    ],
)
def test_fingerprint_names_what_changed(other: Fingerprint, words: str) -> None:
    assert str(other) != str(PRINT)
    (change,) = other.changes_since(PRINT)
    assert words in change
    assert Fingerprint.from_dict(other.to_dict()) == other


def test_what_work_left_for_itself_is_no_artifact(store: Store, tmp_path: Path) -> None:
    def littering(folder: Path) -> Result[Word]:
        (folder / ".bench").mkdir()
        (folder / ".bench" / "half").write_text("", "utf-8")
        return saying("one")(folder)

    stored, _ = store.compute(PRINT, littering)
    assert set(stored.artifacts) == {"word.txt"}
    link_tree(stored.folder, tmp_path / "shown")
    assert not (tmp_path / "shown" / ".bench").exists()
