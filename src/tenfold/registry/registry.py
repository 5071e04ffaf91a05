"""The registry itself: register, resolve, alias, and the history of it all."""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from tenfold.bundle.audit import audit, read_manifest
from tenfold.core.clock import utc_now
from tenfold.core.errors import Problem, UserError, did_you_mean
from tenfold.core.identity import canonical_json
from tenfold.registry import history as chain
from tenfold.registry import placing, versions
from tenfold.registry.database import reading, writing
from tenfold.registry.history import Entry
from tenfold.registry.names import CHAMPION, LATEST, Reference, check_alias, check_name
from tenfold.registry.versions import Model, Version

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-REGISTRY-011": (
        "a version or an alias is not as the history tells",
        "compare with a copy of the registry",
    ),
}


class Registry:
    """Models, versions and aliases in one SQLite file; the bundles in ``models/<model>/<version>`` beside it.

    Any number of processes may use one registry; writers take turns. A process killed at any moment leaves either
    the version with its bundle, or neither.

    >>> import tempfile
    >>> Registry(Path(tempfile.mkdtemp()) / "registry.db").models()
    ()
    """

    def __init__(self, path: str | Path, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = Path(path)
        self.bundles = self.path.parent / "models"
        self._clock = clock

    def register(
        self,
        model: str,
        bundle_folder: str | Path,
        run: str = "",
        evidence: Mapping[str, object] | None = None,
        at: datetime | None = None,
        actor: str = "",
    ) -> int:
        """Take a copy of a bundle in as the next version of ``model``; the same bundle again is the same version.

        ``run`` is the id of the run that made it; ``evidence`` (JSON) what the release stood on; ``at`` the moment,
        in UTC. ``UserError``: TF-REGISTRY-002 (name), TF-BUNDLE-* (the bundle is damaged).
        """
        check_name(model, "model")
        source = Path(bundle_folder)
        bundle = audit(source).manifest.identity
        with writing(self.path) as connection:
            known = connection.execute(
                "select version from versions where model = ? and identity = ?", (model, bundle)
            ).fetchone()
            number = int(known["version"]) if known else self._next(connection, model)
            placing.place(source, versions.folder_of(self.bundles, model, number), bundle)
            if not known:
                moment = (at or self._clock()).isoformat(timespec="seconds")
                row = (model, number, bundle, moment, run, canonical_json(dict(evidence or {})))
                connection.execute("insert into versions values (?, ?, ?, ?, ?, ?)", row)
                told = {"version": number, "identity": bundle, "run": run, "evidence": dict(evidence or {})}
                chain.append(connection, at or self._clock(), actor or _user(), "register", model, told)
        return number

    def alias(self, model: str, alias: str, version: int, actor: str = "", reason: str = "") -> Version:
        """Point ``alias`` of ``model`` at a version, for a reason that stays in the history.

        Pointing where it points already changes nothing and is not written down again.
        ``UserError``: TF-REGISTRY-003 (alias), -004 (no such model), -005 (no such version).
        """
        check_alias(alias)
        with writing(self.path) as connection:
            found = self._pick(connection, Reference(model, version))
            before = versions.of_aliases(connection, model).get(alias)
            if before != version:
                connection.execute("insert or replace into aliases values (?, ?, ?)", (model, alias, version))
                told = {"alias": alias, "version": version, "before": before, "reason": reason}
                chain.append(connection, self._clock(), actor or _user(), "alias", model, told)
            return self._pick(connection, Reference(model, found.version))

    def resolve(self, name: str) -> Version:
        """The version meant by ``model``, ``model@alias`` or ``model@3``; by default the champion, else the latest.

        ``UserError``: TF-REGISTRY-002 (not a name), -004, -005, -006 (no such model, version, alias; with the nearest).
        """
        reference = Reference.parse(name)
        with reading(self.path) as connection:
            if connection is None:
                raise _no_model(reference.model, (), self.path)
            return self._pick(connection, reference)

    def models(self) -> tuple[Model, ...]:
        """Every model, by name."""
        with reading(self.path) as connection:
            return versions.of_registry(connection) if connection else ()

    def versions(self, model: str) -> tuple[Version, ...]:
        """Every version of a model, oldest first. ``UserError`` TF-REGISTRY-004."""
        with reading(self.path) as connection:
            found = versions.of_model(connection, model, self.bundles) if connection else ()
            if not found:
                raise _no_model(model, self._names(connection), self.path)
            return found

    def find(self, model: str, bundle: str) -> Version | None:
        """The version of a model that is the bundle of this identity; None where there is none."""
        with reading(self.path) as connection:
            found = versions.of_model(connection, model, self.bundles) if connection else ()
        return next((each for each in found if each.identity == bundle), None)

    def history(self, model: str | None = None) -> tuple[Entry, ...]:
        """What happened, oldest first: to one model, or to all."""
        with reading(self.path) as connection:
            return chain.entries(connection, model) if connection else ()

    def verify(self) -> tuple[Problem, ...]:
        """Everything that does not hold: the chain, the tables against the chain, the bundles against the tables."""
        with reading(self.path) as connection:
            if connection is None:
                return ()
            told = chain.entries(connection)
            known = [each for m in self._names(connection) for each in versions.of_model(connection, m, self.bundles)]
        return (*chain.broken(told), *_untold(told, known), *_damaged(known))

    def _pick(self, connection: sqlite3.Connection, reference: Reference) -> Version:
        found = versions.of_model(connection, reference.model, self.bundles)
        if not found:
            raise _no_model(reference.model, self._names(connection), self.path)
        aliases = {alias: each for each in found for alias in each.aliases}
        if reference.version is not None:
            return _numbered(found, reference)
        if reference.alias is None:
            return aliases.get(CHAMPION, found[-1])
        if reference.alias == LATEST:
            return found[-1]
        if reference.alias not in aliases:
            raise UserError.of(
                "TF-REGISTRY-006",
                f"the model has no alias {reference.alias!r}",
                str(reference),
                do=did_you_mean(reference.alias, [*aliases, LATEST]),
            )
        return aliases[reference.alias]

    def _next(self, connection: sqlite3.Connection, model: str) -> int:
        row = connection.execute("select max(version) from versions where model = ?", (model,)).fetchone()
        return int(row[0] or 0) + 1

    def _names(self, connection: sqlite3.Connection | None) -> tuple[str, ...]:
        return tuple(each.name for each in versions.of_registry(connection)) if connection else ()


def _numbered(found: tuple[Version, ...], reference: Reference) -> Version:
    for each in found:
        if each.version == reference.version:
            return each
    numbers = ", ".join(str(each.version) for each in found[-12:])
    raise UserError.of(
        "TF-REGISTRY-005", f"the model has no version {reference.version}", str(reference), do=f"use one of {numbers}"
    )


def _no_model(model: str, known: tuple[str, ...], path: Path) -> UserError:
    remedy = did_you_mean(model, known) if known else "release one with `tenfold release`"
    return UserError.of("TF-REGISTRY-004", f"no model is named {model!r}", str(path), do=remedy)


_Facts = dict[tuple[str, object], object]


def _untold(told: tuple[Entry, ...], known: list[Version]) -> Iterator[Problem]:
    """Versions and aliases that are not as the history tells."""
    registered: _Facts = {}
    pointed: _Facts = {}
    for each in told:
        detail = each.detail.get  # an entry that was tampered with may lack anything
        if each.action == "register":
            facts = (detail("identity"), detail("run"), canonical_json(detail("evidence")))
            registered[each.model, detail("version")] = facts
        elif each.action == "alias":
            pointed[each.model, detail("alias")] = detail("version")
    present: _Facts = {
        (each.model, each.version): (each.identity, each.run, canonical_json(each.evidence)) for each in known
    }
    aliases: _Facts = {(each.model, alias): each.version for each in known for alias in each.aliases}
    for what, tables, story in (("version", present, registered), ("alias", aliases, pointed)):
        for name in sorted({*tables, *story}, key=str):
            if tables.get(name) != story.get(name):
                yield Problem(
                    "TF-REGISTRY-011",
                    f"{what} {name[0]}@{name[1]} is not as the history tells",
                    "registry",
                    do="compare with a copy of the registry",
                )


def _damaged(known: list[Version]) -> Iterator[Problem]:
    for each in known:
        try:
            audit(each.folder)
            if read_manifest(each.folder).identity != each.identity:
                yield Problem(
                    "TF-REGISTRY-012",
                    "this is not the bundle that was registered",
                    str(each.folder),
                    do="release again",
                )
        except UserError as error:
            yield from error.problems


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
