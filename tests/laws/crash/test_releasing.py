"""The law of durable writes, steps 7 to 10: training, the opening of the seal, the bundle, the registry.

Exhaustive, as for steps 1 to 6. However often a release dies and is run again, the seal's ledger has one opening (the
same look at the same rows with the same model is one), and the registry one version under its alias.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Witnessed = tuple[Path, list[Any]]
PARTS = 4
#: Names of temporaries, runs, and entries whose fingerprint holds the seconds that an earlier one took; and which fold
#: was done first of those that two processes were fitting.
LOT = re.compile(r"\d{8}-\d{6}-[0-9a-f]{7}|[0-9a-f]{8,}|(?<=-)\d+(?=\.npz)")


def steps(project: Path) -> int:
    """How many steps the latest run has to show."""
    file = max((project / ".tenfold" / "runs").glob("*/*/run.json"), default=None)
    return len(json.loads(file.read_text("utf-8"))["steps"]) if file else 0


@pytest.fixture(scope="module")
def releasing(stage: Any, project: Path) -> Witnessed:
    """All ten steps from nothing: the project afterwards, and as it stood before each durable write after step 6."""
    return project, [died for died in stage.witness(project, "release") if steps(died.project) >= 6]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_write_while_releasing(part: int, releasing: Witnessed, holds: Callable[..., None]) -> None:
    calm, deaths = releasing
    assert len(deaths) > 150
    for died in deaths[part::PARTS]:
        holds(died, "release", calm)


@pytest.mark.slow
def test_killed_at_any_write_of_a_release_again(stage: Any, releasing: Witnessed, holds: Callable[..., None]) -> None:
    calm, _ = releasing
    deaths = stage.witness(calm, "release")
    assert len(deaths) > 50
    for died in deaths:
        holds(died, "release", calm)


@pytest.mark.slow
def test_a_killed_process_leaves_what_was_witnessed(stage: Any, project: Path, holds: Callable[..., None]) -> None:
    """Real kills, at a few writes: each leaves, name by name, what the project was seen to be there."""
    files = shutil.copytree(project, project.parent / "files", ignore=shutil.ignore_patterns(".tenfold"))
    seen = stage.witness(files, "release")
    for witnessed in seen[:: len(seen) // 7]:
        died = stage.kill(files, "release", witnessed.call)
        assert names(died.project) == names(witnessed.project)
        holds(died, "release", files)


def names(project: Path) -> list[str]:
    """Every name below a project, without what is drawn by lot or made of a moment.

    What trials' processes were writing on their bench meanwhile is a matter of moments.
    """
    found = (path.relative_to(project).as_posix() for path in project.rglob("*"))
    return sorted(LOT.sub("*", name) for name in found if "/.bench" not in name)
