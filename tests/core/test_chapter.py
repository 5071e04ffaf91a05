"""Findings: what is said of many columns is true of each."""

from __future__ import annotations

from tenfold.core.chapter import Finding, gather


def notes(**reasons: str) -> list[Finding]:
    return [
        Finding("TF-CLEAN-110", "note", name, f"Not used: {why}.", "left out", proposal={name: "key"})
        for name, why in reasons.items()
    ]


def test_only_what_has_the_same_reason_is_told_together() -> None:
    found = [*gather(notes(**{f"empty{n}": "no value" for n in range(8)}, row="a running number", link="links"))]
    assert [(each.subject, each.message) for each in found] == [
        (", ".join(f"empty{n}" for n in range(8)), "Not used: no value."),
        ("link", "Not used: links."),
        ("row", "Not used: a running number."),
    ]
    assert len(found[0].proposal or {}) == found[0].evidence["times"] == 8


def test_many_notes_that_each_say_something_else_become_one_that_says_so() -> None:
    (found,) = gather(notes(**{f"c{n}": f"it is constant ({n})" for n in range(9)}))
    assert found.message == "9 notes of this kind; of c0: Not used: it is constant (0)."
    assert found.subject.startswith("c0, c1, ")
    few = notes(**{f"c{n}": "the same" for n in range(4)})
    assert [*gather(few)] == few
