"""Which path answers which methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tenfold.core.errors import did_you_mean
from tenfold.serving.problems import Refusal
from tenfold.serving.response import Response

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-015": (
        "nothing is at this path",
        "see the pages at /",
    ),
    "TF-SERVE-016": (
        "the page does not answer this method",
        "use GET or HEAD; POST for /predict",
    ),
}

PREDICT = "/predict"


@dataclass(frozen=True)
class Routes:
    """Pages that are only read (GET and HEAD), beside ``POST /predict``."""

    pages: Mapping[str, Response]

    def page(self, path: str, method: str) -> Response:
        """The page at ``path``. ``Refusal`` 404 TF-SERVE-015, 405 TF-SERVE-016 (with ``Allow``, RFC 9110 15.5.6)."""
        page = self.pages.get(path)
        if page is None and path != PREDICT:
            raise Refusal(404, "TF-SERVE-015", f"nothing is at {path[:200]!r}", do=self._nearest(path))
        if page is None or method not in ("GET", "HEAD"):
            allowed = "POST" if page is None else "GET, HEAD"
            raise Refusal(
                405,
                "TF-SERVE-016",
                f"{path} does not answer {method[:20]}",
                expected=allowed,
                headers=((b"allow", allowed.encode()),),
            )
        return page

    def _nearest(self, path: str) -> str:
        return did_you_mean(path[:200], [PREDICT, *self.pages])
