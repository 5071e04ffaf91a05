"""Step 1's chapter, completed by what later steps found out."""

from types import SimpleNamespace

from tenfold.api.feasibility import found_out
from tenfold.core.chapter import Chapter, Facts, Figure, Grid

CLEANED = SimpleNamespace(task="binary", reason="the target has two values ('no', 'yes')")
BOARD = Grid(
    "Leaderboard (out-of-fold)", ("model", "roc_auc"),
    (("→ ensemble (this model)", 0.857), ("linear-1", 0.8502), ("dummy-0", 0.5), ("catboost-4", None)),
)  # fmt: skip
CURVE = Figure("Learning curve", {"mark": "line"}, "Where it still rises at the right, more rows would help.")


def chapters(*steps: str) -> dict[str, Chapter]:
    blocks = {"modeling": (BOARD, CURVE), "tuning": (BOARD,)}
    return {step: Chapter(step, step.title(), "", blocks.get(step, ())) for step in steps}


def test_before_cleaning_nothing_is_known():
    assert found_out(chapters("problem", "data"), None) == ()


def test_the_inferred_kind_stands_there_with_its_reason():
    (kind,) = found_out(chapters("problem", "data", "cleaning"), CLEANED)
    assert dict(kind.items) == {"task": "binary", "because": CLEANED.reason}


def test_baseline_simple_model_best_score_and_learning_curve_tell_feasibility():
    _, scores, curve = found_out(chapters("problem", "cleaning", "modeling", "tuning"), CLEANED)
    assert isinstance(scores, Facts)
    assert dict(scores.items) == {
        "metric": "ROC AUC", "baseline (dummy)": "0.5000", "simple model (linear)": "0.8502", "best so far": "0.8570",
    }  # fmt: skip
    assert curve == Figure("What more rows would bring", CURVE.spec, CURVE.note)
