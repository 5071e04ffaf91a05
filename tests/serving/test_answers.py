"""What a good request gets, and what the server tells of itself."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tenfold.bundle import Decision
from tenfold.bundle.coverage import IntervalRule, SetRule
from tenfold.bundle.load import load
from tenfold.schema import MISSING
from tenfold.serving.app import App
from tenfold.serving.fields import example_record
from tenfold.serving.hosts import Hosts
from tenfold.serving.service import Service

Build = Callable[..., Path]
HOST = ("host", "127.0.0.1:8000")


def test_a_record_is_answered_as_the_bundle_answers_it(ask: Any, bundle: Path) -> None:
    record = {"id": 7, "age": 40, "fee": "$1,200", "job": "nurse", "note": "Très bien"}
    answers = load(bundle).predict([record])
    assert answers.probabilities is not None
    assert ask.predict({"records": [record]}).json == {
        "model": "churn",
        "version": 3,
        "predictions": [
            {
                "id": "7",
                "prediction": answers.predictions[0],
                "probabilities": dict(zip(("No", "Yes"), answers.probabilities[0].tolist(), strict=True)),
                "warnings": [],
            }
        ],
    }


def test_columns_are_answered_as_records(ask: Any) -> None:
    records = [{"id": n, "age": n * 10, "job": "clerk"} for n in range(5)]
    columns = {name: [record[name] for record in records] for name in records[0]}
    assert ask.predict({"columns": columns}).json == ask.predict({"records": records}).json


@pytest.mark.parametrize(
    ("record", "warned"),
    [
        ({"age": 1, "fee": 1, "job": "diver", "note": "x"}, [("job", "TF-CLEAN-103")]),
        ({"age": 1, "fee": None, "job": "nurse", "note": "x"}, [("fee", "TF-CLEAN-101")]),
        ({"age": 1, "job": "nurse", "note": "x"}, [("fee", "TF-CLEAN-101")]),
        ({"age": 1, "fee": 1, "job": "nurse", "note": "x", "colour": "red"}, [("colour", "TF-CLEAN-104")]),
        ({"age": "inf", "fee": 1, "job": "nurse", "note": "x"}, [("age", "TF-CLEAN-102")]),
        ({"age": 1, "fee": 1, "job": "nurse\u0000", "note": "\u0000"}, [("job", "TF-CLEAN-103")]),
        ({"age": 1, "fee": 1, "job": "𝕟𝕦𝕣𝕤𝕖", "note": "日本 🎉"}, [("job", "TF-CLEAN-103")]),
    ],
)
def test_what_is_strange_but_answerable_is_answered_and_flagged(ask: Any, record: dict[str, Any], warned: Any) -> None:
    got = ask.predict({"records": [record]})
    assert got.status == 200, got.body
    (answer,) = got.json["predictions"]
    assert answer["prediction"] in ("Yes", "No")
    assert [(each["field"], each["code"]) for each in answer["warnings"]] == warned


@pytest.mark.parametrize("body", [{"records": []}, {"columns": {}}, {"columns": {"age": []}}])
def test_no_records_get_no_answers(ask: Any, body: object) -> None:
    assert ask.predict(body).json["predictions"] == []


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"]
)
def test_content_types_that_mean_json_are_taken(ask: Any, content_type: str) -> None:
    got = ask("POST", "/predict", b'{"records": [{"age": 1}]}', (HOST, ("content-type", content_type)))
    assert got.status == 200


def test_a_byte_order_mark_and_a_body_in_pieces_are_taken(ask: Any) -> None:
    body = b'\xef\xbb\xbf{"records": [{"age": 1, "note": "a: [{\\":x"}]}'
    assert ask("POST", "/predict", body).status == 200
    assert ask("POST", "/predict", [body[:9], body[9:20], b"", body[20:]]).json == ask("POST", "/predict", body).json


def test_a_regression_answers_a_number_and_null_for_probabilities(build: Build) -> None:
    app = App(Service(load(build(decision=Decision("regression", metric="rmse"))), "price", 1))
    got = asyncio.run(exchange(app, "POST", "/predict", b'{"records": [{"age": 40, "job": "nurse"}]}'))
    (answer,) = json.loads(got[1])["predictions"]
    assert answer["prediction"] == pytest.approx(40 * 0.05 + 0.2)
    assert answer["probabilities"] is None


def test_a_record_too_extreme_for_the_model_is_named(build: Build) -> None:
    app = App(Service(load(build(decision=Decision("regression"), weights=(1e300, 0.0))), "price", 1))
    status, body = asyncio.run(exchange(app, "POST", "/predict", b'{"records": [{"age": 1}, {"age": 1e300}]}'))
    (error,) = json.loads(body)["errors"]
    assert (status, error["row"], error["code"]) == (422, 1, "TF-BUNDLE-020")


def test_a_large_request_is_answered_as_a_small_one(ask: Any) -> None:
    records = [{"id": n, "age": n % 90, "note": "some words to make it long"} for n in range(3000)]
    body = json.dumps({"records": records}).encode()
    assert len(body) > 64_000
    got = ask("POST", "/predict", body).json["predictions"]
    assert [each["id"] for each in got] == [str(n) for n in range(3000)]
    assert got[77] == ask.predict({"records": [records[77]]}).json["predictions"][0]


def test_our_fault_is_a_problem_without_details_and_logged(
    ask: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(reading: object) -> None:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(type(ask.app._predictor._scorer), "answer", lambda self, reading: broken(reading))
    got = ask.predict({"records": [{"age": 1}]})
    assert (got.status, got.json["code"]) == (500, "TF-SERVE-050")
    assert b"secret" not in got.body
    assert "secret of the house" in caplog.text


@pytest.mark.parametrize("path", ["/", "/docs", "/schema", "/openapi.json", "/health/live", "/health/ready"])
def test_pages_are_read_with_get_and_head_only(ask: Any, path: str) -> None:
    got, head = ask("GET", path, headers=(HOST,)), ask("HEAD", path, headers=(HOST,))
    assert (got.status, head.status) == (200, 200)
    assert got.body
    assert head.body == b""
    assert head.headers == got.headers
    assert int(head.headers["content-length"]) == len(got.body)
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        refused = ask(method, path)
        assert (refused.status, refused.json["code"], refused.headers["allow"]) == (405, "TF-SERVE-016", "GET, HEAD")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "TRACE"])
def test_predict_answers_post_only(ask: Any, method: str) -> None:
    got = ask(method, "/predict", headers=(HOST,))
    assert (got.status, got.headers["allow"]) == (405, "POST")
    assert (got.body == b"") == (method == "HEAD")


@pytest.mark.parametrize("path", ["/predic", "/predict/", "/Predict", "/health", "/../etc/passwd", "/" + "x" * 9000])
def test_other_paths_are_not_found_and_the_nearest_is_named(ask: Any, path: str) -> None:
    got = ask("GET", path, headers=(HOST,))
    assert (got.status, got.json["code"]) == (404, "TF-SERVE-015")
    assert "/predict" in got.json["do"] or "/health" in got.json["do"]
    assert len(got.body) < 1000


def test_health_says_which_model_is_ready(ask: Any) -> None:
    assert ask("GET", "/health/ready", headers=(HOST,)).json == {"status": "ready", "model": "churn", "version": 3}


def test_schema_tells_what_to_send_and_what_comes_back(ask: Any) -> None:
    told = ask("GET", "/schema", headers=(HOST,)).json
    assert [each["name"] for each in told["columns"]] == ["age", "fee", "job", "note"]
    assert (told["classes"], told["threshold"], told["key"], told["target"]) == (["No", "Yes"], 0.3, "id", "churn")
    record = {each["name"]: each["example"] for each in told["columns"]}
    assert ask.predict({"records": [record]}).json["predictions"][0]["warnings"] == []


def resolved(document: Any, name: str) -> dict[str, Any]:
    """One schema of an OpenAPI document, with the others beside it so that references are found."""
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_the_openapi_document_describes_what_is_really_sent_and_answered(ask: Any) -> None:
    document = ask("GET", "/openapi.json", headers=(HOST,)).json
    assert document["openapi"].startswith("3.1")
    for name in document["components"]["schemas"]:
        jsonschema.Draft202012Validator.check_schema(document["components"]["schemas"][name])
    example = document["components"]["schemas"]["Request"]["examples"][0]
    jsonschema.validate(example, resolved(document, "Request"))
    got = ask.predict(example)
    assert got.status == 200
    assert got.json["predictions"][0]["warnings"] == []
    jsonschema.validate(got.json, resolved(document, "Predictions"))
    for bad in ({"records": [{"age": "x"}]}, {}, {"records": [{"age": 1}], "columns": {}}):
        jsonschema.validate(ask.predict(bad).json, resolved(document, "Problem"))
    for wrong in ({}, {"records": [{}]}, {"records": [{"age": None}]}, {"records": [{"age": 1}], "columns": {}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, resolved(document, "Request"))


@pytest.mark.parametrize(
    ("decision", "bounds"),
    [
        (Decision("regression"), {}),
        (Decision("regression", coverage=IntervalRule(0.9, 50, (0.5,))), {"interval": [-0.45, 0.55]}),
        (Decision("binary", ("No", "Yes"), "Yes", 0.5, coverage=SetRule(0.8, 50, 0.4)), {"set": ["No", "Yes"]}),
    ],
)
def test_what_is_promised_is_answered_and_described(build: Build, decision: Decision, bounds: dict[str, Any]) -> None:
    app = App(Service(load(build(decision=decision)), "price", "2026-05"))
    document, schema = (
        json.loads(asyncio.run(exchange(app, "GET", f"/{name}"))[1]) for name in ("openapi.json", "schema")
    )
    (answer,) = answers = json.loads(asyncio.run(exchange(app, "POST", "/predict", b'{"records": [{"age": 1}]}'))[1])[
        "predictions"
    ]
    jsonschema.validate({"model": "price", "version": 1, "predictions": answers}, resolved(document, "Predictions"))
    found = {name: answer[name] for name in answer if name in ("interval", "set")}
    assert found == {name: pytest.approx(each) if name == "interval" else each for name, each in bounds.items()}
    assert set(document["components"]["schemas"]["Prediction"]["required"]) == set(answer)
    page = asyncio.run(exchange(app, "GET", "/"))[1].decode()
    if decision.coverage is None:
        assert schema["coverage"] is None
        assert "right for" not in page
    else:
        assert schema["coverage"]["level"] == decision.coverage.level
        assert f"right for {decision.coverage.level:.0%}".replace("%", " %") in page


def test_the_page_fetches_nothing_and_escapes_what_it_shows(build: Build) -> None:
    app = App(Service(load(build()), "<script>alert(1)</script>", 1))
    text = asyncio.run(exchange(app, "GET", "/"))[1].decode()
    assert "&lt;script&gt;" in text
    assert not re.search(r"<script|https?://|src=|@import|url\(", text)
    for name in ("age", "fee", "job", "note"):
        assert f"<th scope=row>{name}</th>" in text


@pytest.mark.parametrize(
    ("bound", "host", "answered"),
    [
        ("127.0.0.1", "localhost", True), ("127.0.0.1", "LOCALHOST:80", True), ("127.0.0.1", "127.0.0.1:", True),
        ("127.0.0.1", "[::1]:8000", True), ("::1", "[::1]", True), ("127.0.0.5", "127.0.0.5:9", True),
        ("127.0.0.1", "127.0.0.5", False), ("127.0.0.1", "127.0.0.1.evil.example", False), ("127.0.0.1", "", False),
        ("localhost", "evil.example", False), ("127.0.0.1", "évil", False), ("0.0.0.0", "any.example", True),
        ("192.0.2.1", "any.example", True),
    ],
)  # fmt: skip
def test_a_server_on_loopback_answers_to_its_own_names_only(
    bundle: Path, bound: str, host: str, answered: bool
) -> None:
    app = App(Service(load(bundle), "churn", 1, hosts=Hosts.of(bound)))
    assert asyncio.run(exchange(app, "GET", "/health/live", host=host))[0] == (200 if answered else 421)


def test_http_1_0_may_leave_out_the_host(ask: Any) -> None:
    assert ask("GET", "/health/live", headers=(), http_version="1.0").status == 200


async def exchange(app: App, method: str, path: str, body: bytes = b"", host: str = "localhost") -> tuple[int, bytes]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", host.encode("latin-1")), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": method, "path": path, "http_version": "1.1", "headers": headers}
    await app(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


def test_no_published_example_is_the_sign_of_a_missing_value(build: Build) -> None:
    profile = {"job": {"kind": "category", "levels": {MISSING: 687, "nurse": 6}}}
    scorer = load(build(reference={"columns": profile}))
    app = App(Service(scorer, "churn", 1))
    for path in ("/schema", "/openapi.json", "/"):
        told = asyncio.run(exchange(app, "GET", path))[1].decode()
        assert "nurse" in told
        assert MISSING not in told
        assert json.dumps(MISSING)[1:-1] not in told
    body = json.dumps({"records": [example_record(scorer.schema, scorer.reference)]}).encode()
    (answer,) = json.loads(asyncio.run(exchange(app, "POST", "/predict", body))[1])["predictions"]
    assert answer["warnings"] == []


def test_the_readme_names_paths_that_answer_and_a_body_that_is_answered(ask: Any, project: Path) -> None:
    text = (project / "README.md").read_text("utf-8")
    (served,) = re.findall(r"^\$ tenfold serve .*# (.*)$", text, re.MULTILINE)
    paths = re.findall(r"/[a-z/.]+", served)
    assert {"/predict", "/health/live", "/health/ready"} <= {*paths}
    assert [ask("GET", path).status for path in paths if path != "/predict"] == [200] * (len(paths) - 1)
    (body,) = re.findall(r"^\$ curl localhost:8000/predict --json '(.*)'", text, re.MULTILINE)
    assert ask("POST", "/predict", body.encode()).status == 200
