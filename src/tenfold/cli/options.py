"""Options that every command has, and how a command speaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from tenfold.core import units

F = TypeVar("F", bound=Callable[..., Any])


class Quantity(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A duration or a size: checked when the command line is read, handed on as it was written."""

    def __init__(self, name: str, parse: Callable[[str], float]) -> None:
        self.name, self._parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            self._parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return str(value)


class Step(click.ParamType):  # type: ignore[type-arg]
    """A step by its name or its number, 1 to 10; a wrong name is told by whoever looks it up."""

    name = "step"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from tenfold.reports.report import STEPS

        names = list(STEPS)
        text = str(value)
        return names[int(text) - 1] if text.isdecimal() and 1 <= int(text) <= len(names) else text


DURATION, SIZE = Quantity("duration", units.seconds), Quantity("size", units.size)


@dataclass(frozen=True)
class Voice:
    """How a command speaks: to people, to programs (``--json``), or not at all (``--quiet``)."""

    as_json: bool = False
    quiet: bool = False

    def data(self, value: Any) -> None:
        """The answer for programs; printed only with ``--json``."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, default=str))

    def line(self, text: str = "") -> None:
        """A line for people."""
        if not (self.as_json or self.quiet):
            click.echo(text)

    def show(self, renderable: Any) -> None:
        """Something rich for people."""
        if not (self.as_json or self.quiet):
            from rich.console import Console

            Console().print(renderable)

    @property
    def talks(self) -> bool:
        return not (self.as_json or self.quiet)


def spoken(function: F) -> F:
    """Add ``--json``, ``--quiet`` and ``--project``; the command receives ``voice`` and ``project``."""

    def call(*args: Any, as_json: bool, quiet: bool, project: Path | None, **kwargs: Any) -> Any:
        return function(*args, voice=Voice(as_json, quiet), project=project, **kwargs)

    call.__name__, call.__doc__ = function.__name__, function.__doc__
    call.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Answer as JSON, for programs."),
        click.option("--quiet", "-q", is_flag=True, help="Say nothing but errors."),
        click.option(
            "--project", "-C", type=click.Path(path_type=Path, file_okay=False),
            help="The folder whose .tenfold keeps the results.",
        ),
    ):  # fmt: skip
        call = option(call)
    return call  # type: ignore[return-value]
