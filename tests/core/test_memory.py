"""What is held and not used goes back to the system."""

import sys

import numpy as np
import psutil
import pytest

from tenfold.core.memory import give_back


@pytest.mark.skipif(sys.platform != "linux", reason="malloc_trim is glibc's")
def test_small_objects_that_are_gone_do_not_stay_held() -> None:
    here = psutil.Process()
    held = [str(number) * 20 for number in range(400_000)]
    last = held[-1]
    before = here.memory_info().rss
    del held
    give_back()
    assert last
    assert here.memory_info().rss < before - 20e6


def test_what_is_in_use_stays_as_it_is() -> None:
    values = np.arange(100_000.0)
    give_back()
    assert values.sum() == 100_000 * 99_999 / 2
