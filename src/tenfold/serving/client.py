"""A small caller, for scripts and for trying things out; the standard library is enough."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from tenfold.core.errors import UserError

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-030": (
        "the server answered with an error, which the message quotes",
        "do what the quoted problem says; docs/errors.md lists its own code",
    ),
}


def post_records(url: str, records: Sequence[Mapping[str, object]], timeout: float = 30.0) -> dict[str, Any]:
    """The answers of a server at ``url`` (``http://127.0.0.1:8000``) to raw records.

    ``timeout`` in seconds. ``UserError`` TF-SERVE-030 when the server refuses, -031 when it cannot be reached.
    """
    body = json.dumps({"records": list(records)}, allow_nan=False).encode("utf-8")
    request = urllib.request.Request(f"{url.rstrip('/')}/predict", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            answer: dict[str, Any] = json.loads(response.read())
            return answer
    except urllib.error.HTTPError as error:
        with error:
            got = f"{error.code}: {_said(error.read())}"
            raise UserError.of("TF-SERVE-030", got, request.full_url, do=CODES["TF-SERVE-030"][1]) from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        do = "check that `tenfold serve` runs, and its address"
        raise UserError.of("TF-SERVE-031", f"no answer ({error})", request.full_url, do=do) from error


def _said(body: bytes) -> str:
    try:
        problem = json.loads(body)
        fields = [f"row {each['row']}, {each['field']}: {each['message']}" for each in problem.get("errors", [])[:5]]
        return "; ".join([f"{problem['code']} {problem['detail']}", *fields])
    except (ValueError, KeyError, TypeError, AttributeError):
        return body[:200].decode("utf-8", "replace")
