"""A command line in this process, and a project with one released model, made once."""

from __future__ import annotations

import json
import os
import runpy
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tenfold.cli.failing import guarded
from tenfold.cli.main import cli

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "laws" / "sample.py"))


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The answer of a command with ``--json``: one document, nothing else."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the problems, told with ``--json``."""
        return [problem["code"] for problem in json.loads(self.err)["problems"]]


Tenfold = Callable[..., Said]


@pytest.fixture
def tenfold(capfd: pytest.CaptureFixture[str]) -> Tenfold:
    """Call ``tenfold`` with arguments, in this process."""

    def call(*arguments: object) -> Said:
        capfd.readouterr()
        status = guarded(cli, [str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Said(int(status), said.out, said.err)

    return call


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose workflow was released once. Tests may add to it, and leave what is there.

    The processes of a test run make it once and copy it.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "released"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            release(shared)
    return Path(shutil.copytree(shared, tmp_path_factory.mktemp("cli") / "project"))


def release(folder: Path) -> None:
    SAMPLE["write_project"](folder, SAMPLE["make_rows"](300), {"modeling": {"candidates": ["dummy", "linear"]}})
    command = ["run", str(folder / "workflow.yaml"), "--release", "--trials", "1", "--quiet", "-C", str(folder)]
    assert guarded(cli, command) == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two files, in which nothing was run."""
    SAMPLE["write_project"](tmp_path, SAMPLE["make_rows"](200), {"modeling": {"candidates": ["dummy", "linear"]}})
    return tmp_path
