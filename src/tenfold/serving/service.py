"""One version of one model, ready to serve: everything that can be worked out before a request is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tenfold.bundle import Scorer
from tenfold.bundle.manifest import Manifest
from tenfold.core.errors import UserError
from tenfold.serving.hosts import Hosts
from tenfold.serving.limits import Limits


@dataclass(frozen=True)
class Service:
    """``model`` and ``version`` stand in every answer. A bundle of kind ``python`` is refused: TF-SERVE-020."""

    scorer: Scorer
    model: str
    version: int | str
    limits: Limits = field(default_factory=Limits)
    hosts: Hosts = field(default_factory=Hosts.loopback)

    def __post_init__(self) -> None:
        check_servable(self.scorer.manifest, self.scorer.folder)


def check_servable(manifest: Manifest, folder: Path) -> None:
    """Refuse what needs more than a graph's runtime, before any of it is loaded. ``UserError`` TF-SERVE-020."""
    if manifest.kind != "onnx":
        raise UserError.of(
            "TF-SERVE-020",
            f"the bundle is of kind {manifest.kind!r}: it needs the libraries it was trained with",
            str(folder),
            expected="a bundle of kind 'onnx'",
            do="answer in batches with `tenfold predict`, or choose candidates that convert to a graph",
        )
