"""The workflow file as people write it: what cannot be read is a mistake with a message, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tenfold.core.errors import UserError
from tenfold.workflow.file import load

BASE = "name: x\nproblem: {target: y}\ndata: {sources: {data: {file: a.csv}}}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cleaning:\n  columns:\n    ? 'abc' : {kind: number}\n", "a key that is an object"),
        ("? {a: 1}\n: 3\n", "a key that is an object"),
        ("cleaning:\n  columns:\n    [a]: {kind: number}\n", "line 5: a key that is a list"),
        ("cleaning: {columns: {!foo a: {kind: number}}}\n", "line 4: a key that is neither text nor number"),
        ("cleaning: {columns: !!omap [a: 1]}\n", "TF-FLOW-00"),
        ("cleaning: &c {columns: *c}\n", "TF-FLOW-005"),
        ("features: {exclude: &c [*c]}\n", "TF-FLOW-005"),
        ("cleaning: *nope\n", "line 4: found undefined alias"),
        ("seed: !!python/object/apply:os.system [ls]\n", "TF-FLOW-005"),
        ("seed: !!int abc\n", "a value that cannot be read"),
        ("seed: 0x_\n", "a value that cannot be read"),
        ("exploration: {today: 2021-13-01}\n", "month must be in 1..12"),
        (f"seed: {'9' * 5000}\n", "a value that cannot be read"),
        (f"cleaning: {'[' * 3000}\n", "TF-FLOW-002"),
        (f"cleaning: {'[' * 3000}{']' * 3000}\n", "nested too deeply"),
        (f"---\n{BASE}", "line 4: a second document begins here"),
        ("seed: 1\nseed: 2\n", "duplicate key"),
        ("cleaning: {<<: 3}\n", "TF-FLOW-002"),
        ("seed: \x00\n", "TF-FLOW-002"),
    ],
)
def test_odd_yaml_is_the_users_mistake(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(BASE + text, "utf-8")
    with pytest.raises(UserError, match="TF-FLOW-00") as caught:
        load(file)
    assert said in str(caught.value)
    assert "Commented" not in str(caught.value)


@pytest.mark.parametrize("text", ["- a\n- b\n", "hello\n", "", "# nothing\n", "null\n"])
def test_a_file_without_sections_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"TF-FLOW-002 .*no sections in it"):
        load(file)
