"""``resolved.yaml``: the workflow file with everything inferred written out. It runs like any workflow file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from tenfold.workflow.file import WorkflowFile


def resolved(flow: WorkflowFile, sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The file's sections as written, with those given replaced or extended by what was inferred."""
    written: dict[str, Any] = flow.model_dump(mode="json", exclude_defaults=True)
    for name, section in sections.items():
        written[name] = {**written.get(name, {}), **section}
    order = list(type(flow).model_fields)
    return {name: written[name] for name in order if name in written}


def to_yaml(data: Mapping[str, Any]) -> str:
    """Plain data as YAML 1.2 text, keys in their order."""
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 120
    yaml.default_flow_style = False
    yaml.representer.add_representer(tuple, lambda writer, value: writer.represent_list(list(value)))
    yaml.dump(_plain(data), stream)
    return stream.getvalue()


def on_one_line(data: Mapping[str, Any]) -> str:
    """Plain data as YAML on one line: ``age: {kind: number}``.

    >>> on_one_line({"total charges": {"kind": "number", "missing": ["?"]}})
    "total charges: {kind: number, missing: ['?']}"
    """
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 100_000
    yaml.default_flow_style = True
    yaml.dump(_plain(data), stream)
    text = stream.getvalue().strip()
    return text[1:-1] if text.startswith("{") and text.endswith("}") else text


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
