"""What runs on an engine's worker: a call in an isolated process there, or a look around.

A worker imports little for it: arguments and answers stay pickled until they are where they are used.
"""

from __future__ import annotations

import pickle
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tenfold.learning.trials import versions
from tenfold.learning.trials.client import fork_server
from tenfold.learning.trials.pool import Outcome, Pool
from tenfold.learning.trials.worker import Call

#: Seconds between looks at whether the call is still wanted.
_LOOK = 0.2


@dataclass(frozen=True)
class Task:
    """A call as it travels. ``folder``: the bench's, the call ends with it; ``ended``: the name of a file in it whose
    coming ends the call; ``preload``: what its process has loaded."""

    call: Call
    seconds: float | None
    folder: str
    ended: str
    preload: tuple[str, ...]


@dataclass(frozen=True)
class Unseen:
    """A worker without the bench's folder."""

    host: str


@dataclass(frozen=True)
class Seen:
    """What a worker is and has. ``folder``: whether it sees the bench's and can write there."""

    host: str
    folder: bool
    versions: tuple[str, ...]


def packed(
    function: Callable[..., Any], arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A call as one of bytes, and an answer in bytes: nobody on the way has to import what they are made of."""
    return _unpacked, (pickle.dumps((function, arguments, dict(keywords))),)


def _unpacked(call: bytes) -> bytes:
    function, arguments, keywords = pickle.loads(call)
    return pickle.dumps(function(*arguments, **keywords))


def run(task: Task) -> Outcome | Unseen:
    """Make the call in a process of its own; its deadline begins now."""
    folder, call = Path(task.folder), task.call
    if not folder.is_dir():
        return Unseen(socket.gethostname())
    with Pool(1, call.memory, task.preload, call.paths) as pool:
        pool.submit(call.function, call.arguments, call.keywords, task.seconds)
        while (outcome := pool.next(_LOOK)) is None:
            if not folder.is_dir() or (folder / task.ended).exists():
                pool.cancel()
    return replace(outcome, id=call.id)


def look(folder: str, name: str, preload: tuple[str, ...]) -> Seen:
    """Say what is here, and leave a file in the folder as a sign; libraries for trials begin to load meanwhile."""
    found = True
    try:
        (Path(folder) / name).touch()
    except OSError:
        found = False
    fork_server(preload)
    return Seen(socket.gethostname(), found, versions.of_process())
