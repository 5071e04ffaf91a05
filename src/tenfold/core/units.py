"""Durations, sizes and numbers as people write and read them.

>>> seconds("5m"), seconds("90"), seconds("1h30m")
(300.0, 90.0, 5400.0)
>>> size("4GB"), size("512 MiB")
(4000000000, 536870912)
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}
#: From here on a float's digits are more than it holds, and more than anyone reads.
_MANY = 1e15
_BYTES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}


def seconds(text: str | float) -> float:
    """A duration in seconds from ``60``, ``"60s"``, ``"5m"``, ``"1h30m"``; ``ValueError`` otherwise."""
    if isinstance(text, int | float):
        return float(text)
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a duration such as '60s', '5m' or '1h30m'")
    parts = re.findall(r"([0-9.]+)\s*([a-z]*)", text.strip().lower())
    if (
        not parts
        or re.sub(r"[0-9.]+\s*[a-z]*|\s", "", text.strip().lower())
        or any(u not in _SECONDS for _, u in parts)
    ):
        raise ValueError(f"{text!r} is not a duration such as '60s', '5m' or '1h30m'")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def size(text: str | int) -> int:
    """A size in bytes from ``4000``, ``"4GB"`` (10⁹) or ``"4GiB"`` (2³⁰); ``ValueError`` otherwise."""
    if isinstance(text, int):
        return text
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a size such as '4GB' or '512MiB'")
    match = re.fullmatch(r"([0-9.]+)\s*([a-z]*)", text.strip().lower())
    if not match or match[2] not in _BYTES:
        raise ValueError(f"{text!r} is not a size such as '4GB' or '512MiB'")
    return int(float(match[1]) * _BYTES[match[2]])


def finite(value: float) -> float | None:
    """A number as JSON can hold it: None where it is none (NaN), or infinite.

    >>> finite(0.5), finite(float("nan"))
    (0.5, None)
    """
    return value if math.isfinite(value) else None


def human_bytes(count: float) -> str:
    """A size a person reads at a glance.

    >>> human_bytes(970_457)
    '970 kB'
    """
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            return f"{count / scale:.3g} {unit}"
    return f"{count:.0f} bytes"


def human_seconds(span: float) -> str:
    """A duration a person reads at a glance.

    >>> human_seconds(0.0123), human_seconds(75)
    ('12 ms', '1 min 15 s')
    """
    if span < 1:
        return f"{span * 1000:.0f} ms"
    if span < 60:
        return f"{span:.1f} s"
    return f"{int(span // 60)} min {int(span % 60)} s"


def number(value: float, decimals: int | None = None) -> str:
    """One number.

    >>> number(7043), number(0.84561), number(1234.5), number(-0.5), number(0.0000123), number(1e300)
    ('7,043', '0.846', '1,234', '−0.5', '1.2e−05', '1e+300')
    """
    if isinstance(value, float) and not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if isinstance(value, float) and abs(value) >= _MANY:
        return f"{value:.3g}".replace("-", "−")
    if isinstance(value, int) or (decimals is None and value == int(value) and abs(value) >= 1):
        return f"{int(value):,}".replace("-", "−")
    if value and abs(value) < 0.001:
        return f"{value:.1e}".replace("-", "−")
    text = f"{value:,.{decimals_of([value]) if decimals is None else decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals is None and "." in text else text
    return text.replace("-", "−")


def decimals_of(values: Iterable[float]) -> int:
    """Decimals for about three significant digits of the largest value, four for thousands."""
    largest = max((abs(value) for value in values), default=0.0)
    return next((decimals for limit, decimals in ((1000, 0), (100, 1), (2, 2)) if largest >= limit), 3)


def fine(value: float) -> str:
    """As :func:`number`, a fraction with a digit more: for what stands beside a limit.

    >>> fine(0.82996), fine(44629.31)
    ('0.8300', '44,629')
    """
    return number(value, 4) if math.isfinite(value) and abs(value) < 2 and value != int(value) else number(value)


def percent(share: float) -> str:
    """A share in percent.

    >>> percent(0.9), percent(0.8437), percent(0.999)
    ('90 %', '84.37 %', '99.9 %')
    """
    return f"{100 * share:.4g} %"


def written(value: float) -> str:
    """A number that a person chose: all its digits, thousands apart.

    >>> written(0.8475), written(50.0), written(1e6), written(1e305)
    ('0.8475', '50', '1,000,000', '1e+305')
    """
    return f"{int(value):,}" if abs(value) < _MANY and value == int(value) else f"{value:,}"


def moment(text: str) -> str:
    """A moment in ISO 8601 as people read it, in UTC.

    >>> moment("2026-05-03T14:05:09+02:00")
    '2026-05-03 12:05 UTC'
    """
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def count(number: int, noun: str) -> str:
    """A count with its noun.

    >>> count(1, "slice"), count(1204, "trial"), count(2, "class")
    ('1 slice', '1,204 trials', '2 classes')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")
