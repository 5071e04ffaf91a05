"""What step 10 leaves behind: a bundle, or the reasons why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tenfold.core import files
from tenfold.core.brief import Brief

#: How reasons begin against which no acceptance of a gate helps.
NOT_PROVEN, NO_GRAPH = "not proven: ", "it cannot be served: "


@dataclass(frozen=True)
class Checked:
    """A gate on the bundle itself, measured here. ``accepted`` is the reason for releasing although it failed."""

    name: str
    minimum: float | None
    maximum: float | None
    value: float
    passed: bool
    accepted: str = ""

    @property
    def stops(self) -> bool:
        return not (self.passed or self.accepted)


@dataclass(frozen=True, repr=False)
class Released(Brief):
    """The proven bundle (``bundle`` is None when something refused it) and what the release stands on.

    Latencies are of one raw record in process, in milliseconds.
    """

    model: str
    alias: str
    bundle: Path | None
    refused: tuple[str, ...]
    checked: tuple[Checked, ...]
    proof: Mapping[str, Any] = field(hash=False)
    latency_p50_ms: float = 0.0
    latency_p99_ms: float = 0.0
    bytes: int = 0
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def acceptable(self) -> bool:
        """Whether accepting gates would release it: nothing but gates refused it."""
        return bool(self.refused) and not any(each.startswith((NOT_PROVEN, NO_GRAPH)) for each in self.refused)

    def save(self, folder: Path) -> None:
        data = asdict(self) | {"bundle": self.bundle.name if self.bundle else None}
        files.write_json(folder / "release.json", data)

    @classmethod
    def load(cls, folder: Path) -> Self:
        data = files.read_json(folder / "release.json")
        checked = tuple(Checked(**each) for each in data.pop("checked"))
        bundle = folder / data["bundle"] if data["bundle"] else None
        return cls(**{**data, "bundle": bundle, "refused": tuple(data["refused"]), "checked": checked})
