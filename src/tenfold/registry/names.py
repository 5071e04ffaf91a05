"""Names of models, versions and aliases, as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tenfold.core.errors import UserError

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-REGISTRY-002": (
        "a model or an alias cannot have this name",
        "use letters, digits, '.', '_' and '-', at most 100, the first a letter or digit",
    ),
    "TF-REGISTRY-003": (
        "an alias is a number, or `latest`, which moves by itself",
        "choose another name; `name@latest` and `name@3` work without an alias",
    ),
}

CHAMPION = "champion"
LATEST = "latest"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Reference:
    """A model, and which of its versions: a number, an alias, or neither (champion, else latest).

    >>> Reference.parse("churn@3"), Reference.parse("churn@challenger").alias
    (Reference(model='churn', version=3, alias=None), 'challenger')
    """

    model: str
    version: int | None = None
    alias: str | None = None

    @classmethod
    def parse(cls, text: str) -> Reference:
        """``name``, ``name@alias`` or ``name@3``. ``UserError`` TF-REGISTRY-002."""
        model, at, which = text.partition("@")
        check_name(model, "model", text)
        if not at:
            return cls(model)
        if which.isascii() and which.isdigit():
            return cls(model, version=int(which[:18]))
        check_name(which, "alias", text)
        return cls(model, alias=which)

    def __str__(self) -> str:
        which = self.alias if self.version is None else str(self.version)
        return f"{self.model}@{which}" if which else self.model


def check_name(name: str, what: str, where: str = "") -> str:
    """A name becomes a folder and a part of addresses, so it is kept plain. ``UserError`` TF-REGISTRY-002."""
    if not _NAME.fullmatch(name):
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:100]
        raise UserError.of(
            "TF-REGISTRY-002",
            f"{name[:200]!r} is not a name of a{'n' if what[0] in 'aeiou' else ''} {what}",
            where[:200],
            expected="letters, digits, '.', '_' or '-', at most 100, beginning with a letter or digit",
            do=f"try {plain!r}" if plain else "choose another name",
        )
    return name


def check_alias(alias: str) -> str:
    """An alias is not a number, and not ``latest``, which moves by itself."""
    check_name(alias, "alias")
    if alias.isdigit() or alias == LATEST:
        raise UserError.of(
            "TF-REGISTRY-003",
            f"{alias!r} cannot be an alias",
            expected="a name such as 'champion', 'challenger' or 'staging'",
            do="`name@latest` and `name@3` work without an alias" if alias == LATEST else "choose a name",
        )
    return alias
