"""Durations and sizes as people write them.

>>> seconds("5m"), seconds("90"), seconds("1h30m")
(300.0, 90.0, 5400.0)
>>> size("4GB"), size("512 MiB")
(4000000000, 536870912)
"""

from __future__ import annotations

import re

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}
_BYTES = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}


def seconds(text: str | float) -> float:
    """A duration in seconds from ``60``, ``"60s"``, ``"5m"``, ``"1h30m"``; ``ValueError`` otherwise."""
    if isinstance(text, int | float):
        return float(text)
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
    match = re.fullmatch(r"([0-9.]+)\s*([a-z]*)", text.strip().lower())
    if not match or match[2] not in _BYTES:
        raise ValueError(f"{text!r} is not a size such as '4GB' or '512MiB'")
    return int(float(match[1]) * _BYTES[match[2]])


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
