"""Which modules a user's class needs: all of its own, nothing that is installed."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tenfold.learning import own_code

FILES = {
    "shop_model.py": "import json\nimport numpy as np\nfrom shop_helper import scale\n",
    "shop_helper.py": "def scale():\n    import shop_late\n    return shop_late.ONE\n",
    "shop_late.py": "ONE = 1\n",
    "shop_unused.py": "TWO = 2\n",
    "shop/__init__.py": "",
    "shop/deep/model.py": "from .base import Base\nfrom .. import other\n",
    "shop/deep/base.py": "import tenfold\nimport sklearn\nclass Base: ...\n",
    "shop/other.py": "import shop.deep.model\n",
}


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()


def test_a_module_brings_what_it_imports_at_the_top_or_later() -> None:
    found = own_code.sources(["shop_model"])
    assert {f"{name}.py": text.decode() for name, text in found.items()} == {
        name: FILES[name] for name in ("shop_helper.py", "shop_late.py", "shop_model.py")
    }


def test_a_module_in_a_package_brings_the_packages_and_relative_imports() -> None:
    found = own_code.sources(["shop.deep.model"])
    assert list(found) == ["shop", "shop.deep", "shop.deep.base", "shop.deep.model", "shop.other"]
    assert found["shop.deep"] == b"", "a package without an __init__.py"


@pytest.mark.parametrize("name", ["collections", "sklearn.ensemble", "tenfold.learning", "no_such_module", "builtins"])
def test_what_is_installed_or_absent_is_nobodys_own(name: str) -> None:
    assert own_code.sources([name]) == {}


def test_libraries_are_named_as_they_are_installed() -> None:
    assert own_code.libraries(["sklearn.tree._tree", "numpy", "tenfold.learning", "collections", "shop_model"]) == (
        "numpy", "scikit-learn",
    )  # fmt: skip
