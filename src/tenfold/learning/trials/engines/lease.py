"""Who holds an engine: it is started when first needed, shared by all holders, and ended when the last one is gone.

A run holds a lease from its first step to its end, each bench one while it is open.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module, util
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tenfold.core.compute import Compute
from tenfold.core.errors import UserError
from tenfold.learning.trials.engines.silence import quiet, undisturbed

if TYPE_CHECKING:  # joblib and the rest are for those whose trials are not local
    from tenfold.learning.trials.engines.engine import Engine

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-005": (
        "the engine that `compute.trials` names is not installed",
        "`pip install 'tenfold[ray]'` (or dask, spark), or `trials: local`",
    ),
    "TF-MODEL-006": (
        "the engine does not start on this machine, or does not answer at `compute.address`",
        "see that the cluster runs and can be reached from here (Spark needs Java 17), or use `trials: local`",
    ),
}

#: What has to be installed for an engine, by the names that are imported.
NEEDED = {"ray": ("ray",), "dask": ("dask", "distributed"), "spark": ("pyspark", "joblibspark")}
_HINTS = {
    "ray": "see that `ray status` finds the cluster",
    "dask": "see that the scheduler answers at this address",
    "spark": "see that Java 17 or newer is installed and that the master answers",
}


@dataclass
class _Held:
    holders: int = 0
    engine: Engine | None = None


_HELD: dict[tuple[int, Compute, int], _Held] = {}
_LOCK = threading.RLock()


@dataclass
class Lease:
    """The right to an engine, in a ``with`` statement; nothing is started before :meth:`engine` is called.

    ``cores``: slots of an engine that is started here. Where trials are local, it does nothing.
    """

    compute: Compute
    cores: int
    _key: tuple[int, Compute, int] = field(init=False)

    def __enter__(self) -> Self:
        self._key = (os.getpid(), self.compute, self.cores)  # a forked copy of this process holds nothing
        with _LOCK:
            _HELD.setdefault(self._key, _Held()).holders += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with _LOCK:
            held = _HELD[self._key]
            held.holders -= 1
            if held.holders:
                return
            del _HELD[self._key]
            if held.engine is not None:
                held.engine.close()

    def engine(self) -> Engine:
        """The engine, running.

        Raises:
            UserError: TF-MODEL-005 where it is not installed, TF-MODEL-006 where it does not start or answer.
        """
        with _LOCK:
            held = _HELD[self._key]
            if held.engine is None:
                held.engine = _start(self.compute, self.cores)
            return held.engine


def check(compute: Compute) -> None:
    """Whether the engine is installed; nothing is imported.

    Raises:
        UserError: TF-MODEL-005.
    """
    absent = [name for name in NEEDED.get(compute.trials, ()) if util.find_spec(name) is None]
    if absent:
        raise UserError.of(
            "TF-MODEL-005", f"{' and '.join(absent)} cannot be imported", f"compute.trials: {compute.trials}",
            expected="an engine that is installed", do=f"pip install 'tenfold[{compute.trials}]', or `trials: local`",
        )  # fmt: skip


def _start(compute: Compute, cores: int) -> Engine:
    check(compute)
    start: Callable[[str | None, int], Engine] = import_module(f"{__package__}.{compute.trials}").start
    try:
        with undisturbed(), quiet():
            return start(compute.address, cores)
    except Exception as error:
        place = f"at {compute.address}" if compute.address else "on this machine"
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UserError.of(
            "TF-MODEL-006", f"{compute.trials} did not start or answer {place} ({said})",
            f"compute.trials: {compute.trials}", do=f"{_HINTS[compute.trials]}, or use `trials: local`",
        ) from error  # fmt: skip
