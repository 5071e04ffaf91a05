"""Bytes → records or columns. Strict: what two readers could understand differently is refused.

JSON is RFC 8259; NaN and Infinity are not in it, and a name that occurs twice in an object (its section 4 calls the
result unpredictable) is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from tenfold.core import units
from tenfold.core.errors import did_you_mean
from tenfold.serving.limits import Limits
from tenfold.serving.problems import Refusal

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-002": (
        "the body holds NaN, Infinity or a number beyond all numbers, which are not JSON",
        "send a finite number, or null for a missing value",
    ),
    "TF-SERVE-006": (
        "the body is JSON, but not an object with `records` or `columns`",
        'send {"records": [{…}]} or {"columns": {…}}',
    ),
    "TF-SERVE-007": (
        "`records` is not a list of objects",
        'send {"records": [{"column": value, …}, …]}',
    ),
    "TF-SERVE-008": (
        "`columns` is not an object of lists",
        'send {"columns": {"column": [value, …], …}}',
    ),
    "TF-SERVE-009": (
        "columns differ in length",
        "send as many values for every column (null where one is missing)",
    ),
}

_COLON = re.compile(rb'"[ \t\r\n]*:')
_NOT_A_NUMBER = re.compile(r"[-+]?(NaN|Infinity|inf)\b", re.IGNORECASE)
_SHAPE = '{"records": [{…}, …]} or {"columns": {name: […], …}}'


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one request, in the form in which they came: one of the two is set."""

    records: Sequence[Any] | None = None
    columns: Mapping[str, Sequence[object]] | None = None

    def value(self, row: int, field: str) -> object:
        """The raw value at a place; None when absent."""
        if self.columns is not None:
            return self.columns[field][row] if field in self.columns else None
        record = (self.records or ())[row]
        return record.get(field) if isinstance(record, dict) else record


def decode(body: bytes, limits: Limits) -> Batch:
    """Parse and check a body. ``Refusal`` 400 TF-SERVE-001 to -005, 413 -011, 422 -006 to -009."""
    parsed = _parse(body)
    if not isinstance(parsed, dict):
        raise _misshapen("TF-SERVE-006", f"the body is {_sort(parsed)}")
    batch = _batch(parsed)
    _check_plainness(body, parsed, batch, limits)
    _check_count(batch, limits)
    return batch


def _parse(body: bytes) -> Any:
    if not body.strip():
        raise Refusal(400, "TF-SERVE-003", "the body is empty", expected=_SHAPE)
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise _not_json(error) from None


def _not_json(error: json.JSONDecodeError) -> Refusal:
    place = f"line {error.lineno}, column {error.colno}"
    if "depth" in error.msg:
        return _too_deep()
    token = _NOT_A_NUMBER.search(error.doc[max(0, error.pos - 2) : error.pos + 12])
    if token or "infinity" in error.msg:
        got = f"{token[0]} at {place} is not JSON" if token else f"the number at {place} is beyond all numbers"
        return Refusal(400, "TF-SERVE-002", got, expected="a finite number, or null for a missing value")
    return Refusal(400, "TF-SERVE-001", f"the body is not JSON: {error.msg}, at {place}", expected=_SHAPE)


def _batch(parsed: dict[str, Any]) -> Batch:
    forms = [name for name in ("records", "columns") if name in parsed]
    strange = [name for name in parsed if name not in ("records", "columns")]
    if strange:
        do = did_you_mean(strange[0], ["records", "columns"])
        raise _misshapen("TF-SERVE-006", f"the body has a key {strange[0][:100]!r}", do)
    if len(forms) != 1:
        raise _misshapen("TF-SERVE-006", "the body has both records and columns" if forms else "the body is {}")
    if forms == ["records"]:
        if not isinstance(parsed["records"], list):
            raise _misshapen("TF-SERVE-007", f"`records` is {_sort(parsed['records'])}")
        return Batch(records=parsed["records"])
    return Batch(columns=_columns(parsed["columns"]))


def _columns(columns: Any) -> dict[str, list[object]]:
    if not isinstance(columns, dict):
        raise _misshapen("TF-SERVE-008", f"`columns` is {_sort(columns)}")
    for name, values in columns.items():
        if not isinstance(values, list):
            raise _misshapen("TF-SERVE-008", f"column {name[:100]!r} is {_sort(values)}")
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        short, long = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
        few = units.count(lengths[short], "value")
        said = f"column {short[:100]!r} has {few}, column {long[:100]!r} has {lengths[long]}"
        raise _misshapen("TF-SERVE-009", said, "send as many values for every column (null where one is missing)")
    return columns


def _check_plainness(body: bytes, parsed: dict[str, Any], batch: Batch, limits: Limits) -> None:
    """Refuse deep nesting and repeated names.

    Counting bytes first is cheap and errs on one side only: quoted text can add brackets and colons, never hide
    them. Only when there are more than a plain request has is the structure walked.
    """
    if batch.columns is not None:
        names, brackets = 1 + len(batch.columns), 2 + len(batch.columns)
    else:
        sizes = [len(each) for each in batch.records or () if isinstance(each, dict)]
        names, brackets = 1 + sum(sizes), 2 + len(sizes)
    if body.count(b"[") + body.count(b"{") > brackets and _depth(parsed) > limits.depth:
        raise _too_deep()
    if len(_COLON.findall(body)) > names:
        json.loads(body.decode("utf-8-sig"), object_pairs_hook=_unrepeated)


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Refusal(
            400, "TF-SERVE-005", f"the name {twice[:100]!r} occurs twice in one object", do="send each field once"
        )
    return made


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        nested = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [item for items in nested for item in items if isinstance(item, dict | list)]
    return depth


def _check_count(batch: Batch, limits: Limits) -> None:
    count = len(batch.records) if batch.records is not None else len(next(iter((batch.columns or {}).values()), ()))
    if count > limits.records:
        raise Refusal(
            413,
            "TF-SERVE-011",
            f"the request has {count:,} records",
            expected=f"at most {limits.records:,}",
            do="send them in several requests",
        )


def _too_deep() -> Refusal:
    return Refusal(400, "TF-SERVE-004", "the body is nested too deeply", expected=_SHAPE)


def _misshapen(code: str, got: str, do: str = "") -> Refusal:
    return Refusal(422, code, got, expected=_SHAPE, do=do)


def _sort(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
