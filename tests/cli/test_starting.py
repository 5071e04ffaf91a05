"""How the command line starts: quickly, and with a calm answer to Ctrl-C from the first moment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

#: What a run imports that computes something, and one whose steps all come from the cache has no use for.
COMPUTING = {"numpy", "pandas", "pyarrow", "duckdb", "ibis", "sklearn", "lightgbm", "catboost", "onnxruntime", "scipy"}

STOPPED_AT = """
import os, signal, sys
class Stop:
    def find_spec(self, name, *rest):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Stop())
from tenfold.__main__ import main
main()
"""

LOADED = """
import json, sys
from tenfold.__main__ import main
try:
    main()
finally:
    print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""


def python(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("module", ["tenfold.cli", "click", "tenfold.cli.runs", "tenfold.workflow.runs"])
def test_stopped_while_it_imports(module: str, tmp_path: Path) -> None:
    said = python(STOPPED_AT.format(module=module), "runs", "-C", tmp_path)
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "\nStopped.\n")


def test_stopped_while_it_imports_programs_are_told(tmp_path: Path) -> None:
    said = python(STOPPED_AT.format(module="click"), "runs", "--json", "-C", tmp_path)
    assert said.returncode == 130
    assert [each["code"] for each in json.loads(said.stderr)["problems"]] == ["TF-CLI-002"]


def test_help_imports_no_library_but_its_own(tmp_path: Path) -> None:
    assert not {*COMPUTING, "pydantic", "jinja2", "rich"} & set(
        json.loads(python(LOADED, "--help").stdout.splitlines()[-1])
    )


def test_run_from_the_cache_imports_nothing_that_computes(released: Path) -> None:
    again = ["run", released / "workflow.yaml", "--release", "--trials", "1", "--quiet", "-C", released]
    said = python(LOADED, *again)
    assert said.returncode == 0, said.stderr
    assert not COMPUTING & set(json.loads(said.stdout))
