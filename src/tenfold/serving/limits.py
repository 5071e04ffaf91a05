"""How much a single request may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds on one request; what goes beyond is refused before it costs anything."""

    body: int = 10_000_000
    """Bytes of a request's body."""
    records: int = 10_000
    """Rows of one request."""
    depth: int = 16
    """Levels of nesting in the JSON (a good request has three)."""
    headers: int = 100
    """Header lines of a request."""
    seconds: float = 30.0
    """Time for the whole body to arrive."""
