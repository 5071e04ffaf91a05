"""YAML whose numbers remember how they are spelt: as values of the data, `1.50` and `1.5` are two."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarint import ScalarInt


class _Spelling(RoundTripConstructor):
    """Numbers get an attribute ``spelt``, which ``core.section.as_text`` reads; a plain integer has one spelling."""

    def construct_yaml_float(self, node: Any) -> Any:
        return _spelt(super().construct_yaml_float(node), node)

    def construct_yaml_int(self, node: Any) -> Any:
        return _spelt(super().construct_yaml_int(node), node)


def _spelt(value: Any, node: Any) -> Any:
    if type(value) in (ScalarFloat, ScalarInt):
        value.spelt = node.value
    return value


for _kind in ("float", "int"):
    _Spelling.add_constructor(f"tag:yaml.org,2002:{_kind}", getattr(_Spelling, f"construct_yaml_{_kind}"))


def reader() -> YAML:
    """A reader that keeps lines (``lc``) and spellings."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Spelling
    return yaml
