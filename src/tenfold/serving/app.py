"""The ASGI application (https://asgi.readthedocs.io/en/latest/specs/www.html): one function, no framework."""

from __future__ import annotations

import asyncio
import logging

from tenfold.core.errors import TenfoldError
from tenfold.serving import body
from tenfold.serving.openapi import described, openapi
from tenfold.serving.page import PAGE_HEADERS, page
from tenfold.serving.predict import Predictor
from tenfold.serving.problems import Refusal
from tenfold.serving.response import HTML, Receive, Response, Scope, Send, json_response
from tenfold.serving.routes import PREDICT, Routes
from tenfold.serving.service import Service

#: For docs/errors.md: code → (what it means, what to do, what it ends with where the call does not tell).
CODES = {
    "TF-SERVE-018": (
        "a header occurs twice, is absent, or the headers are too long",
        "send each header once, and fewer of them",
    ),
    "TF-SERVE-050": (
        "the model could not answer this request, though it was read",
        "see the server's log, and report it",
        "HTTP 500",
    ),
}

_log = logging.getLogger("tenfold.serving")

#: A larger body is answered in a thread beside, so that health checks and small requests don't wait for it.
_ASIDE = 64_000
_ONCE = (b"host", b"content-type", b"content-length", b"content-encoding")


class App:
    """Serves one version of one model. The first request finds everything loaded, checked and warm."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._predictor = Predictor(service)
        self._predictor.warm_up()
        self._routes = Routes(_pages(service))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"a connection of type {scope['type']!r} is not served")
        try:
            response = await self._answer(scope, receive)
        except Refusal as refusal:
            response = refusal.response()
        except body.DisconnectedError:
            return
        except Exception as error:
            response = _fault(error)
        await response.send(send, with_body=scope["method"] != "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        headers = self._headers(scope)
        if scope["path"] != PREDICT or scope["method"] != "POST":
            return self._routes.page(scope["path"], scope["method"])
        data = await body.read(receive, headers, self._service.limits)
        if len(data) > _ASIDE:
            return await asyncio.to_thread(self._predictor, data)
        return self._predictor(data)

    def _headers(self, scope: Scope) -> dict[bytes, bytes]:
        given = scope["headers"]
        headers = dict(given)
        if len(given) > self._service.limits.headers:
            said = f"the request has {len(given)} header lines"
            raise Refusal(431, "TF-SERVE-018", said, expected=f"at most {self._service.limits.headers}")
        if len(headers) < len(given):
            names = [name for name, _ in given]
            for name in _ONCE:
                if names.count(name) > 1:
                    raise Refusal(400, "TF-SERVE-018", f"the header {name.decode()} occurs twice", do="send it once")
        self._service.hosts.check(headers, scope["http_version"])
        return headers


def _pages(service: Service) -> dict[str, Response]:
    document = Response(200, page(service).encode("utf-8"), HTML, PAGE_HEADERS)
    return {
        "/": document,
        "/docs": document,
        "/schema": json_response(described(service)),
        "/openapi.json": json_response(openapi(service)),
        "/health/live": json_response({"status": "live"}),
        "/health/ready": json_response({"status": "ready", "model": service.model, "version": service.version}),
    }


def _fault(error: Exception) -> Response:
    """A fault of ours: the caller learns that, the log learns the rest."""
    _log.exception("a request could not be answered")
    code = error.problems[0].code if isinstance(error, TenfoldError) and error.problems else "TF-SERVE-050"
    return Refusal(500, code, "the model could not answer this request", do="see the server's log").response()
