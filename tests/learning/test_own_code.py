"""The user's own modules are found with what they import, and nothing else is."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tenfold.core.errors import UserError
from tenfold.learning.own_code import own_sources
from tenfold.learning.recipe import load_object

FILES = {
    "shop/__init__.py": "",
    "shop/models.py": "import json\nimport numpy as np\nfrom tenfold import Workflow\nfrom .parts import K\n",
    "shop/parts.py": "import bits_of_shop\nfrom . import more\nK = 1\n",
    "shop/more.py": "from shop.models import K\n",
    "bits_of_shop.py": "raise RuntimeError('never run')\n",
    "shop/unused.py": "",
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield
    for name in [each for each in sys.modules if each.partition(".")[0] in ("shop", "bits_of_shop")]:
        del sys.modules[name]


def test_a_module_brings_what_it_imports(shop: None, tmp_path: Path) -> None:
    found = own_sources(["shop.models"])
    assert list(found) == ["bits_of_shop", "shop", "shop.models", "shop.more", "shop.parts"]
    assert found["shop.parts"] == tmp_path / "shop" / "parts.py"


def test_a_changed_part_changes_what_depends_on_it(shop: None, tmp_path: Path) -> None:
    from tenfold.workflow.extensions import sources_of

    before = sources_of(["shop.models:Mine", "lightgbm"])
    assert len(before) == 5
    (tmp_path / "bits_of_shop.py").write_text("raise RuntimeError('changed')\n")
    changed = {name for name, content in sources_of(["shop.models:Mine"]).items() if before[name] != content}
    assert changed == {"module bits_of_shop"}


def test_a_module_that_cannot_be_parsed_is_itself_and_no_more(shop: None, tmp_path: Path) -> None:
    (tmp_path / "shop" / "models.py").write_text("def (:\n")
    assert set(own_sources(["shop.models"])) == {"shop", "shop.models"}
    with pytest.raises(UserError, match=r"TF-MODEL-001.*SyntaxError.*models\.py, line 1"):
        load_object("shop.models:Mine")


@pytest.mark.parametrize("name", ["absent_module", "shop.absent", "sklearn.svm", "tenfold.core", "zipfile", "shop.x.y"])
def test_what_is_not_the_users_own_is_left_out(shop: None, name: str) -> None:
    assert set(own_sources([name])) <= {"shop"}
