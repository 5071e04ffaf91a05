"""When a network competes. Tests without the mark `torch` run as if PyTorch were not there."""

from __future__ import annotations

import importlib.util

import pytest

from tenfold.learning.candidates import Size, candidate

MODEL = candidate("realmlp")


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: object())


def test_without_its_library_it_says_how_to_install_it():
    assert MODEL.missing == "torch"
    assert "pip install 'tenfold[torch]'" in MODEL.unsuited("binary", Size(1000, 10, 2), None)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("rows", "columns", "seconds", "competes"), [
    (5_000, 20, 4.5, True), (12_000, 9, 4.5, False), (20_000, 14, 25.0, True), (400_000, 20, 25.0, False),
    (1_000, 10_000, 25.0, False), (400_000, 20, None, True),
])  # fmt: skip
def test_it_competes_where_training_takes_a_part_of_the_time_of_a_fold(rows, columns, seconds, competes):
    why = MODEL.unsuited("binary", Size(rows, columns, 2), seconds)
    assert (why == "") == competes
    assert competes or f"{rows:,} rows" in why
