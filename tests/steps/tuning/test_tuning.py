"""Step 8: search, ensemble, calibration, threshold, refit, proof."""

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "modeling"))
import small
from test_modeling import prepared

from tenfold.learning.ensemble import greedy_weights
from tenfold.learning.nested import Choice, Rule, nested_scores
from tenfold.learning.question import Question
from tenfold.learning.recipe import Recipe, Transformation
from tenfold.learning.refitting import Refit, refit
from tenfold.learning.scoring import score
from tenfold.learning.search.space import Axis
from tenfold.learning.search.stated import Stated
from tenfold.learning.trials.bench import HANDED_ON
from tenfold.learning.trials.fitting import Configuration
from tenfold.learning.trials.trial import Trial
from tenfold.schema import Column, Schema
from tenfold.steps.features.config import Features
from tenfold.steps.features.profile import Outline, Profile
from tenfold.steps.features.result import Recipes
from tenfold.steps.features.trees import trees
from tenfold.steps.modeling.config import Modeling
from tenfold.steps.modeling.step import run as modeling
from tenfold.steps.tuning import assembling, chapter, step
from tenfold.steps.tuning.config import Tuning
from tenfold.steps.tuning.pruning import Limits
from tenfold.steps.tuning.result import Tuned
from tenfold.steps.tuning.selection import choose, select
from tenfold.steps.tuning.step import run
from tenfold.tables import examples

pytestmark = pytest.mark.slow  # real trials in processes of their own

OWN = "sklearn.neighbors:KNeighborsClassifier"
FAST = Modeling(candidates=("linear", "lightgbm"))


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuning")
    train, recipes, question = prepared(folder)
    return (
        folder,
        train,
        recipes,
        question,
        modeling(FAST, train, recipes, question, small.context(folder, "modeling")).value,
    )


def tune(judged, name, config=Tuning(), question=None, journal=None, trials=4, **more):  # noqa: B008
    folder, train, recipes, asked, modeled = judged
    context = small.context(folder, name, trials=trials, **more)
    return run(config, train, recipes, modeled, question or asked, context, journal=journal)


def test_the_model_is_at_least_as_good_as_the_best_candidate_and_answers_rows(judged):
    folder, train, recipes, question, modeled = judged
    result = tune(judged, "whole")
    tuned = result.value
    boosted = any(part.name.startswith("lightgbm") for part in tuned.parts)
    assert boosted == any("Training in rounds (lightgbm) stops" in said for said in small.texts(result.chapter))
    assert tuned.score >= max(trial.score for trial in modeled.finished)
    assert tuned.kind == "onnx"
    assert tuned.trials == 4
    rows = examples.load(train, recipes.schema, question.task)
    scores = tuned.composition.scores(rows.features)
    assert scores.shape == (400, 2)
    assert np.allclose(scores.sum(axis=1), 1)
    assert list(tuned.target) == list(rows.target[tuned.rows])
    folder = folder / "saved"
    folder.mkdir()
    tuned.save(folder)
    again = Tuned.load(folder)
    assert again == tuned
    assert np.array_equal(again.composition.scores(rows.features), scores)


def test_an_estimator_of_the_users_is_tuned_on_the_axes_that_are_stated(judged):
    folder, train, recipes, question, _ = judged
    stated = Stated({}, {OWN: {"n_neighbors": Axis(low=2, high=60, log=True)}})
    context = small.context(folder, "own", trials=6)
    modeled = modeling(Modeling(candidates=(OWN,)), train, recipes, question, context, stated=stated).value
    (first,) = (trial for trial in modeled.trials if trial.candidate == OWN)
    assert first.parameters == {"n_neighbors": 11}, "the middle of the axis"
    context = small.context(folder, "own-tuning", trials=6)
    tuned = run(Tuning(space=stated.space), train, recipes, modeled, question, context, stated=stated).value
    assert tuned.trials == 6
    assert tuned.kind == "python"
    (part,) = tuned.parts
    assert part.configuration.candidate == OWN
    assert 2 <= part.configuration.parameters["n_neighbors"] <= 60
    assert tuned.score >= first.score


def test_a_ratio_that_is_the_answer_is_found_and_served(tmp_path):
    draw = np.random.default_rng(0)
    first, second, third = draw.uniform(1, 9, (3, 900))
    signal = first / second + draw.normal(0, 0.02, 900)
    columns = {"first": first, "second": second, "third": third}
    table = pa.table({
        "__key": [f"{i:06}" for i in range(900)], **columns, "left": signal, "__fold": (np.arange(900) % 3).astype("i4")
    })  # fmt: skip
    pq.write_table(table, tmp_path / "train.parquet")
    schema = Schema((*(Column(name, "number") for name in columns), Column("left", "number", "target")))
    seen = Outline("regression", 0, 900, tuple(Profile(name, "number") for name in columns))
    recipes = Recipes(schema, {"trees": trees(Features(), seen), "none": Recipe("none")})
    question, config = small.REGRESSION, Modeling(candidates=("extra_trees",))
    modeled = modeling(config, tmp_path / "train.parquet", recipes, question, small.context(tmp_path, "modeling")).value
    context = small.context(tmp_path, "tuning", trials=3)
    tuned = run(Tuning(), tmp_path / "train.parquet", recipes, modeled, question, context).value
    (plain,) = (trial for trial in modeled.trials if trial.candidate == "extra_trees")
    assert tuned.score < 0.8 * plain.score
    assert tuned.kind == "onnx"
    assert any("with pairs of columns" in entry.why for entry in tuned.plan)
    assert [each.method for each in tuned.parts[0].configuration.recipe.transformers] == ["keep", "pairs"]


def test_where_no_pair_is_found_the_trial_ends_after_its_first_fold(judged):
    tuned = tune(judged, "no-pairs", trials=6).value
    (paired,) = (entry for entry in tuned.plan if entry.name.startswith("lightgbm") and "with pairs" in entry.why)
    assert paired.outcome == "pruned"
    assert "it answers as lightgbm-2 does" in paired.why


def test_each_candidate_is_also_tried_without_texts_and_that_is_said(judged):
    tuned = tune(judged, "texts", trials=6).value
    without = [each for each in tuned.plan if "without texts" in each.why]
    assert without
    assert {each.outcome for each in without} <= {"done", "pruned"}
    # What it knows of the target is half of it: the words are the other half, so none of these is the best.
    assert all(part.configuration.recipe.wordy for part in tuned.parts[:1])


def test_the_same_seed_and_trials_give_the_same_result(judged):
    one, other = tune(judged, "one").value, tune(judged, "other").value
    assert [(part.name, part.weight, part.configuration) for part in one.parts] == [
        (part.name, part.weight, part.configuration) for part in other.parts
    ]
    assert np.array_equal(one.out_of_fold, other.out_of_fold)


def test_a_stopped_search_goes_on_where_it_was(judged, tmp_path):
    said = []
    short = tune(judged, "short", journal=tmp_path, trials=2)
    whole = tune(judged, "long", journal=tmp_path, trials=5, tell=lambda progress: said.append(progress.message))
    fresh = tune(judged, "fresh", trials=5)
    assert not [message for message in said if message.startswith(("trial 100,", "trial 101,"))]
    assert short.value.trials < whole.value.trials
    assert np.array_equal(whole.value.out_of_fold, fresh.value.out_of_fold)


def test_a_user_who_stops_gets_the_best_so_far(judged):
    result = tune(judged, "stopped", stopping=lambda: True, trials=50)
    assert result.partial
    assert result.value.composition.members[0].name.split("-")[0] in ("linear", "lightgbm")


def test_costs_lower_the_threshold(judged):
    question = replace(judged[3], costs=(10.0, 1.0))
    composition = tune(judged, "costs", Tuning(method="none"), question).value.composition
    assert composition.threshold < 0.3
    assert composition.positive == "yes"


def test_a_simple_model_wins_where_it_is_preferred_and_not_worse(judged):
    folder, train, recipes, asked, modeled = judged
    question = replace(asked, explainability="preferred")
    context = small.context(folder, "simple")
    tuned = run(Tuning(method="none"), train, recipes, modeled, question, context, simple_margin=1.0)
    assert [part.configuration.candidate for part in tuned.value.parts] == ["linear"]
    assert "explainability" in str(tuned.chapter.blocks[0])


def test_coverage_is_promised_from_out_of_fold_rows_or_not_at_all(judged):
    result = tune(judged, "covered", Tuning(method="none", coverage=0.8))
    rule = result.value.composition.coverage
    assert (rule.level, rule.rows) == (0.8, 400)
    scores, truth = result.value.out_of_fold, result.value.target
    sets = rule.sets(("no", "yes"), scores, np.array(["no", "yes"])[scores.argmax(axis=1)])
    assert np.mean([label in labels for label, labels in zip(truth, sets, strict=True)]) >= 0.8
    assert "80 % set" in dict(result.chapter.blocks[0].items)
    few = tune(judged, "few", Tuning(method="none", coverage=0.999))
    assert few.value.composition.coverage is None
    (told,) = [each for each in few.chapter.findings if each.code == "TF-TUNE-107"]
    assert told.message.startswith("400 out-of-fold rows are too few for 99.9 % coverage")
    none = tune(judged, "none", Tuning(method="none", coverage="none"))
    assert none.value.composition.coverage is None
    assert not [each for each in none.chapter.findings if each.subject == "coverage"]


def test_intervals_of_a_regression_and_the_word_of_time(tmp_path):
    train, recipes, question = prepared(tmp_path, regression=True, time_ordered=True)
    modeled = modeling(FAST, train, recipes, question, small.context(tmp_path, "modeling")).value
    result = run(Tuning(method="none"), train, recipes, modeled, question, small.context(tmp_path, "tuning"))
    assert result.value.composition.coverage.half_widths[0] > 0
    assert "90 % interval" in dict(result.chapter.blocks[0].items)
    assert "TF-TUNE-108" in [each.code for each in result.chapter.findings]


@pytest.mark.parametrize("method", ["random", "grid"])
def test_other_searches_by_name(judged, method):
    assert tune(judged, method, Tuning(method=method), trials=3).value.trials == 3


def rule(config=Tuning(), margin=0.01):  # noqa: B008
    def weigh(bench, splits, trials):
        chosen, _ = choose(config, bench, splits, trials, margin)
        return {trial.number: weight for trial, weight in zip(chosen.trials, chosen.weights, strict=True)}

    return Rule(weigh, config.calibration == "auto")


def test_bags_that_would_answer_late_are_cut_before_they_are_proven(judged, monkeypatch):
    """Half a fold's time is allowed: one fold is left of each bag, and no other was composed or compared."""
    folder, train, recipes, question, _ = judged
    before = small.context(folder, "late-modeling")
    modeled = replace(modeling(FAST, train, recipes, question, before).value, bench=before.folder / HANDED_ON)
    proven = []
    monkeypatch.setattr(assembling, "refit", lambda *given: proven.append(given[-1]) or refit(*given))
    context = small.context(folder, "late", trials=2)
    limits = Limits(latency_ms=0.01)
    tuned = run(Tuning(), train, recipes, modeled, question, context, limits=limits)
    (allowed,) = proven
    assert {each.folds for each in allowed.values()} <= {0, 1}
    boosted = [part for part in tuned.value.parts if part.name.startswith("lightgbm")]
    assert all(part.folds == 1 for part in boosted)
    told = dict(tuned.chapter.blocks[0].items)
    assert not boosted or "1 of 3 folds" in told["trimmed to answer, and be proven, in time"]


def test_a_member_whose_cost_nobody_knows_makes_way_for_others():
    known, unknown = (
        Refit(Trial(number, "linear", Recipe("linear")), None, latency_ms=took)
        for number, took in ((1, 0.1), (2, math.nan))
    )
    assert assembling._measured([known, unknown]) == [known]
    assert assembling._measured([unknown]) == [unknown]


def test_nested_scores_judge_the_model_that_the_settings_make(judged):
    """A simple model that is preferred, or a single one: what is judged is what is released."""
    folder, train, recipes, question, modeled = judged
    rows, units = examples.load(train, recipes.schema, question.task), examples.units(train)
    both = [Configuration.of(trial) for trial in modeled.trials if trial.candidate in ("linear", "lightgbm")]
    linear = [each for each in both if each.candidate == "linear"]
    simple = replace(question, explainability="preferred")

    def scores(name, configurations, asked, config=Tuning(), margin=0.01):  # noqa: B008
        context = small.context(folder, name)
        (found,) = nested_scores(
            rows, units, Choice(tuple(configurations)), rule(config, margin), asked, context
        ).repeats
        return found

    alone = scores("nested-linear", linear, question)
    assert np.allclose(scores("nested-simple", both, simple, margin=math.inf), alone)
    assert not np.allclose(scores("nested-both", both, question), alone)
    single = scores("nested-single", both, question, Tuning(ensemble=False))
    boosted = scores("nested-boosted", [each for each in both if each not in linear], question)
    folds = rows.folds
    assert all(
        any(np.allclose(single[folds == fold], other[folds == fold]) for other in (alone, boosted)) for fold in range(3)
    )


def test_the_dummy_is_the_model_where_nothing_does_better():
    question = Question("regression", metric_name="rmse")
    target = np.random.default_rng(0).normal(size=200)

    def trial(number, name, scores):
        return Trial(number, name, Recipe("linear"), score=score(question, target, scores), out_of_fold=scores)

    dummy = trial(0, "dummy", np.zeros((200, 1)))
    noise = [trial(number, "linear", np.random.default_rng(number).normal(size=(200, 1))) for number in (1, 2)]
    chosen = select(Tuning(), question, [dummy, *noise], target, 0)
    assert [each.candidate for each in chosen.trials] == ["dummy"]
    assert "looks at no column" in chosen.reason
    better = trial(3, "linear", 0.1 * target[:, None])
    assert select(Tuning(), question, [dummy, *noise, better], target, 0).trials[0].number == 3


def test_weighing_ends_when_time_is_up():
    target = np.array([0.0, 1.0, 2.0])
    predictions = [np.array([[1.0], [1.5], [2.5]]), np.array([[-0.7], [0.5], [1.5]])]

    def close(scores):
        return -float(abs(scores[:, 0] - target).sum())

    assert sorted(greedy_weights(predictions, close, stopping=lambda: True)) == [0, 1]
    assert sorted(greedy_weights(predictions, close)) != [0, 1]


def test_nested_scores_are_honest_and_cover_every_row(judged):
    folder, train, recipes, question, _ = judged
    rows = examples.load(train, recipes.schema, question.task)
    configurations = [part.configuration for part in tune(judged, "parts", Tuning(method="none")).value.parts]
    context = small.context(folder, "nested")
    choice = Choice(tuple(configurations))
    nested = nested_scores(rows, examples.units(train), choice, rule(), question, context, repeats=2)
    assert nested.rows.tolist() == list(range(400))
    codes = (rows.target == "yes").astype(int)
    assert len(nested.repeats) == 2
    assert all(0.7 < score(question, codes, scores) < 0.99 for scores in nested.repeats)
    assert not np.array_equal(*nested.repeats), "the rows are dealt anew"


def test_an_own_estimator_stands_alone_as_a_python_bundle(tmp_path):
    (tmp_path / "own_models_for_tuning.py").write_text(
        "from sklearn.linear_model import LogisticRegression\nclass Mine(LogisticRegression): pass\n"
    )
    train, recipes, question = prepared(tmp_path)
    config = Modeling(candidates=("own_models_for_tuning:Mine",))
    modeled = modeling(config, train, recipes, question, small.context(tmp_path, "modeling")).value
    result = run(Tuning(), train, recipes, modeled, question, small.context(tmp_path, "tuning"))
    assert result.value.kind == "python"
    assert [part.configuration.candidate for part in result.value.parts] == ["own_models_for_tuning:Mine"]
    assert "TF-TUNE-104" in [finding.code for finding in result.chapter.findings]


def test_no_time_at_all_returns_the_dummy_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(step, "LATE", 0.0)
    train, recipes, question = prepared(tmp_path)
    modeled = modeling(FAST, train, recipes, question, small.context(tmp_path, "modeling", seconds=0.1)).value
    result = run(Tuning(), train, recipes, modeled, question, small.context(tmp_path, "tuning", seconds=0.1))
    assert result.value.composition.members[0].name == "dummy-0"
    assert "TF-TUNE-103" in [finding.code for finding in result.chapter.findings]


def test_with_hardly_any_time_the_cheapest_candidate_comes_late_rather_than_the_dummy(tmp_path):
    train, recipes, question = prepared(tmp_path)
    modeled = modeling(FAST, train, recipes, question, small.context(tmp_path, "modeling", seconds=0.1)).value
    assert all(trial.out_of_fold is None for trial in modeled.trials if trial.candidate != "dummy")
    tuned = run(Tuning(), train, recipes, modeled, question, small.context(tmp_path, "tuning", seconds=0.1)).value
    assert [part.configuration.candidate for part in tuned.parts] == ["linear"]


def test_candidates_that_modeling_had_no_time_for_compete_again(judged):
    folder, train, recipes, question, modeled = judged
    idle = tuple(
        trial if trial.candidate == "dummy" else replace(trial, out_of_fold=None, outcome="unfinished", fold_scores=())
        for trial in modeled.trials
    )
    late = (folder, train, recipes, question, replace(modeled, trials=idle, splits=(0,)))
    tuned = tune(late, "late", Tuning(method="none")).value
    assert {part.configuration.candidate for part in tuned.parts} <= {"linear", "lightgbm"}
    assert tuned.score == pytest.approx(max(trial.score for trial in modeled.finished), abs=0.02)


def test_a_model_is_fitted_late_rather_than_not_at_all_and_it_is_said_what_it_stands_in_for(judged, monkeypatch):
    fitted = assembling.refit

    def hurried(bench, trials, splits, inputs, deadline, spare=None, bags=None):
        if spare is None:  # only the last resort has none
            return fitted(bench, trials, splits, inputs, deadline)
        return [Refit(trial, None, reason="the time was up") for trial in trials]

    monkeypatch.setattr(assembling, "refit", hurried)
    monkeypatch.setattr(assembling, "_surest", lambda bench, trials, deadline: trials[1])
    best = max(judged[-1].finished, key=lambda trial: trial.score)
    result = tune(judged, "hurried", Tuning(method="none", ensemble=False))
    part = result.value.parts[0]
    assert part.configuration.candidate != "dummy"
    assert part.rows == 400
    codes = [finding.code for finding in result.chapter.findings]
    assert ("TF-TUNE-106" in codes) == (part.name != best.name) == ("stands in for" in result.chapter.summary)


def test_failures_of_the_search_are_told_by_reason_and_those_of_modeling_once():
    trials = [Trial(number, "linear", Recipe("linear"), outcome="failed", reason=why) for number, why in
              enumerate(("told before", "no memory", "TypeError", "no memory"))]  # fmt: skip
    found = assembling.Facts(tuple(trials), (), 0.5, None, None, "", 10, told=frozenset({"linear-0"}))
    assert [(each.subject, each.message) for each in chapter.broken(found)] == [
        ("linear-1, linear-3", "2 trials failed: no memory"), ("linear-2", "1 trial failed: TypeError"),
    ]  # fmt: skip


def test_where_a_graph_cannot_be_proven_the_next_best_stands_in(judged, monkeypatch):
    fitted, best = assembling.refit, max(judged[-1].finished, key=lambda trial: trial.score)

    def refuted(*arguments, **named):
        found = fitted(*arguments, **named)
        return [replace(each, graph=False, reason="it differs") if each.trial == best else each for each in found]

    monkeypatch.setattr(assembling, "refit", refuted)
    result = tune(judged, "refuted", Tuning(method="none", ensemble=False))
    (part,) = result.value.parts
    assert part.name != best.name
    assert part.configuration.candidate != "dummy"
    assert result.chapter.summary.endswith(f"It stands in for {best.name}: its graph could not be proven.")
    told = {finding.code: finding for finding in result.chapter.findings}
    assert "it differs" in told["TF-TUNE-101"].message
    assert "TF-TUNE-103" not in told


def test_where_no_graph_can_be_proven_that_is_said(judged, monkeypatch):
    fitted = assembling.refit

    def refuted(*arguments, **named):
        return [replace(each, graph=False, reason="it differs") for each in fitted(*arguments, **named)]

    monkeypatch.setattr(assembling, "refit", refuted)
    result = tune(judged, "none proven", Tuning(method="none", ensemble=False))
    assert result.value.parts[0].name.startswith("dummy")
    (told,) = [finding for finding in result.chapter.findings if finding.code == "TF-TUNE-103"]
    assert "no graph answered as its pipeline does" in told.message
    assert "time" not in told.action


def test_own_transformers_are_searched_with_and_gaps_do_not_end_the_simple_model(tmp_path):
    (tmp_path / "own_transformers_for_tuning.py").write_text(
        "import numpy as np\n"
        "from sklearn.base import BaseEstimator, TransformerMixin\n"
        "class Doubled(TransformerMixin, BaseEstimator):\n"
        "    def fit(self, X, y=None): return self\n"
        "    def transform(self, X): return np.asarray(X, dtype=float) * 2\n"
    )
    train, recipes, question = prepared(tmp_path)
    mine = Transformation("user", ("age",), {"path": "own_transformers_for_tuning:Doubled"})
    families = {
        name: replace(each, transformers=(*each.transformers, mine)) for name, each in recipes.by_family.items()
    }
    recipes = replace(recipes, by_family=families)
    config = Modeling(candidates=("linear", "lightgbm"))
    modeled = modeling(config, train, recipes, question, small.context(tmp_path, "modeling")).value
    assert {trial.candidate for trial in modeled.finished} == {"dummy", "linear", "lightgbm"}
    result = run(Tuning(), train, recipes, modeled, question, small.context(tmp_path, "tuning", trials=3))
    assert (result.value.trials, result.value.kind) == (3, "python")
    assert len(result.value.parts) == 1


def test_trials_and_model_are_compared_by_f1_each_at_its_own_threshold(tmp_path):
    train, recipes, asked = prepared(tmp_path)
    question = replace(asked, metric_name="f1")
    modeled = modeling(FAST, train, recipes, question, small.context(tmp_path, "modeling")).value
    tuned = run(Tuning(), train, recipes, modeled, question, small.context(tmp_path, "tuning", trials=2)).value
    lines = {line.number: line.metrics["f1"] for line in (*modeled.leaderboard, *tuned.leaderboard[1:]) if line.metrics}
    for trial in modeled.finished:
        assert lines[trial.number] == pytest.approx(trial.score)
    codes, positive = (tuned.target == "yes").astype(int), tuned.out_of_fold[:, 1]
    cut = tuned.composition.threshold
    assert tuned.score == pytest.approx(score(question, codes, tuned.out_of_fold)), "no other threshold does better"
    assert tuned.score == score(question, codes, tuned.out_of_fold, threshold=cut)
    assert 0 < np.mean(positive >= cut) < 1
    assert tuned.score >= max(trial.score for trial in modeled.finished) - 1e-9


def test_the_dummy_alone_is_told_as_what_was_named(tmp_path):
    train, recipes, question = prepared(tmp_path)
    config = Modeling(candidates=("dummy",))
    modeled = modeling(config, train, recipes, question, small.context(tmp_path, "modeling")).value
    result = run(Tuning(), train, recipes, modeled, question, small.context(tmp_path, "tuning"))
    (told,) = [finding for finding in result.chapter.findings if finding.code == "TF-TUNE-103"]
    assert told.message.endswith("no other candidate was named.")
    assert "--budget" not in told.action
