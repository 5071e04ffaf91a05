"""Dates as what models can use: year, month, weekday … from seconds since 1970."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

DAY = 86_400.0
PARTS = ("year", "month", "day", "weekday", "dayofyear", "hour")

#: The part's first value and the length of its cycle.
CYCLES = {
    "month": (1.0, 12.0),
    "day": (1.0, 31.0),
    "weekday": (0.0, 7.0),
    "dayofyear": (1.0, 366.0),
    "hour": (0.0, 24.0),
}


class DateParts(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Split seconds since 1970-01-01 UTC into calendar parts (proleptic Gregorian, UTC).

    Parameters
    ----------
    parts: any of year, month (1-12), day (1-31), weekday (Monday 0 … Sunday 6), dayofyear (1-366), hour (0-23).
    cyclic: also the sine and cosine of every part that comes round again (all but the year).

    NaN gives NaN in every part. The output has the parts of the first column, then those of the second, and so on.

    >>> DateParts(["year", "month", "day", "weekday"]).fit_transform([[951782400.0]]).tolist()  # 29 February 2000
    [[2000.0, 2.0, 29.0, 1.0]]

    Source: Hinnant, H., "chrono-Compatible Low-Level Date Algorithms" (2013), ``civil_from_days``.
    """

    def __init__(self, parts: Sequence[str] = ("year", "month", "day", "weekday"), cyclic: bool = False) -> None:
        self.parts = parts
        self.cyclic = cyclic

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learns nothing but the columns."""
        unknown = sorted(set(self.parts) - set(PARTS))
        if unknown or not len(self.parts):
            raise ValueError(f"DateParts: parts={list(self.parts)}; expected some of {', '.join(PARTS)}")
        validate_data(self, X, dtype=np.float64, ensure_all_finite=False)
        self.fitted_ = True
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """[rows, columns · parts] float64."""
        check_is_fitted(self)
        seconds = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False)
        with np.errstate(invalid="ignore", over="ignore"):
            calendar = civil(seconds)
        chosen = [calendar[part] for part in self.parts]
        for part in self.cycling():
            start, length = CYCLES[part]
            angle = (calendar[part] - start) * (2 * np.pi / length)
            with np.errstate(invalid="ignore"):
                chosen += [np.sin(angle), np.cos(angle)]
        return np.stack(chosen, axis=2).reshape(len(seconds), -1)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """``<column>_<part>``, and ``<column>_<part>_sin``, ``…_cos`` when cyclic."""
        check_is_fitted(self)
        if input_features is None:
            input_features = getattr(self, "feature_names_in_", [f"x{i}" for i in range(self.n_features_in_)])
        suffixes = [*self.parts, *(f"{part}_{wave}" for part in self.cycling() for wave in ("sin", "cos"))]
        return np.array([f"{name}_{suffix}" for name in input_features for suffix in suffixes], dtype=object)

    def cycling(self) -> list[str]:
        """The parts that get a sine and a cosine."""
        return [part for part in self.parts if part in CYCLES] if self.cyclic else []

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def civil(seconds: Any, floor: Callable[[Any], Any] = np.floor) -> dict[str, Any]:
    """Every calendar part of some moments: of a float64 array, or of a tensor of the graph that will serve them.

    Only ``+ - * /`` and ``floor`` are used, so both compute the same numbers, bit for bit. Days are counted from
    1 March of year 0, so that the leap day ends a year.
    """
    days = floor(seconds / DAY)
    shifted = days + 719_468.0
    era = floor(shifted / 146_097.0)
    of_era = shifted - era * 146_097.0
    leap_days = floor(of_era / 1_460.0) - floor(of_era / 36_524.0) + floor(of_era / 146_096.0)
    year_of_era = floor((of_era - leap_days) / 365.0)
    from_march = of_era - (year_of_era * 365.0 + floor(year_of_era / 4.0) - floor(year_of_era / 100.0))
    march_month = floor((from_march * 5.0 + 2.0) / 153.0)
    next_year = floor(march_month / 10.0)  # 1 in January and February, 0 from March on
    year = year_of_era + era * 400.0 + next_year
    leap_year = _multiple(year, 4.0, floor) - _multiple(year, 100.0, floor) + _multiple(year, 400.0, floor)
    return {
        "year": year,
        "month": march_month + 3.0 - next_year * 12.0,
        "day": from_march - floor((march_month * 153.0 + 2.0) / 5.0) + 1.0,
        "weekday": days + 3.0 - floor((days + 3.0) / 7.0) * 7.0,
        "dayofyear": from_march + 60.0 + leap_year - next_year * (leap_year + 365.0),
        "hour": floor((seconds - days * DAY) / 3_600.0),
    }


def _multiple(year: Any, of: float, floor: Callable[[Any], Any]) -> Any:
    """1 where the year is a multiple, else 0."""
    return floor(year / of) - floor((year - 1.0) / of)
