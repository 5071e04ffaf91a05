from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tenfold.reports import html
from tenfold.reports.report import Report


@pytest.fixture(scope="session")
def sample() -> Report:
    """The report of tests/reports/sample.py: ten chapters with every kind of block."""
    spec = importlib.util.spec_from_file_location("sample_report", Path(__file__).with_name("sample.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Report = module.report()
    return made


@pytest.fixture(scope="session")
def page(sample: Report) -> str:
    """The sample, drawn."""
    return html.render(sample)
