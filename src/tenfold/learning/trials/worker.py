"""What runs inside a trial's process: take a call, make it, send back what came of it."""

from __future__ import annotations

import os
import resource
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal

from tenfold.core.memory import trim

#: How C++ names memory that it did not get, in the errors that LightGBM and CatBoost make of it.
_BAD_ALLOC = "bad_alloc"


@dataclass(frozen=True)
class Call:
    """A function that the worker can import, with its arguments; ``paths`` are put before ``sys.path``."""

    id: int
    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)
    memory: int = 0  # bytes that the process may allocate; 0: no limit
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What came of a call."""

    id: int
    status: Literal["done", "failed", "memory"]
    value: Any = None
    error: str = ""
    seconds: float = 0.0


def work(connection: Connection) -> None:
    """Answer calls until the other side closes."""
    _silence()
    while True:
        try:
            call: Call = connection.recv()
        except (EOFError, OSError):
            return
        except Exception as error:  # a function that cannot be imported here
            connection.send(Reply(-1, "failed", error=f"{type(error).__name__}: {error}"))
            continue
        connection.send(_answer(call))
        trim()


def _silence() -> None:
    """Libraries talk; nobody listens here. What matters comes back as a reply."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    warnings.simplefilter("ignore")


def _answer(call: Call) -> Reply:
    sys.path[:0] = [path for path in call.paths if path not in sys.path]
    start = time.perf_counter()
    try:
        _limit(call.memory)
        value = call.function(*call.arguments, **call.keywords)
    except MemoryError as error:
        return Reply(call.id, "memory", None, f"out of memory: {error}", time.perf_counter() - start)
    except Exception as error:
        said = "".join(traceback.format_exception_only(error)).strip()
        if _BAD_ALLOC in said:
            return Reply(call.id, "memory", None, "the library got none", time.perf_counter() - start)
        return Reply(call.id, "failed", None, said, time.perf_counter() - start)
    return Reply(call.id, "done", value, "", time.perf_counter() - start)


def _limit(memory: int) -> None:
    """Refuse single allocations far beyond the limit; the parent watches what is really used."""
    if memory:
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (3 * memory + (2 << 30), hard))
