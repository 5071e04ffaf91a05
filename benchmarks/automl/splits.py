"""One split of a raw table, the same for every peer: 75 % to learn from, 25 % to be asked about.

By time where rows are ordered, by group where they are grouped, else at random, stratified for classes. Columns that
``dataset.yaml`` rules out are dropped for everyone; classes of fewer than 8 rows too.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from tables import Facts

_TEST = 0.25
_RARE = 8


@dataclass(frozen=True)
class Split:
    """``train`` with the target, ``test`` without it, and the test rows' ``truth``. ``by``: how rows were parted."""

    train: pd.DataFrame
    test: pd.DataFrame
    truth: pd.Series
    by: str


def split(frame: pd.DataFrame, facts: Facts, seed: int) -> Split:
    """Part the rows of a raw table. Only a random or a grouped split depends on ``seed``."""
    target, classes = facts["target"], facts["problem"] != "regression"
    frame = _usable(frame, target, classes)
    by, train, test = _parts(frame, facts, seed)
    dropped = [name for name in facts.get("exclude_columns") or () if name in frame and name != target]
    train, test = train.drop(columns=dropped), test.drop(columns=dropped)
    if classes:
        test = test[test[target].isin(train[target].unique())]
    return Split(train, test.drop(columns=target), test[target], by)


def _usable(frame: pd.DataFrame, target: str, classes: bool) -> pd.DataFrame:
    if not classes and not pd.api.types.is_numeric_dtype(frame[target]):
        digits = frame[target].astype(str).str.replace(r"[^0-9.eE+-]", "", regex=True)
        frame = frame.assign(**{target: pd.to_numeric(digits, errors="coerce")})
    frame = frame[frame[target].notna()]
    if not classes:
        return frame
    counts = frame[target].value_counts()
    return frame[frame[target].isin(counts[counts >= _RARE].index)]


def _parts(frame: pd.DataFrame, facts: Facts, seed: int) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    times = [name for name in facts.get("time_columns") or () if name in frame]
    groups = [name for name in facts.get("group_columns") or () if name in frame]
    if times:
        ordered = frame.loc[_moments(frame, times, bool(facts.get("dayfirst"))).sort_values(times, kind="stable").index]
        cut = int(len(ordered) * (1 - _TEST))
        return "time", ordered.iloc[:cut], ordered.iloc[cut:]
    if groups:
        drawn = GroupShuffleSplit(1, test_size=_TEST, random_state=seed).split(frame, groups=frame[groups[0]])
        here, there = next(drawn)
        return "group", frame.iloc[here], frame.iloc[there]
    strata = frame[facts["target"]] if facts["problem"] != "regression" else None
    train, test = train_test_split(frame, test_size=_TEST, random_state=seed, stratify=strata)
    return "random", train, test


def _moments(frame: pd.DataFrame, times: list[str], dayfirst: bool) -> pd.DataFrame:
    keys = frame[times].copy()
    for name in times:
        if not pd.api.types.is_numeric_dtype(keys[name]):
            keys[name] = pd.to_datetime(keys[name], errors="coerce", format="mixed", dayfirst=dayfirst)
    return keys
