"""``POST /predict``: decode → read → run → encode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from tenfold.bundle import Answers
from tenfold.bundle.scorer import NOT_FINITE
from tenfold.schema import FieldProblem, Reading
from tenfold.serving.decode import Batch, decode
from tenfold.serving.fields import expectations
from tenfold.serving.problems import LISTED, Refusal
from tenfold.serving.response import Response
from tenfold.serving.service import Service

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-SERVE-010": (
        "fields of some records cannot be read",
        "correct those that the answer lists; no record was answered",
    ),
}

_NO_WARNINGS: list[dict[str, str]] = []
_WHOLE = ("an object of columns and values", "values of ordinary size")
_SHOWN = 100  # characters of a bad value that are sent back


class Predictor:
    """Answers the bodies of requests for one service."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._scorer = service.scorer
        self._read = service.scorer.reader.read
        self._classes = service.scorer.decision.classes
        self._expected = expectations(service.scorer.schema)

    def __call__(self, body: bytes) -> Response:
        """``Refusal`` for what cannot be answered; 422 TF-SERVE-010 names every bad field."""
        batch = decode(body, self._service.limits)
        reading = self._reading(batch)
        answers = self._scorer.answer(reading)
        if answers.problems:
            raise self._unprocessable(batch, answers.problems)
        return Response(200, self._encode(answers))

    def warm_up(self) -> None:
        """One answer to nobody, so that the first caller does not wait for what is done only once."""
        self._scorer.model(self._read([{}]).columns)

    def _reading(self, batch: Batch) -> Reading:
        if batch.columns is None:
            return self._read(batch.records or ())
        return self._scorer.reader.read_columns(batch.columns)

    def _encode(self, answers: Answers) -> bytes:
        rows: Sequence[list[float] | None] = [None] * len(answers)
        if answers.probabilities is not None:
            rows = answers.probabilities.tolist()
        classes = self._classes
        predictions: list[dict[str, Any]] = [
            {
                "id": key,
                "prediction": prediction,
                "probabilities": dict(zip(classes, row, strict=True)) if row is not None else None,
                "warnings": [_warning(each) for each in warnings] if warnings else _NO_WARNINGS,
            }
            for key, prediction, row, warnings in zip(
                answers.ids, answers.predictions, rows, answers.warnings, strict=True
            )
        ]
        bounds = answers.sets if answers.intervals is None else answers.intervals.tolist()
        if bounds is not None:
            name = "set" if answers.intervals is None else "interval"
            for answer, bound in zip(predictions, bounds, strict=True):
                answer[name] = bound
        service = self._service
        return orjson.dumps({"model": service.model, "version": service.version, "predictions": predictions})

    def _unprocessable(self, batch: Batch, problems: Sequence[FieldProblem]) -> Refusal:
        rows = len({each.row for each in problems})
        errors = [self._error(batch, each) for each in problems[:LISTED]]
        count = len(problems)
        return Refusal(
            422,
            "TF-SERVE-010",
            f"{count:,} field{'s' if count > 1 else ''} in {rows:,} record{'s' if rows > 1 else ''} cannot be read",
            do="correct them; nothing was answered",
            errors=errors,
            count=count,
        )

    def _error(self, batch: Batch, problem: FieldProblem) -> dict[str, Any]:
        return {
            "row": problem.row,
            "field": problem.field,
            "code": problem.code,
            "message": problem.message,
            "got": _plain(batch.value(problem.row, problem.field)) if problem.code != NOT_FINITE else None,
            "expected": self._expected.get(problem.field, _WHOLE[problem.code == NOT_FINITE]),
        }


def _warning(each: FieldProblem) -> dict[str, str]:
    return {"field": each.field, "code": each.code, "message": each.message}


def _plain(value: object) -> object:
    """The value as it came, when it is short and plain; else the beginning of it as text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
