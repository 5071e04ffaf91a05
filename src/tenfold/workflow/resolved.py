"""``resolved.yaml``: the workflow file with everything inferred written out. It runs like any workflow file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from textwrap import indent
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from tenfold.workflow.file import WorkflowFile

#: With more columns than this, writing them in full takes longer than reading the table.
_WIDE = 300
#: YAML allows keys on one line up to 1,024 characters.
_LONG = 900
#: Text that needs no quotes, unless it is a word for something else (to readers of YAML 1.1, too).
_WORDS = re.compile(r"(?:[^\W\d_]|\$)(?:[\w./+%$-]| (?=\w))*")
_NO_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def resolved(flow: WorkflowFile, sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The file's sections as written, with those given replaced or extended by what was inferred."""
    written: dict[str, Any] = flow.model_dump(mode="json", exclude_defaults=True)
    for name, section in sections.items():
        written[name] = {**written.get(name, {}), **section}
    order = list(type(flow).model_fields)
    return {name: written[name] for name in order if name in written}


def to_yaml(data: Mapping[str, Any]) -> str:
    """Plain data as YAML 1.2 text, keys in their order. Columns of a wide table stand last, on a line each."""
    columns = data.get("cleaning", {}).get("columns", {})
    if len(columns) <= _WIDE or max(map(len, columns)) > _LONG:
        return _block(data)
    rest = {key: each for key, each in data["cleaning"].items() if key != "columns"}
    head = _block({key: each for key, each in data.items() if key != "cleaning"})
    roles = "cleaning:\n" + (indent(_block(rest), "  ") if rest else "")
    lines = (f"    {as_json(str(name))}: {as_json(_plain(rule))}\n" for name, rule in columns.items())
    return f"{head}{roles}  columns:\n{''.join(lines)}"


def as_json(value: Any) -> str:
    """JSON is YAML, too, and is written a hundred times as fast; what YAML cannot hold as it is, is escaped.

    >>> print(as_json({"a\u2028": ["é", 1]}))
    {"a\\u2028": ["é", 1]}
    """
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _block(data: Mapping[str, Any]) -> str:
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 1_000_000  # a folded text between double quotes does not always come back
    yaml.default_flow_style = False
    yaml.representer.add_representer(tuple, lambda writer, value: writer.represent_list(list(value)))
    yaml.dump(_plain(data), stream)
    return stream.getvalue()


def on_one_line(data: Mapping[str, Any]) -> str:
    """Plain data as YAML on one line: ``age: {kind: number}``.

    >>> on_one_line({"total charges": {"kind": "number", "missing": ["?"]}})
    "total charges: {kind: number, missing: ['?']}"
    """
    return ", ".join(f"{_flow(str(key))}: {_flow(value)}" for key, value in data.items())


def entry(key: str, value: Any, depth: int = 0) -> str:
    """A key and its value in a block that stands ``depth`` blanks in: one line, or two if YAML needs a long key's mark.

    >>> entry("why: a word", {"kind": "text"}, 2)
    "  'why: a word': {kind: text}"
    """
    name, pad = _flow(key), " " * depth
    return f"{pad}? {name}\n{pad}: {_flow(value)}" if len(name) > _LONG else f"{pad}{name}: {_flow(value)}"


def _flow(value: Any) -> str:
    """One value on one line, as it may stand in a block or in braces: no column has a name that could break it."""
    if isinstance(value, Mapping):
        written = ((_flow(str(key)), _flow(each)) for key, each in value.items())
        pairs = (f"? {key} : {each}" if len(key) > _LONG else f"{key}: {each}" for key, each in written)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if not isinstance(value, str) or not value.isprintable():
        return as_json(value)
    plain = _WORDS.fullmatch(value) and value.casefold() not in _NO_TEXT
    return value if plain else "'" + value.replace("'", "''") + "'"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        # A line's end of Unicode's is folded between single quotes, which the emitter would choose.
        return DoubleQuotedScalarString(value) if _UNPRINTABLE.search(value) else value
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
