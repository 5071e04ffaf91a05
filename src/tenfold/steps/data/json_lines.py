"""JSON: one object a line, or one array of objects. Keys become columns, in order of first appearance."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tenfold.steps.data import refusals, rows
from tenfold.steps.data.config import Source
from tenfold.steps.data.count import lines
from tenfold.steps.data.locate import Located
from tenfold.steps.data.part import Part, check_names
from tenfold.steps.data.text import PlainText, plain_texts


def read(files: Sequence[Located], source: Source, staging: Path) -> tuple[Part, ...]:
    """One part per file."""
    return tuple(_part(text) for text in plain_texts(files, source.encoding, staging))


def _part(text: PlainText) -> Part:
    names: dict[str, None] = {}
    total = 0
    for each in _objects(text):
        names.update(dict.fromkeys(each))
        total += 1
    if not names:
        why = f"{total:,} objects without a single key" if total else "there is no object"
        raise refusals.no_rows(text.label, why)
    keys = tuple(names)
    whole, findings = check_names(keys, text.label)

    def values() -> Iterator[Sequence[Any]]:
        return ([each.get(key) for key in keys] for each in _objects(text))

    found, _ = rows.kinds(values(), len(keys))
    columns = tuple(zip(whole, rows.physical(found), strict=True))
    said = (*text.findings, *findings, *rows.noticed(text.label, whole, found))
    return Part(columns, lambda: rows.batches(values, columns), said, written={"encoding": text.encoding})


def _objects(text: PlainText) -> Iterator[dict[str, Any]]:
    with lines(text.path, text.start) as stream:
        start = stream.read(4096).lstrip()
    if start.startswith("["):
        yield from _array(text)
        return
    with lines(text.path, text.start) as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield _checked(text.label, number, _parsed(text.label, number, line.rstrip()))


def _array(text: PlainText) -> Iterator[dict[str, Any]]:
    with lines(text.path, text.start) as stream:
        whole = _parsed(text.label, 1, stream.read())
    for place, each in enumerate(whole, start=1):
        if not isinstance(each, dict):
            raise refusals.bad_json(text.label, 1, f"element {place:,} of the array is not an object")
        yield each


def _parsed(label: str, number: int, line: str) -> Any:
    try:
        value = json.loads(line)
        if "\\u" in line:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except UnicodeEncodeError as error:
        raise refusals.bad_json(label, number, "it holds half a character (a lone surrogate)") from error
    except json.JSONDecodeError as error:
        line_number = number + error.lineno - 1
        raise refusals.bad_json(label, line_number, f"{error.msg}, at column {error.colno}") from error
    except RecursionError as error:
        raise refusals.bad_json(label, number, "it is nested too deeply") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise refusals.bad_json(label, number, str(error).split(";")[0]) from error


def _checked(label: str, number: int, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refusals.bad_json(label, number, f"a value of type {type(value).__name__}, not an object")
    return value
