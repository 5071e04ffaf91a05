"""The request's body, within its limits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tenfold.core.units import human_bytes
from tenfold.serving.limits import Limits
from tenfold.serving.problems import Refusal, closing
from tenfold.serving.response import Receive

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-019": (
        "the body did not arrive in time",
        "send it at once, or in smaller requests",
    ),
}

#: A body beyond the limit is still received (and dropped) up to this many times the limit, so that a caller who
#: sends first and listens afterwards sees the answer instead of a broken connection.
_DRAINED = 4


class DisconnectedError(Exception):
    """The caller went away; nobody waits for an answer."""


async def read(receive: Receive, headers: Mapping[bytes, bytes], limits: Limits) -> bytes:
    """The whole body. ``Refusal`` 413 TF-SERVE-012 (too large), 408 TF-SERVE-019 (too slow), 415 TF-SERVE-013/-014."""
    _check_headers(headers, limits)
    try:
        async with asyncio.timeout(limits.seconds):
            return await _gather(receive, limits)
    except TimeoutError:
        said = f"the body had not arrived after {limits.seconds:g} seconds"
        raise closing(408, "TF-SERVE-019", said, do="send it at once, or in smaller requests") from None


async def _gather(receive: Receive, limits: Limits) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        part = message.get("body", b"")
        assert isinstance(part, bytes)
        size += len(part)
        if size <= limits.body:
            parts.append(part)
        elif size > limits.body * _DRAINED:
            raise _too_large(size, limits)
        else:
            parts.clear()
        if not message.get("more_body"):
            break
    if size > limits.body:
        raise _too_large(size, limits)
    return b"".join(parts)


def _check_headers(headers: Mapping[bytes, bytes], limits: Limits) -> None:
    if headers.get(b"content-type") != b"application/json":
        _check_content_type(headers.get(b"content-type", b"").decode("latin-1"))
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refusal(
            415,
            "TF-SERVE-014",
            f"the body is encoded as {_text(headers[b'content-encoding'])!r}",
            expected="a body without content encoding",
            do="send it uncompressed",
            headers=((b"accept-encoding", b"identity"),),
        )
    length = headers.get(b"content-length")
    # (The parser has checked that it is a number.) Unread: when the caller asks first, or sends far too much.
    if length and int(length) > limits.body and (b"expect" in headers or int(length) > limits.body * _DRAINED):
        raise _too_large(int(length), limits)


def _check_content_type(given: str) -> None:
    media, *parameters = [part.strip().lower() for part in given.split(";")]
    charset = "".join(each.partition("=")[2].strip('"') for each in parameters if each.startswith("charset="))
    if media != "application/json" or charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Refusal(
            415,
            "TF-SERVE-013",
            f"the content type is {given[:100]!r}" if given else "the request has no content type",
            expected="application/json, in UTF-8",
            do="send the header 'Content-Type: application/json'",
            headers=((b"accept", b"application/json"),),
        )


def _too_large(size: int, limits: Limits) -> Refusal:
    return closing(
        413,
        "TF-SERVE-012",
        f"the body has {human_bytes(size)} or more",
        expected=f"at most {human_bytes(limits.body)}",
        do="send the records in several requests",
    )


def _text(value: bytes) -> str:
    return value.decode("latin-1")[:100]
