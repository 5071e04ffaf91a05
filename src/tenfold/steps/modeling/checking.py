"""Whether what the section names can be fitted, told before the first step: libraries, and names of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tenfold.core.errors import Problem, did_you_mean, raise_all
from tenfold.learning.extras import missing
from tenfold.learning.search.space import Axes
from tenfold.metrics import Task
from tenfold.steps.modeling.config import Modeling

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-MODEL-010": (
        "a candidate has no parameter of this name, or it is the run's own",
        "use the name that the message proposes, or leave it out",
    ),
    "TF-MODEL-011": (
        "a candidate takes no value such as this for one of its parameters",
        "change the value as the message says, or leave the parameter out",
    ),
    "TF-MODEL-012": (
        "`tuning.space` names a candidate that does not compete, or a parameter that `modeling.parameters` fixes",
        "name a candidate that competes, or keep the parameter in one place",
    ),
}

#: The kinds of problem that a parameter may be for, where none is declared: classes and values.
_ANY: tuple[Task, ...] = ("binary", "regression")
_TARGETS = ("as it is", "log")
_OURS = "leave it out: `seed` and `problem.constraints.cores` say it"
_NOWHERE: Mapping[str, Axes] = {}


def check(config: Modeling, task: Task | None = None, space: Mapping[str, Axes] = _NOWHERE) -> None:
    """``task``: the kind of problem, if it is known; else parameters pass that suit any; ``space``: of ``tuning``.

    Raises:
        UserError: TF-MODEL-009 to -012: a library is absent; a parameter is none of its candidate's, or cannot have
            this value; what is searched does not compete, or is fixed.
    """
    raise_all([*_absent(config), *_astray(config, space), *_parameters(config, space, task)])


def _absent(config: Modeling) -> Iterator[Problem]:
    for name in () if config.candidates == "auto" else config.names:
        if extra := missing(name):
            yield Problem(
                "TF-MODEL-009", f"{name} needs {extra}, which is not installed", "modeling.candidates",
                expected="candidates whose libraries are there",
                do=f"pip install 'tenfold[{extra}]', or leave {name} out",
            )  # fmt: skip


def _astray(config: Modeling, space: Mapping[str, Axes]) -> Iterator[Problem]:
    """Axes of whom nobody meets, and of what does not move."""
    for name, axes in space.items():
        if name not in config.names:
            yield Problem(
                "TF-MODEL-012", f"{name} does not compete", f"tuning.space.{name}",
                do=f"add it to `modeling.candidates`, or {did_you_mean(name, config.names[1:])}",
            )  # fmt: skip
        for fixed in sorted({*axes} & {*config.parameters.get(name, {})}):
            yield Problem(
                "TF-MODEL-012", f"`modeling.parameters` fixes {fixed!r}", f"tuning.space.{name}.{fixed}",
                do="keep it in one of the two",
            )  # fmt: skip


def _parameters(config: Modeling, space: Mapping[str, Axes], task: Task | None) -> Iterator[Problem]:
    named = [name for name in config.names if config.parameters.get(name) or space.get(name)]
    if not named:
        return
    from tenfold.learning.candidates import Size, candidate  # the libraries that fit take a second or two to load

    usual = Size(rows=1000, columns=10)
    tasks: tuple[Task, ...] = _ANY if task is None else (task,)
    for name in named:
        model = candidate(name)
        given = {each: (value,) for each, value in config.parameters.get(name, {}).items()}
        yield from _of_candidate(model, given, f"modeling.parameters.{name}", tasks)
        searched = {each: axis.values for each, axis in space.get(name, {}).items()}
        yield from _broken(model, space.get(name, {}), model.defaults(tasks[0], usual))
        yield from _of_candidate(model, searched, f"tuning.space.{name}", tasks)


def _of_candidate(
    model: Any, given: Mapping[str, Sequence[Any]], place: str, tasks: tuple[Task, ...]
) -> Iterator[Problem]:
    """What is wrong with parameters, each with the values that it may have."""
    found = [model.names(task) for task in tasks]
    known = None if None in found else {name: each for names in found for name, each in names.items()}
    for name, values in given.items():
        where = f"{place}.{name}"
        if wrong := _misnamed(model, name, known, tasks):
            yield Problem("TF-MODEL-010", wrong[0], where, do=wrong[1])
            continue
        for value in values:
            if wanted := _wanted(model, name, value):
                yield Problem("TF-MODEL-011", f"got {value!r}", where, wanted, "change the value, or leave it out")


def _broken(model: Any, axes: Axes, usual: Mapping[str, Any]) -> Iterator[Problem]:
    """Axes with fractions of what is counted, as its usual value shows."""
    for name, axis in axes.items():
        counted = name in model.counted and isinstance(usual.get(name), int)
        if counted and any(isinstance(value, float) for value in axis.values):
            yield Problem(
                "TF-MODEL-011", f"got {axis.values}", f"tuning.space.{model.name}.{name}", "whole numbers",
                "write them without a decimal point",
            )  # fmt: skip


def _misnamed(
    model: Any, name: str, known: Mapping[str, str] | None, tasks: tuple[Task, ...]
) -> tuple[str, str] | None:
    """What is wrong with a name, and what to do; ``known``: see ``Candidate.names``."""
    if name in model.reserved:
        return f"{name!r} is the run's own", _OURS
    if known is None or known.get(name) == name:
        return None
    if name in known:
        return f"{name!r} goes by another name here", f"write {known[name]!r}"
    near = did_you_mean(name, sorted({*known.values()})) if known else f"leave it out: {model.name} has no parameters"
    return f"{model.name} has no parameter {name!r}{_kind(tasks)}", near


def _kind(tasks: tuple[Task, ...]) -> str:
    if len(tasks) > 1:
        return ""
    return " for a regression" if tasks[0] == "regression" else " for classes"


def _wanted(model: Any, name: str, value: Any) -> str:
    """What a value has to be that it is not; empty if it may be what it is."""
    if name == "target" and value not in _TARGETS:
        return " or ".join(map(repr, _TARGETS))
    if name in model.counted and (isinstance(value, bool) or not isinstance(value, int | float) or not value > 0):
        return "a number above 0"
    return "" if model.lists or not isinstance(value, list) else f"one value: {model.name} takes no list here"
