"""Every way to ask wrongly that we know of: status and code, always a problem document, never a traceback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = ("content-type", "application/json")
HOST = ("host", "127.0.0.1:8000")
GOOD_RECORD = b'{"records": [{"age": 30}]}'


@dataclass(frozen=True)
class Case:
    name: str
    body: bytes
    status: int
    code: str
    headers: tuple[tuple[str, str], ...] = (HOST, JSON)
    fields: list[tuple[int, str, str]] = field(default_factory=list)  # row, field, code


def bad_fields(name: str, body: str, *fields: tuple[int, str, str]) -> Case:
    return Case(name, body.encode(), 422, "TF-SERVE-010", fields=list(fields))


CASES = [
    # not JSON
    Case("empty body", b"", 400, "TF-SERVE-003"),
    Case("blank body", b" \n\t ", 400, "TF-SERVE-003"),
    Case("not JSON", b"hello", 400, "TF-SERVE-001"),
    Case("cut short", b'{"records": [{"age": 3', 400, "TF-SERVE-001"),
    Case("two documents", b'{"records": []}{"records": []}', 400, "TF-SERVE-001"),
    Case("trailing comma", b'{"records": [{"age": 3},]}', 400, "TF-SERVE-001"),
    Case("single quotes", b"{'records': []}", 400, "TF-SERVE-001"),
    Case("comment", b'{"records": [] /* all */}', 400, "TF-SERVE-001"),
    Case("leading zero", b'{"records": [{"age": 030}]}', 400, "TF-SERVE-001"),
    Case("bare control character", b'{"records": [{"job": "a\nb"}]}', 400, "TF-SERVE-001"),
    Case("NUL byte between", b'{"records"\x00: []}', 400, "TF-SERVE-001"),
    Case("only NUL bytes", b"\x00" * 9, 400, "TF-SERVE-001"),
    Case("Latin-1 text", '{"records": [{"job": "é"}]}'.encode("latin-1"), 400, "TF-SERVE-001"),
    Case("UTF-16", '{"records": []}'.encode("utf-16"), 400, "TF-SERVE-001"),
    Case("half a surrogate pair", rb'{"records": [{"job": "\ud800"}]}', 400, "TF-SERVE-001"),
    Case("overlong UTF-8", b'{"records": [{"job": "\xc0\x80"}]}', 400, "TF-SERVE-001"),
    Case("form data", b"age=30", 415, "TF-SERVE-013", (HOST, ("content-type", "application/x-www-form-urlencoded"))),
    # tokens that are no JSON
    Case("NaN", b'{"records": [{"age": NaN}]}', 400, "TF-SERVE-002"),
    Case("Infinity", b'{"records": [{"age": Infinity}]}', 400, "TF-SERVE-002"),
    Case("negative Infinity", b'{"records": [{"age": -Infinity}]}', 400, "TF-SERVE-002"),
    Case("a number beyond float64", b'{"records": [{"age": 1e999}]}', 400, "TF-SERVE-002"),
    # depth, repetition
    Case("far too deep", b'{"records": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "TF-SERVE-004"),
    Case("unclosed depth", b"[" * 100_000, 400, "TF-SERVE-004"),
    Case("deep in a field", b'{"records": [{"age": ' + b"[" * 50 + b"]" * 50 + b"}]}", 400, "TF-SERVE-004"),
    Case("deep among plain rows", b'{"records": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,' + b"[" * 18 + b"]" * 18
         + b"]}", 400, "TF-SERVE-004"),
    Case("deep objects", b'{"records": [{"a":' + b'{"a":' * 20 + b"1" + b"}" * 20 + b"}]}", 400, "TF-SERVE-004"),
    Case("a field twice", b'{"records": [{"age": 1, "age": 2}]}', 400, "TF-SERVE-005"),
    Case("a field twice, spelt differently", rb'{"records": [{"age": 1, "\u0061ge": 2}]}', 400, "TF-SERVE-005"),
    Case("records twice", b'{"records": [], "records" : []}', 400, "TF-SERVE-005"),
    Case("a column twice", b'{"columns": {"age": [1], "age": [2]}}', 400, "TF-SERVE-005"),
    Case("a nested name twice", b'{"records": [{"age": {"x": 1, "x": 1}}]}', 400, "TF-SERVE-005"),
    # shape
    Case("array at top", b'[{"age": 30}]', 422, "TF-SERVE-006"),
    Case("text at top", b'"records"', 422, "TF-SERVE-006"),
    Case("number at top", b"7", 422, "TF-SERVE-006"),
    Case("null at top", b"null", 422, "TF-SERVE-006"),
    Case("empty object", b"{}", 422, "TF-SERVE-006"),
    Case("a record without envelope", b'{"age": 30}', 422, "TF-SERVE-006"),
    Case("misspelt", b'{"recrods": []}', 422, "TF-SERVE-006"),
    Case("both forms", b'{"records": [], "columns": {}}', 422, "TF-SERVE-006"),
    Case("records and more", b'{"records": [], "model": "x"}', 422, "TF-SERVE-006"),
    Case("records an object", b'{"records": {"age": 30}}', 422, "TF-SERVE-007"),
    Case("records null", b'{"records": null}', 422, "TF-SERVE-007"),
    Case("records text", b'{"records": "age"}', 422, "TF-SERVE-007"),
    Case("columns an array", b'{"columns": [1, 2]}', 422, "TF-SERVE-008"),
    Case("a column not an array", b'{"columns": {"age": 30}}', 422, "TF-SERVE-008"),
    Case("ragged columns", b'{"columns": {"age": [1, 2], "job": ["a"]}}', 422, "TF-SERVE-009"),
    # fields
    bad_fields("records are numbers", '{"records": [1, "a", null, []]}',
               *[(row, "", "TF-CLEAN-006") for row in range(4)]),
    bad_fields("a required field is missing", '{"records": [{}]}', (0, "age", "TF-CLEAN-001")),
    bad_fields("a required field is null", '{"records": [{"age": null}]}', (0, "age", "TF-CLEAN-001")),
    bad_fields("a required column is missing", '{"columns": {"job": ["a"]}}', (0, "age", "TF-CLEAN-001")),
    bad_fields("text for a number", '{"records": [{"age": "old"}]}', (0, "age", "TF-CLEAN-002")),
    bad_fields("a list for a number", '{"records": [{"age": [30]}]}', (0, "age", "TF-CLEAN-005")),
    bad_fields("an object for a number", '{"records": [{"age": {"years": 30}}]}', (0, "age", "TF-CLEAN-005")),
    bad_fields("full-width words", '{"records": [{"age": "三十"}]}', (0, "age", "TF-CLEAN-002")),
    bad_fields("NUL in a number", '{"records": [{"age": "3\\u00000"}]}', (0, "age", "TF-CLEAN-002")),
    bad_fields("many at once", '{"records": [{"age": "x", "fee": "y"}, {"age": 1}, {"fee": []}]}',
               (0, "age", "TF-CLEAN-002"), (0, "fee", "TF-CLEAN-002"), (2, "age", "TF-CLEAN-001"),
               (2, "fee", "TF-CLEAN-005")),
    # headers
    Case("no content type", GOOD_RECORD, 415, "TF-SERVE-013", (HOST,)),
    Case("text/plain", GOOD_RECORD, 415, "TF-SERVE-013", (HOST, ("content-type", "text/plain"))),
    Case("another charset", GOOD_RECORD, 415, "TF-SERVE-013",
         (HOST, ("content-type", "application/json; charset=utf-16"))),
    Case("compressed", GOOD_RECORD, 415, "TF-SERVE-014", (HOST, JSON, ("content-encoding", "gzip"))),
    Case("no host", GOOD_RECORD, 400, "TF-SERVE-018", (JSON,)),
    Case("two hosts", GOOD_RECORD, 400, "TF-SERVE-018", (HOST, HOST, JSON)),
    Case("two lengths", GOOD_RECORD, 400, "TF-SERVE-018",
         (HOST, JSON, ("content-length", "1"), ("content-length", "2"))),
    Case("foreign host", GOOD_RECORD, 421, "TF-SERVE-017", (("host", "evil.example"), JSON)),
    Case("foreign host that begins well", GOOD_RECORD, 421, "TF-SERVE-017", (("host", "localhost.evil.example"), JSON)),
    Case("host that ends well", GOOD_RECORD, 421, "TF-SERVE-017", (("host", "evil.example:localhost"), JSON)),
    Case("too many headers", GOOD_RECORD, 431, "TF-SERVE-018", (HOST, JSON, *((f"x-{n}", "1") for n in range(200)))),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_request_is_refused_with_its_code(ask: Any, case: Case) -> None:
    got = ask("POST", "/predict", case.body, case.headers)
    assert (got.status, got.json["code"]) == (case.status, case.code), got.body
    assert got.headers["content-type"] == "application/problem+json"
    assert got.json["status"] == case.status
    assert got.json["type"] == f"urn:tenfold:problem:{case.code}"
    assert got.json["title"]
    assert got.json["detail"]
    assert len(got.body) < 20_000
    found = [(each["row"], each["field"], each["code"]) for each in got.json.get("errors", [])]
    assert sorted(found) == sorted(case.fields)
    assert got.json.get("count", 0) == len(case.fields)


def test_a_bad_field_says_what_was_got_and_what_was_expected(ask: Any) -> None:
    (error,) = ask.predict({"records": [{"age": 1, "fee": "x" * 5000}]}).json["errors"]
    assert error["got"] == "x" * 100 + "…"
    assert error["expected"] == "a number (thousands set off by ',', with or without '$'), or nothing"
    assert "x" * 200 not in error["message"]


def test_thousands_of_bad_fields_are_counted_and_listed_up_to_a_bound(ask_within: Callable[..., Any]) -> None:
    got = ask_within(records=20_000).predict({"columns": {"age": ["x"] * 12_000}})
    assert (got.status, got.json["count"], len(got.json["errors"])) == (422, 12_000, 10_000)


def test_a_body_beyond_the_limit_is_refused_and_the_connection_closed(ask_within: Callable[..., Any]) -> None:
    ask = ask_within(body=100)
    for body in (b"x" * 101, [b"x" * 60, b"x" * 60], [b"x" * 60] * 100):
        got = ask("POST", "/predict", body)
        assert (got.status, got.json["code"], got.headers["connection"]) == (413, "TF-SERVE-012", "close")
    for headers in ((("content-length", "1000000"),), (("content-length", "101"), ("expect", "100-continue"))):
        got = ask("POST", "/predict", [b"never", b"read"], (HOST, JSON, *headers))
        assert (got.status, got.json["code"]) == (413, "TF-SERVE-012")
    assert ask("POST", "/predict", GOOD_RECORD).status == 200


@pytest.mark.parametrize("begun", [[], [b'{"rec']], ids=["only headers", "a part"])
def test_a_body_that_never_ends_is_not_waited_for(ask_within: Callable[..., Any], begun: list[bytes]) -> None:
    ask = ask_within(seconds=0.05)
    app = ask.app

    async def stalled() -> tuple[int, str]:
        sent: list[Any] = []
        first = iter([{"type": "http.request", "body": part, "more_body": True} for part in begun])

        async def receive() -> Any:
            message = next(first, None)
            if message is None:
                await asyncio.sleep(30)
            return message

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/predict", "http_version": "1.1", "headers": headers}
        await asyncio.wait_for(app(scope, receive, send), 10)
        return sent[0]["status"], json.loads(sent[1]["body"])["code"]

    assert asyncio.run(stalled()) == (408, "TF-SERVE-019")


def test_too_many_records_are_refused(ask_within: Callable[..., Any]) -> None:
    ask = ask_within(records=2)
    for body in ({"records": [{"age": 1}] * 3}, {"columns": {"age": [1, 2, 3]}}):
        got = ask.predict(body)
        assert (got.status, got.json["code"]) == (413, "TF-SERVE-011")
    assert ask.predict({"records": [{"age": 1}] * 2}).status == 200


NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["id", "age", "fee", "job", "note", "churn"]) | st.text(max_size=4)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=6)
RECORDS = st.lists(FIELDS | VALUES, max_size=3) | VALUES
BODIES = st.fixed_dictionaries({}, optional={"records": RECORDS, "columns": FIELDS}) | VALUES


@pytest.mark.slow
@given(BODIES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_json_is_sent_gets_an_answer_or_a_refusal(ask: Any, body: object) -> None:
    got = ask.predict(body)
    assert got.status in (200, 400, 422), got.body
    if got.status == 200:
        rows = body["records"] if "records" in body else next(iter(body["columns"].values()), [])  # type: ignore[operator,index]
        assert len(got.json["predictions"]) == len(rows)


@pytest.mark.slow
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_are_sent_get_a_refusal(ask: Any, body: bytes) -> None:
    assert ask("POST", "/predict", body).status in (400, 422)


@given(FIELDS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_repeated_name_is_always_found(ask: Any, record: dict[str, object]) -> None:
    pairs = [f"{json.dumps(name)} : {json.dumps(value)}" for name, value in record.items()]
    body = '{"records": [{' + ", ".join([*pairs, '"age": 1', '"age": 1']) + "}]}"
    got = ask("POST", "/predict", body.encode())
    assert (got.status, got.json["code"]) == (400, "TF-SERVE-005")
