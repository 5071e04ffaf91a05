"""Which folds count when time was up in the middle of one."""

from types import SimpleNamespace

import pytest

from tenfold.learning.question import Question
from tenfold.learning.search.competition import common_splits


def bench(finished):
    """A bench where candidate n has finished so many folds; the first does best."""
    return SimpleNamespace(
        question=Question("binary", ("a", "b")),
        folds=5,
        results=lambda number: dict.fromkeys(range(finished[number])),
        trial=lambda number, splits: SimpleNamespace(score=0.9 - 0.1 * number),
    )


@pytest.mark.parametrize(
    ("finished", "counted"),
    [
        ((5, 5, 5, 5), 5),
        ((5, 5, 4, 4), 4),  # the last fold of two would cost the other two
        ((4, 4, 4, 1), 4),  # one that is slow does not hold up the others
        ((2, 5, 5, 5), 2),  # what the best has not finished does not count
        ((5, 1, 1, 1), 5),
        ((2, 2, 1, 1), 1),  # as many folds together: more candidates
    ],
)
def test_as_many_folds_of_as_many_candidates_as_possible(finished, counted):
    assert common_splits(bench(finished), range(4)) == tuple(range(counted))
