"""Which ``Host`` headers are answered.

A server on loopback answers only to loopback's names: else any web page could rebind its own name to 127.0.0.1 and
read answers from the reader's machine (Jackson et al., "Protecting browsers from DNS rebinding attacks", CCS 2007).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from tenfold.serving.problems import Refusal

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True)
class Hosts:
    """The names answered to, without port; None for any (the server is open to a network, behind its proxy)."""

    allowed: frozenset[str] | None = None

    @classmethod
    def loopback(cls) -> Hosts:
        return cls(_LOOPBACK)

    @classmethod
    def of(cls, bound: str) -> Hosts:
        """What follows from the address that the server is bound to.

        >>> Hosts.of("0.0.0.0").allowed, "127.0.0.2" in (Hosts.of("127.0.0.2").allowed or ())
        (None, True)
        """
        if not is_loopback(bound):
            return cls(None)
        return cls(_LOOPBACK | {f"[{bound}]" if ":" in bound else bound.lower()})

    def check(self, headers: Mapping[bytes, bytes], http_version: str) -> None:
        """``Refusal`` 421 TF-SERVE-017 for a foreign host, 400 TF-SERVE-018 for none at all (RFC 9112, section 3.2)."""
        given = headers.get(b"host")
        if given is None:
            if http_version != "1.0":
                raise Refusal(400, "TF-SERVE-018", "the request has no Host header", do="send one")
            return
        if self.allowed is not None and _name(given) not in self.allowed:
            raise Refusal(
                421,
                "TF-SERVE-017",
                f"the request is meant for {given.decode('latin-1')[:100]!r}",
                expected=f"one of {', '.join(sorted(self.allowed))}",
                do="use one of these names, or start the server with --host and the address of this machine",
            )


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _name(given: bytes) -> str:
    host = given.decode("latin-1").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and (port.isdigit() or not port) and not name.endswith(":") else host
