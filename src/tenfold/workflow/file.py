"""The workflow file: read, checked as a whole, every mistake with its line and the nearest name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from ruamel.yaml.comments import CommentedBase
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tenfold.core.compute import Compute
from tenfold.core.errors import Problem, UserError, did_you_mean, raise_all
from tenfold.core.section import Section
from tenfold.metrics import METRICS
from tenfold.steps.cleaning.config import Cleaning
from tenfold.steps.data.config import Data
from tenfold.steps.exploration.config import Exploration
from tenfold.steps.features.config import Features
from tenfold.steps.modeling.config import Modeling
from tenfold.steps.problem.config import Bounds
from tenfold.steps.problem.config import Problem as ProblemSection
from tenfold.steps.release.config import Release
from tenfold.steps.splitting.config import Splitting
from tenfold.steps.tuning.config import Tuning
from tenfold.steps.validation.config import Validation
from tenfold.workflow import spelling
from tenfold.workflow.paths import mistakes
from tenfold.workflow.remedies import remedy

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-FLOW-002": (
        "the file is no YAML, or holds no sections",
        "mend the line that is named; blanks indent, never tabs",
    ),
    "TF-FLOW-005": (
        "the value of a key is of the wrong kind, out of range, or a name that is not known (a gate, a "
        "metric, a class)",
        "the message says what is allowed, the nearest name, or how to write the value",
    ),
    "TF-FLOW-006": (
        "an import path (`module:Class`) leads to no class",
        "correct the path; the message names what the module has",
    ),
}

#: The ten steps, in order: the keys of the file, the packages, the chapters of the report.
STEPS = (
    "problem", "data", "cleaning", "splitting", "exploration",
    "features", "modeling", "tuning", "validation", "release",
)  # fmt: skip


class WorkflowFile(Section):
    """One file from question to release. Every section but ``problem`` and ``data`` may be left out."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    """Names the workflow, its runs and (unless `release.model` says otherwise) its model: letters, digits, `.`, `_` and
    `-`, 64 at most."""
    seed: int = 0
    """All randomness starts here: same inputs, same seed, same machine, same result."""
    compute: Compute = Compute()
    """Where trials run, which is no step's affair: here, or on Ray, Dask or Spark."""
    problem: ProblemSection
    data: Data
    cleaning: Cleaning = Cleaning()
    splitting: Splitting = Splitting()
    exploration: Exploration = Exploration()
    features: Features = Features()
    modeling: Modeling = Modeling()
    tuning: Tuning = Tuning()
    validation: Validation = Validation()
    release: Release = Release()


def load(path: Path) -> WorkflowFile:
    """Read and check a workflow file.

    Raises:
        UserError: the file is absent, is no YAML, or has mistakes (all of them, each with its line).
    """
    return check(parse(path), path.name, path.parent)


def parse(path: Path) -> Mapping[str, Any]:
    """The file as plain data that still knows its lines (YAML 1.2: `Yes` is text)."""
    if not path.is_file():
        near = sorted(each.name for each in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        raise UserError.of(
            "TF-FLOW-001", "there is no such file", str(path), expected="a workflow file",
            do=did_you_mean(path.name, near) if near else "make one: tenfold init DATA --target COLUMN",
        )  # fmt: skip
    try:
        data = spelling.reader().load(path.read_text("utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise _no_yaml(path, error) from error
    except RecursionError as error:
        raise UserError.of(
            "TF-FLOW-002", "it is nested too deeply", path.name, expected="sections with keys and values", do="mend it"
        ) from error
    except TypeError as error:  # `? {a: 1} : 2`: what is no text, number or list cannot be looked up
        raise UserError(_odd_key("an object", path.name)) from error
    except (ValueError, IndexError, OverflowError) as error:  # `!!int abc`, a month 13, `0x_`
        raise UserError.of(
            "TF-FLOW-002", f"a value that cannot be read ({error})", path.name, expected="YAML",
            do="put such a value in quotes",
        ) from error  # fmt: skip
    if not isinstance(data, Mapping):
        raise UserError.of(
            "TF-FLOW-002", "no sections in it", path.name, expected="`problem:` and `data:` at least",
            do="make one: tenfold init DATA --target COLUMN",
        )  # fmt: skip
    raise_all(_odd_keys(data, path.name))
    return data


def _no_yaml(path: Path, error: YAMLError | UnicodeDecodeError) -> UserError:
    line = error.problem_mark.line + 1 if isinstance(error, MarkedYAMLError) and error.problem_mark else 0
    said = str(getattr(error, "problem", None) or error).split("\n")[0]
    several = said == "but found another document"
    return UserError.of(
        "TF-FLOW-002", "a second document begins here" if several else said,
        f"{path.name} line {line}" if line else path.name, expected="one YAML document" if several else "YAML",
        do="keep one; `---` or `...` parts documents" if several else "mend the line; blanks indent, never tabs",
    )  # fmt: skip


def _odd_keys(data: Any, source: str) -> Iterator[Problem]:
    """Keys that are no plain values: `[a]: 1`, `!tag a: 1`. By aliases a file may hold itself."""
    left: list[tuple[Any, int]] = [(data, 0)]
    seen = set()
    while left:
        value, line = left.pop()
        if id(value) in seen or not isinstance(value, Mapping | list):
            continue
        seen.add(id(value))
        if isinstance(value, list):
            left += [(each, line) for each in value]
            continue
        for key, each in value.items():
            if key is not None and not isinstance(key, str | int | float | date):
                yield _odd_key(_sort_of(key), f"{source} line {line}" if line else source)
            else:
                left.append((each, _line(value, (key,)) or line))


def _sort_of(key: object) -> str:
    if isinstance(key, Mapping):
        return "an object"
    return "a list" if isinstance(key, tuple) else "neither text nor number"


def _odd_key(kind: str, where: str) -> Problem:
    return Problem(
        "TF-FLOW-002", f"a key that is {kind}", where, expected="a name before each colon",
        do="put the name in quotes: 'name': value",
    )  # fmt: skip


def check(data: Mapping[str, Any], source: str = "workflow", root: Path | None = None) -> WorkflowFile:
    """Check the sections as a whole; every mistake is a problem of one error.

    ``root``: where the file stands; import paths are looked up from there.
    """
    led_astray = _astray(data, source, root) if root else []
    try:
        flow = WorkflowFile.model_validate(data)
    except ValidationError as error:
        raise UserError(*_problems(error, data, source), *led_astray) from error
    raise_all(led_astray)
    return flow


def _astray(data: Mapping[str, Any], source: str, root: Path) -> list[Problem]:
    found = []
    for location, got, do in mistakes(data, root):
        line = _line(data, location)
        where = f"{source}{f' line {line}' if line else ''}, {'.'.join(location)}"
        found.append(Problem("TF-FLOW-006", got, where, expected="module:Class", do=do))
    return found


def _problems(error: ValidationError, data: Mapping[str, Any], source: str) -> Iterable[Problem]:
    found = [(_place(each["loc"]), each) for each in error.errors()]
    kinds: dict[str, set[str]] = {}
    for location, each in found:
        kinds.setdefault(_key(location), set()).add(each["type"])
    seen = set()
    for location, each in found:
        key = _key(location)
        if (key, each["type"] == "extra_forbidden") in seen:
            continue  # another variant of the same union said it already
        seen.add((key, each["type"] == "extra_forbidden"))
        line = _line(data, location)
        where = f"{source}{f' line {line}' if line else ''}, {key or 'top level'}"
        yield _problem(each, where, location, kinds[key])


def _place(location: Iterable[str | int]) -> tuple[str | int, ...]:
    return tuple(part for part in location if not _is_variant(part))


def _key(location: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in location)


def _problem(each: Mapping[str, Any], where: str, location: tuple[str | int, ...], kinds: set[str]) -> Problem:
    if each["type"] == "extra_forbidden":
        return Problem(
            "TF-FLOW-003", "this key is not known", where, do=did_you_mean(str(location[-1]), _known(location))
        )
    if each["type"] == "missing":
        return Problem("TF-FLOW-004", "this key is missing", where, do="add it")
    got = each.get("input")
    shown = f"got {got!r}: " if isinstance(got, str | int | float | bool) else ""
    if each["type"] in ("model_type", "dict_type"):
        known = _known((*location, "")) if each["type"] == "model_type" else []
        return _no_section(got, shown, where, location, known)
    if each["type"] == "invalid_key" or each["loc"][-1:] == ("[key]",):
        do = f"put the key in quotes: '{location[-1]}'"
        return Problem("TF-FLOW-005", f"{shown}a key has to be a text", where, do=do)
    message, do = str(each["msg"]).removeprefix("Value error, "), ""
    if each["type"] == "value_error" and "; " in message:  # our own words: what is wrong; what to do
        message, _, do = message.rpartition("; ")
    do = do or remedy(each, kinds, _ends(location))
    return Problem("TF-FLOW-005", f"{shown}{message[:1].lower()}{message[1:]}", where, do=do)


def _ends(location: tuple[str | int, ...]) -> dict[str, float]:
    """The bounds of the field at a place, as far as it says them itself."""
    model = _section_at(location)
    field = model.model_fields.get(str(location[-1])) if model and location else None
    said = [(name, getattr(each, name, None)) for each in (field.metadata if field else ()) for name in _ENDS]
    return {name: end for name, end in said if end is not None}


def _no_section(got: object, shown: str, where: str, location: tuple[str | int, ...], known: list[str]) -> Problem:
    """A value where keys with values belong (``known``: which; none where people name them); of a gate, which side."""
    keys = f"keys ({', '.join(known[:5])}{', …' if len(known) > 5 else ''})" if known else "keys of your own"
    do = "write `key: value` below it"
    if known == list(Bounds.model_fields):
        metric = METRICS.get(str(location[-1]))
        side = "min" if metric and metric.greater_is_better else "max"
        number = isinstance(got, int | float) and not isinstance(got, bool)
        do = f"write `{{{side}: {got if number else 'NUMBER'}}}`"
    return Problem("TF-FLOW-005", f"{shown}there have to be {keys} with values", where, do=do)


def _is_variant(part: str | int) -> bool:
    """Pydantic names the variants of a union inside locations; people never wrote those."""
    return isinstance(part, str) and (part.startswith(_WRAPPED) or part in _VARIANTS)


_WRAPPED = ("function-", "tuple[", "list[", "literal[", "constrained-")
_VARIANTS = {"str", "int", "float", "bool", "list[str]", "Trials", "Source", "[key]"}
#: Bounds of a field, as Pydantic names them.
_ENDS = ("ge", "gt", "le", "lt")


def _known(location: tuple[str | int, ...]) -> list[str]:
    """The keys that would have been right in the place where a wrong one stands."""
    model = _section_at(location)
    return list(model.model_fields) if model else []


def _section_at(location: tuple[str | int, ...]) -> type[Section] | None:
    """The section that a key stands in, as far as it is one of ours."""
    model: type[Section] | None = WorkflowFile
    for part in location[:-1]:
        field = model.model_fields.get(part) if model and isinstance(part, str) else None
        model = _section_in(field.annotation) if field else model
    return model


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    inner = (_section_in(each) for each in getattr(annotation, "__args__", ()))
    return next((each for each in inner if each), None)


def _line(data: Any, location: tuple[Any, ...]) -> int:
    """The 1-based line of a key, or of the deepest part of its path that stands in the file; 0 if unknown."""
    line = 0
    for part in location:
        if not isinstance(data, CommentedBase) or part not in (data.lc.data or ()):
            break
        line = int(data.lc.data[part][0]) + 1
        data = data[part]  # type: ignore[index]
    return line
