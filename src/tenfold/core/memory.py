"""Memory that is held and not used, given back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys


def give_back() -> None:
    """Let go of what allocators keep for a next time: after a step's tables that is most of what a process holds.

    Trials in processes of their own, and other programs, want it. Where the C library has no ``malloc_trim`` (it is
    glibc's), only Arrow gives anything back.
    """
    gc.collect()
    if (arrow := sys.modules.get("pyarrow")) is not None:
        arrow.default_memory_pool().release_unused()
    trim()


def trim() -> None:
    """The part of it that takes no time: what the C library keeps."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
