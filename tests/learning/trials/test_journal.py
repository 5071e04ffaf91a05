"""The journal of folds: what was written comes back; what is damaged or of another configuration does not."""

import numpy as np

from tenfold.learning.folds import Design
from tenfold.learning.recipe import Recipe
from tenfold.learning.trials.fitting import Configuration, FoldResult
from tenfold.learning.trials.journal import FoldJournal

ONE = Configuration("linear", Recipe("linear"), {"C": 1.0})
RESULT = FoldResult(
    np.array([[0.1, 0.9]]), 1.5, 7, np.array([[0.2, 0.8]]), np.array([3]), 0.25, 1000, applying=0.2, raised=0.1
)


def test_a_fold_comes_back_as_it_was(tmp_path):
    journal = FoldJournal(tmp_path / "journal")
    journal.write(ONE, 2, RESULT)
    journal.write(ONE, 3, FoldResult(np.array([[1.0]]), 0.5))
    found = FoldJournal(tmp_path / "journal").read(ONE, 2)
    for name in FoldResult.__dataclass_fields__:
        assert np.array_equal(getattr(found, name), getattr(RESULT, name)), name
    assert journal.read(ONE, 3).train_scores is None
    assert journal.read(ONE, 0) is None
    assert journal.read(Configuration("linear", Recipe("linear"), {"C": 2.0}), 2) is None


def test_a_damaged_fold_is_no_fold(tmp_path):
    journal = FoldJournal(tmp_path)
    journal.write(ONE, 2, RESULT)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:-40])
    assert journal.read(ONE, 2) is None


def test_the_first_design_stays_until_the_journal_is_cleared(tmp_path):
    journal = FoldJournal(tmp_path / "journal")
    assert journal.design(Design(train_cap=10)) == Design(train_cap=10)
    assert journal.design(Design(train_cap=20)) == Design(train_cap=10)
    journal.clear()
    assert journal.design(Design(train_cap=20)) == Design(train_cap=20)


def test_without_a_folder_nothing_is_kept():
    journal = FoldJournal(None)
    journal.write(ONE, 2, RESULT)
    assert journal.read(ONE, 2) is None
    assert journal.design(Design(seed=3)) == Design(seed=3)
