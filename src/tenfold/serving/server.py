"""The server process: a socket, an event loop, and an orderly end.

SIGTERM or SIGINT: no new connections, requests under way are answered, then the process ends with status 0.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
import uvloop

from tenfold.bundle import Scorer
from tenfold.core.errors import UserError
from tenfold.serving.app import App
from tenfold.serving.hosts import Hosts
from tenfold.serving.limits import Limits
from tenfold.serving.service import Service

Ready = Callable[[str], None]

_GRACE = 10  # seconds that requests under way have to finish


def serve(
    scorer: Scorer,
    name: str,
    version: int | str,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Ready | None = None,
    *,
    limits: Limits | None = None,
) -> None:
    """Serve one version of a model until the process is told to end.

    ``port`` 0 takes a free one. ``ready`` is called with the address (``http://127.0.0.1:8000``) once requests are
    answered; without it, one JSON line is printed: ``{"event": "ready", "url": …, "model": …, "version": …,
    "pid": …}``. ``UserError``: TF-SERVE-020 (a bundle of kind ``python``), -021 (the port is taken), -022 (the
    address cannot be used).
    """
    service = Service(scorer, name, version, limits or Limits(), Hosts.of(host))
    with _bound(host, port) as listener:
        url = address(host, listener.getsockname()[1])
        server = _Server(_configuration(App(service)), lambda: (ready or _announcement(service))(url))
        with _orderly_end(server), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve(sockets=[listener]))


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()


def _configuration(app: App) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE,
    )


def _announcement(service: Service) -> Ready:
    def announce(url: str) -> None:
        told = {"event": "ready", "url": url, "model": service.model, "version": service.version, "pid": os.getpid()}
        print(json.dumps(told), flush=True)

    return announce


def address(host: str, port: int) -> str:
    """The address as a caller on this machine writes it.

    >>> address("0.0.0.0", 80), address("::1", 8000)
    ('http://127.0.0.1:80', 'http://[::1]:8000')
    """
    name = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    try:
        if not 0 <= port <= 65535:  # the resolver would silently take it modulo 65536
            raise OverflowError("there is no such port")
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as error:
        raise _unusable(host, port, error) from error
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
            listener.listen(1024)
        except (OSError, OverflowError) as error:
            raise _unusable(host, port, error) from error
        yield listener


def _unusable(host: str, port: int, error: Exception) -> UserError:
    where = f"{host}:{port}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        do = f"stop the other program, or choose another port: --port {port + 1} (0 takes a free one)"
        return UserError.of("TF-SERVE-021", "another program listens there already", where, do=do)
    return UserError.of(
        "TF-SERVE-022",
        f"it cannot be listened on ({error})",
        where,
        expected="an address of this machine and a port from 1024 to 65535, or 0 for a free one",
        do="change --host or --port",
    )


@contextmanager
def _orderly_end(server: uvicorn.Server) -> Iterator[None]:
    """uvicorn ends in order, then raises the signal again for whoever was there before; that is us, and it's done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        server.should_exit = True

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
