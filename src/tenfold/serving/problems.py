"""Problem details for HTTP APIs (RFC 9457), with our stable codes.

What went wrong with a request is raised as a :class:`Refusal` anywhere below the app and answered in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson

from tenfold.serving.response import PROBLEM_JSON, Headers, Response

#: So many field problems are written out at most; ``count`` always tells how many there are.
LISTED = 10_000


class Refusal(Exception):
    """A request that is not answered, and why.

    ``got`` says what is wrong, ``expected`` and ``do`` what to send instead; ``errors`` lists single fields, at most
    :data:`LISTED` of the ``count`` there are.
    """

    def __init__(
        self,
        status: int,
        code: str,
        got: str,
        *,
        expected: str = "",
        do: str = "",
        errors: Sequence[dict[str, Any]] = (),
        count: int = 0,
        headers: Headers = (),
    ) -> None:
        super().__init__(f"{code} {got}")
        self.status, self.code, self.got = status, code, got
        self.expected, self.do, self.headers = expected, do, headers
        self.errors, self.count = errors, count or len(errors)

    def response(self) -> Response:
        """
        >>> Refusal(404, "TF-SERVE-015", "nothing is here").response().status
        404
        """
        body = {
            "type": f"urn:tenfold:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.got,
            **({"expected": self.expected} if self.expected else {}),
            **({"do": self.do} if self.do else {}),
            **({"count": self.count, "errors": self.errors} if self.errors else {}),
        }
        return Response(self.status, orjson.dumps(body), PROBLEM_JSON, self.headers)


def closing(status: int, code: str, got: str, **said: str) -> Refusal:
    """A refusal after which the connection is closed: the rest of the request was not read."""
    return Refusal(status, code, got, expected=said.get("expected", ""), do=said.get("do", ""), headers=_CLOSE)


_CLOSE: Headers = ((b"connection", b"close"),)
