"""The service as data: ``GET /schema``, and an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tenfold.bundle import Decision
from tenfold.bundle.coverage import IntervalRule
from tenfold.core import units
from tenfold.serving.fields import example_record, json_schema
from tenfold.serving.service import Service

Json = dict[str, Any]

_PROBLEMS = {
    "400": "The body is not JSON, is empty, is nested too deeply, or repeats a name.",
    "413": "The body is too large, or holds too many records.",
    "415": "The body is not application/json in UTF-8.",
    "422": "The JSON has another shape, or fields cannot be read: `errors` lists every one.",
}


def described(service: Service) -> Json:
    """What the model wants and what it answers: the columns that a caller supplies, and the decision."""
    schema, decision = service.scorer.schema, service.scorer.decision
    known = example_record(schema, service.scorer.reference)
    return {
        "model": service.model,
        "version": service.version,
        "task": decision.task,
        "target": schema.target.name if schema.target else None,
        "classes": list(decision.classes),
        "positive": decision.positive,
        "threshold": decision.threshold,
        "coverage": asdict(decision.coverage) if decision.coverage else None,
        "key": schema.key.name if schema.key else None,
        "columns": [column.to_dict() | {"example": known[column.name]} for column in schema.features],
    }


def openapi(service: Service) -> Json:
    """The OpenAPI document; request and response schemas follow from the bundle's schema and decision."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": service.model,
            "version": str(service.version),
            "description": "A model released with Tenfold. Records are supplied raw, as they stand in the source.",
        },
        "paths": {
            "/predict": {"post": _predict()},
            "/schema": {"get": _get("What the model wants and what it answers")},
            "/health/live": {"get": _get("The process runs")},
            "/health/ready": {"get": _get("The model is loaded and answers")},
        },
        "components": {"schemas": _schemas(service)},
    }


def _predict() -> Json:
    answer = {"description": "One answer per record, in order.", "content": _content("Predictions")}
    problems = {
        status: {"description": said, "content": _content("Problem", "application/problem+json")}
        for status, said in _PROBLEMS.items()
    }
    return {
        "operationId": "predict",
        "summary": "Predict for records",
        "requestBody": {"required": True, "content": _content("Request")},
        "responses": {"200": answer, **problems},
    }


def _get(summary: str) -> Json:
    said: Json = {"description": summary, "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"summary": summary, "responses": {"200": said}}


def _content(name: str, media: str = "application/json") -> Json:
    return {media: {"schema": _reference(name)}}


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas(service: Service) -> Json:
    return {
        "Request": _request(service),
        "Record": _record(service),
        "Predictions": _object(
            model={"type": "string"},
            version={"type": ["integer", "string"]},
            predictions={"type": "array", "items": _reference("Prediction")},
        ),
        "Prediction": _prediction(service),
        "Warning": _object(field={"type": "string"}, code={"type": "string"}, message={"type": "string"}),
        "Problem": _problem(),
    }


def _request(service: Service) -> Json:
    limit = service.limits.records
    records = {"type": "array", "items": _reference("Record"), "maxItems": limit}
    columns = {"type": "object", "additionalProperties": {"type": "array", "maxItems": limit}}
    return {
        "oneOf": [
            {**_object(records=records), "additionalProperties": False},
            {**_object(columns=columns), "additionalProperties": False},
        ],
        "examples": [{"records": [example_record(service.scorer.schema, service.scorer.reference)]}],
    }


def _record(service: Service) -> Json:
    features = service.scorer.schema.features
    return {
        "type": "object",
        "properties": {column.name: json_schema(column, service.scorer.reference) for column in features},
        "required": [column.name for column in features if not column.optional],
    }


def _prediction(service: Service) -> Json:
    """``probabilities`` is null for a regression, so that an answer always has the same keys."""
    decision = service.scorer.decision
    share = {"type": "number", "minimum": 0, "maximum": 1}
    answer: Json = {"type": "string", "enum": list(decision.classes)} if decision.classes else {"type": "number"}
    shares = _object(**dict.fromkeys(decision.classes, share)) if decision.classes else {"type": "null"}
    return _object(
        id={"type": ["string", "null"], "description": "the record's key, when it has one"},
        prediction=answer,
        probabilities=shares,
        warnings={"type": "array", "items": _reference("Warning")},
        **_bounds(decision),
    )


def _bounds(decision: Decision) -> Json:
    """What holds the truth at the promised rate, where one is promised."""
    if decision.coverage is None:
        return {}
    share = units.percent(decision.coverage.level)
    if isinstance(decision.coverage, IntervalRule):
        said = f"low and high end: {share} of such intervals hold the true value"
        ends: Json = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        return {"interval": {**ends, "description": said}}
    said = f"labels that may be true, the predicted one among them: {share} of such sets hold the true label"
    labels: Json = {"type": "array", "items": {"type": "string", "enum": list(decision.classes)}, "minItems": 1}
    return {"set": {**labels, "uniqueItems": True, "description": said}}


def _problem() -> Json:
    field = _object(row={"type": "integer"}, field={"type": "string"}, code={"type": "string"}, message={}, got={})
    texts: Json = {name: {"type": "string"} for name in ("type", "title", "code", "detail")}
    problem = _object(**texts, status={"type": "integer"})
    extra = {"expected": {"type": "string"}, "do": {"type": "string"}, "count": {"type": "integer"}}
    problem["properties"] |= {**extra, "errors": {"type": "array", "items": field}}
    return problem


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}
