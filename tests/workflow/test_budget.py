"""The budget of a command: what is kept for the last steps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenfold.core.clock import Deadline
from tenfold.workflow.plan import Budget

SECONDS = 100.0


@pytest.fixture
def budget() -> Budget:
    return Budget(Deadline(SECONDS, clock=lambda: 0.0), SECONDS, None, releases=True)


def test_where_more_is_judged_more_is_kept_but_never_too_much(budget: Budget) -> None:
    usual = budget.reserve()
    assert usual == pytest.approx(18)
    assert replace(budget, judged=1_000_000).reserve() == pytest.approx(usual + 2)
    assert replace(budget, judged=10**9).reserve() == pytest.approx(usual + 10)
    assert replace(budget, nested=True).reserve() == pytest.approx(45)


def test_where_columns_are_many_release_gets_more(budget: Budget) -> None:
    wide = replace(budget, columns=7_000)
    assert wide.reserve() == pytest.approx(budget.reserve() + 10)
    assert wide.for_step("validation").left() == pytest.approx(budget.for_step("validation").left() - 10)
    assert replace(budget, columns=10**6).reserve() == pytest.approx(budget.reserve() + 25)
    assert replace(wide, releases=False).reserve() == replace(budget, releases=False).reserve()


def test_late_models_still_get_a_part_of_what_is_left(budget: Budget) -> None:
    late = replace(budget, deadline=Deadline(SECONDS, clock=lambda: 90.0))
    assert late.reserve() == pytest.approx(6.5)
    assert late.for_step("tuning").left() == pytest.approx(3.5)


def test_a_run_that_is_not_released_keeps_little(budget: Budget) -> None:
    assert replace(budget, releases=False).reserve() == pytest.approx(4)
    assert replace(budget, releases=False, judged=10**9).reserve() == pytest.approx(4)
