"""Ctrl-C once: finish with the best model so far. Twice: stop at once."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

SAID = "Stopping: keeping the best model so far. Ctrl-C again stops at once."


class Interrupts:
    """Counts interrupts while it is entered: the first is said by ``say``, the second raises ``KeyboardInterrupt``."""

    def __init__(self, say: Callable[[str], None] = lambda text: None) -> None:
        self.count = 0
        self._say = say
        self._before: Any = None

    def stopping(self) -> bool:
        """Whether the user has asked to stop."""
        return self.count > 0

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        if self.count > 1:
            raise KeyboardInterrupt
        self._say(SAID)
