"""The identity of code: libraries that fit belong to the steps that use them, and to no others."""

from __future__ import annotations

import pytest

from tenfold.learning.trials import versions
from tenfold.workflow import code
from tenfold.workflow.file import STEPS


def test_another_version_of_a_library_makes_other_models(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {step: code.of_step(step) for step in STEPS}
    code.of_step.cache_clear()
    monkeypatch.setattr(versions, "of_libraries", lambda: ("lightgbm 99",))
    after = {step: code.of_step(step) for step in STEPS}
    code.of_step.cache_clear()
    assert [step for step in STEPS if before[step] != after[step]] == list(STEPS)[list(STEPS).index("features") :]
