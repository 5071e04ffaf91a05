"""A realistic report: the ten chapters of the Telco churn workflow, with every kind of block."""

from __future__ import annotations

import math

from tenfold.core import charts
from tenfold.core.chapter import Chapter, Facts, Figure, Finding, Grid, Text
from tenfold.reports.report import Measure, Report, Verdict


def report() -> Report:
    return Report(
        title="telco-churn",
        subtitle="Which customers will leave next month, so that retention can call them first?",
        verdict=Verdict(
            "released",
            "Released as telco-churn, version 3",
            "All four gates hold on 1,409 sealed rows, and 500 raw records get the same answer from the bundle as in "
            "training. It now answers as `champion`.",
        ),
        measures=(
            Measure("ROC AUC", 0.8474, 0.8262, 0.8671, "at least 0.83", True),
            Measure("Average precision", 0.6631, 0.6189, 0.7058, note="0.265 for a random order"),
            Measure("Recall at the threshold", 0.8128, 0.7709, 0.8511, "at least 0.75", True),
            Measure("Latency, p99", 0.41, gate="at most 10 ms", holds=True, unit="ms"),
            Measure("Equal opportunity difference", 0.0713, 0.012, 0.139, "at most 0.1", True),
        ),
        summary=(
            ("rows", "7,043"), ("target", "Churn (26.5 % Yes)"), ("model", "catboost + logistic"),
            ("threshold", "0.221"), ("seal openings", "1"), ("budget", "4 min 41 s of 5 min"),
        ),
        chapters=(
            _problem(), _data(), _cleaning(), _splitting(), _exploration(),
            _features(), _modeling(), _tuning(), _validation(), _release(),
        ),
        facts=(
            ("run", "20260502-141809-5f1c"), ("started", "2 May 2026, 14:18 UTC"), ("took", "4 min 52 s"),
            ("seed", "0"), ("Tenfold", "0.1.0"), ("Python", "3.11.9"), ("scikit-learn", "1.9.1"),
        ),
        commands=("tenfold serve telco-churn@champion", "tenfold predict telco-churn data.csv -o answers.csv"),
        seconds={
            "problem": 0.01, "data": 0.4, "cleaning": 0.9, "splitting": 0, "exploration": 2.1,
            "features": 0.2, "modeling": 48.3, "tuning": 214.0, "validation": 11.8, "release": 9.2,
        },
    )  # fmt: skip


def _problem() -> Chapter:
    gates = (("roc_auc", 0.83, None), ("recall", 0.75, None), ("latency_p99_ms", None, 10.0),
             ("equal_opportunity_difference", None, 0.1))  # fmt: skip
    risks = (
        ("offers change who leaves", "medium", "high", "retention", "retrain monthly", "drift"),
        ("customers without a contract are called too often", "low", "medium", "retention",
         "at most one call a quarter, counted in the CRM", "monthly review"),
    )  # fmt: skip
    blocks = (
        Text("Which customers will leave next month, so that retention can call them first?"),
        Facts((("target", "Churn"), ("positive label", "Yes"), ("task", "binary"), ("metric", "roc_auc"),
               ("costs", "false negative 5, false positive 1"), ("sensitive columns", "gender, SeniorCitizen"))),
        Grid("Gates", ("gate", "at least", "at most"), gates, "A gate that fails stops the release."),
        Grid("Risks", ("risk", "likelihood", "impact", "owner", "mitigation", "check"), risks),
    )  # fmt: skip
    return Chapter("problem", "Problem", "Predict `Churn`: will this customer leave next month?", blocks)


def _data() -> Chapter:
    rows = (("customers.csv", "CSV, comma, UTF-8", 7043, 21, 970457, "16320c9c1ec7"),)
    grid = Grid("Sources", ("source", "read as", "rows", "columns", "bytes", "sha256"), rows,
                "Rows were counted twice, independently: 7,043 both times.")  # fmt: skip
    return Chapter("data", "Data", "7,043 rows of 21 columns from one file.", (grid,))


def _cleaning() -> Chapter:
    kinds = (
        ("TotalCharges", "number", "feature", "missing: blank", 11),
        ("SeniorCitizen", "boolean", "feature", "0 / 1", 0),
        ("Partner", "boolean", "feature", "No / Yes", 0), ("customerID", "text", "key", "", 0),
        ("tenure", "number", "feature", "", 0), ("PaymentMethod", "category", "feature", "4 levels", 0),
    )  # fmt: skip
    blocks = (
        Facts((("rows in", "7,043"), ("rows out", "7,043"), ("quarantined", "0"), ("columns", "21")), "Ledger"),
        Grid("How columns are read", ("column", "kind", "role", "rule", "missing"), kinds),
    )
    found = Finding("TF-CLEAN-104", "note", "TotalCharges", "11 cells hold a single blank.",
                    "Read as missing; pinned in `resolved.yaml`.", {"cells": 11, "share": 0.0016})  # fmt: skip
    return Chapter("cleaning", "Cleaning", "All rows kept; 11 blanks are read as missing.", blocks, (found,))


def _splitting() -> Chapter:
    parts = {"train": {"No": 4139, "Yes": 1495}, "sealed test": {"No": 1035, "Yes": 374}}
    blocks = (
        Facts((("strategy", "stratified by Churn"), ("folds", "5"), ("sealed", "1,409 rows (20 %)"),
               ("near-duplicates across parts", "22 rows"))),
        Figure("Rows by part and class", charts.stacked_bars(parts, x="rows", y=""), "Shares are equal: 26.5 % Yes."),
    )  # fmt: skip
    return Chapter("splitting", "Splitting", "Four fifths for learning, one fifth sealed until step 9.", blocks)


def _exploration() -> Chapter:
    information = {"Contract": 0.0985, "tenure": 0.0747, "OnlineSecurity": 0.0647, "TechSupport": 0.063,
                   "InternetService": 0.0556, "OnlineBackup": 0.0468, "PaymentMethod": 0.0445,
                   "MonthlyCharges": 0.0442, "DeviceProtection": 0.0439, "TotalCharges": 0.0435}  # fmt: skip
    tenure = {"No": [627, 443, 377, 361, 352, 331, 285, 317, 352, 345, 414, 970],
              "Yes": [744, 255, 191, 118, 101, 92, 79, 67, 64, 59, 36, 63]}  # fmt: skip
    names = ["tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen"]
    correlation = [[1, 0.25, 0.83, 0.02], [0.25, 1, 0.65, 0.22], [0.83, 0.65, 1, 0.1], [0.02, 0.22, 0.1, -0.35]]
    columns = (
        ("tenure", "number", 0.0, 32.37, 24.56, 0.0, 72.0),
        ("MonthlyCharges", "number", 0.0, 64.76, 30.09, 18.25, 118.75),
        ("TotalCharges", "number", 0.0016, 2283.3, 2266.77, 18.8, 8684.8),
        ("SeniorCitizen", "boolean", 0.0, 0.16, 0.37, 0.0, 1.0),
        ("Contract", "category", 0.0, None, None, None, None),
    )  # fmt: skip
    blocks = (
        Figure("What tells most about the target", charts.bars(information, x="mutual information (nats)"),
               "Contract and tenure say most; gender says nothing."),
        Figure("Tenure", charts.histogram(list(range(0, 73, 6)), tenure, x="months"), "Leaving happens early."),
        Figure("Correlations", charts.heatmap(correlation, names, names), "`TotalCharges` is nearly tenure × charge."),
        Figure("Charge and tenure", charts.scatter(
            {"No": [(i % 73, 20 + (i * 37) % 97) for i in range(150)],
             "Yes": [((i * i) % 40, 60 + (i * 17) % 55) for i in range(90)]}, x="tenure (months)", y="monthly charge"),
               "A sample of 240 customers."),
        Grid("Number columns", ("column", "kind", "missing", "mean", "sd", "min", "max"), columns),
    )  # fmt: skip
    findings = (
        Finding("TF-EXPLORE-112", "warning", "TotalCharges",
                "It is almost `tenure` times `MonthlyCharges` (correlation 0.9996).",
                "Create `charge_per_month` instead, and leave it out.", {"correlation": 0.9996},
                {"features.create.charge_per_month": "TotalCharges / (tenure + 1)"}),
        Finding("TF-EXPLORE-121", "note", "Churn", "26.5 % of the rows are positive.", "Folds are stratified."),
        Finding("TF-EXPLORE-131", "note", "gender", "It tells nothing about the target.",
                "Kept: it is a sensitive column."),
        Finding("TF-EXPLORE-132", "note", "PhoneService", "It tells almost nothing about the target."),
        Finding("TF-EXPLORE-133", "note", "OnlineBackup", "'No internet service' repeats `InternetService`."),
        Finding("TF-EXPLORE-133", "note", "TechSupport", "'No internet service' repeats `InternetService`."),
    )  # fmt: skip
    summary = "Contract, tenure and security services tell most. No column gives the answer away."
    return Chapter("exploration", "Exploration", summary, blocks, findings)


def _features() -> Chapter:
    rows = (
        ("linear", "MonthlyCharges, TotalCharges, tenure", "median + indicator → Box-Cox → standard scaling", 6),
        ("linear", "Contract, InternetService and 14 more", "one-hot, levels below 1 % together", 41),
        ("trees", "all numbers and booleans", "as they are", 9),
        ("trees", "Contract, InternetService and 14 more", "ordinal", 16),
    )
    blocks = (Grid("Recipes", ("family", "columns", "transformers", "features"), rows,
                   "Everything that is fitted is fitted inside the fold."),)  # fmt: skip
    return Chapter("features", "Features", "Two recipes: one for linear models, one for trees.", blocks)


def _modeling() -> Chapter:
    board = (
        ("catboost", 0.8478, 0.0081, 0.6644, 0.8059, 0.4139, 0.0121, 14.2, 0.24, 0.031, "slight overfitting"),
        ("logistic", 0.8451, 0.0077, 0.6572, 0.8046, 0.4161, 0.0017, 0.9, 0.01, 0.022, "balanced"),
        ("lightgbm", 0.8440, 0.0092, 0.6553, 0.8021, 0.4190, 0.0311, 4.4, 0.38, 0.029, "overfitting"),
        ("extra trees", 0.8402, 0.0088, 0.6489, 0.7996, 0.4245, 0.0260, 3.1, 9.81, 0.118, "overfitting"),
        ("dummy", 0.5000, 0.0, 0.2654, 0.7346, 0.5786, 0.0, 0.1, 0.0, 0.010, "underfitting"),
    )
    heads = ("model", "roc_auc", "fold sd", "average precision", "accuracy", "log loss", "gap", "seconds", "size (MB)",
             "latency (ms)", "in words")  # fmt: skip
    spread = {row[0]: (row[1], row[1] - 1.96 * row[2], row[1] + 1.96 * row[2]) for row in board[:4]}
    learning = {"train": [(500, 0.91), (1000, 0.887), (2000, 0.871), (4000, 0.861), (5634, 0.859)],
                "out-of-fold": [(500, 0.822), (1000, 0.834), (2000, 0.841), (4000, 0.846), (5634, 0.8478)]}  # fmt: skip
    blocks = (
        Grid("Leaderboard", heads, board, "Out-of-fold, 5 folds. The gap is train minus out-of-fold."),
        Figure("Score and its spread over folds", charts.intervals(spread, x="ROC AUC", reference=0.83),
               "Dashed: the gate. The first three cannot be told apart."),
        Figure("Learning curve", charts.lines(learning, x="rows", y="ROC AUC", points=True),
               "More rows would help a little."),
    )  # fmt: skip
    found = Finding("TF-MODEL-110", "note", "logistic",
                    "The simple model is not inferior by the stated margin of 0.005.",
                    "It stays in the ensemble.", {"difference": 0.0027})  # fmt: skip
    return Chapter(
        "modeling", "Modeling", "CatBoost leads; logistic regression is as good within the noise.", blocks, (found,)
    )


def _tuning() -> Chapter:
    history = [(i, 0.8478 + 0.0018 * (1 - math.exp(-i / 18))) for i in range(64)]
    blocks = (
        Facts((("trials", "64 (2 stopped early)"), ("ensemble", "catboost 0.7, logistic 0.3"),
               ("calibration", "temperature 1.04"), ("threshold", "0.221, from the costs"))),
        Figure("Best score so far", charts.lines({"": history}, x="trial", y="ROC AUC"),
               "The last 20 trials brought 0.0002."),
    )  # fmt: skip
    return Chapter("tuning", "Tuning", "64 trials in 3 min 34 s raised ROC AUC from 0.848 to 0.850.", blocks)


def _validation() -> Chapter:
    roc = [(i / 100, (i / 100) ** 0.2) for i in range(101)]
    recall = [(i / 100, 0.92 - 0.65 * (i / 100) ** 1.8) for i in range(1, 101)]
    calibration = [(0.05, 0.045), (0.15, 0.16), (0.3, 0.29), (0.5, 0.52), (0.7, 0.69), (0.85, 0.83)]
    metrics = (
        ("roc_auc", 0.8474, 0.8262, 0.8671, 0.5, "at least 0.83", "holds"),
        ("average_precision", 0.6631, 0.6189, 0.7058, 0.2654, "", ""),
        ("recall", 0.8128, 0.7709, 0.8511, 0.0, "at least 0.75", "holds"),
        ("precision", 0.5082, 0.4669, 0.5486, None, "", ""),
        ("log_loss", 0.4142, 0.3903, 0.4385, 0.5786, "", ""),
    )
    slices = (("Contract = Two year", 339, 0.7611, -0.0863), ("PaymentMethod = Mailed check", 322, 0.8102, -0.0372),
              ("InternetService = DSL", 484, 0.8219, -0.0255))  # fmt: skip
    blocks = (
        Grid("Metrics on the sealed rows", ("metric", "value", "low", "high", "baseline", "gate", ""), metrics,
             "95 % bootstrap intervals over 1,409 rows."),
        Figure("ROC curve", charts.curve({"": roc}, x="false positive rate", y="recall", diagonal=True), "Area 0.847."),
        Figure("Precision and recall", charts.curve({"": recall}, x="recall", y="precision", level=0.2654),
               "Dashed: a random order."),
        Figure("Calibration", charts.curve({"model": calibration}, x="predicted", y="observed", diagonal=True),
               "Predicted probabilities can be taken at their word."),
        Figure("Confusion at 0.221", charts.heatmap([[741, 294], [70, 304]], ["No", "Yes"], ["No", "Yes"],
                                                     x="predicted", y="actual", format=",d"),
               "81 % of leavers are found; half of the calls reach one."),
        Grid("Weakest slices", ("slice", "rows", "roc_auc", "difference"), slices),
    )  # fmt: skip
    found = Finding("TF-VALID-121", "warning", "Contract = Two year",
                    "The model orders these customers clearly worse (ROC AUC 0.761, 339 rows).",
                    "Few of them leave (2.8 %); do not use the score to rank within this group.",
                    {"roc_auc": 0.7611, "rows": 339})  # fmt: skip
    return Chapter("validation", "Validation", "The seal was opened once. All gates hold.", blocks, (found,))


def _release() -> Chapter:
    proof = (("CSV", 500, 500, 2.1e-7), ("JSON over HTTP", 500, 500, 2.1e-7), ("Parquet", 500, 500, 2.1e-7))
    blocks = (
        Facts((("version", "telco-churn 3"), ("kind", "onnx"), ("size", "412 kB"), ("p99", "0.41 ms"),
               ("sha256", "9b1ddc1d1e0f7c2a4c81b50e7e1f")), "Bundle"),
        Grid("Proof", ("path", "records", "same decision", "largest difference"), proof,
             "Hostile records: nulls, unseen levels, accents, extremes."),
    )  # fmt: skip
    return Chapter("release", "Release", "Served equals trained: no decision differs on 500 hostile records.", blocks)
