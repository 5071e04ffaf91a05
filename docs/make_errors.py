"""Write ``docs/errors.md``: every code that Tenfold's source uses, with the words it is used with.

Run it after adding a code: ``.venv/bin/python docs/make_errors.py``. A test holds the page to the source.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).parent
CODE = re.compile(r"TF-[A-Z]+-\d{3}")
HEAD = """# Codes

Every mistake and finding has a stable code, `TF-<area>-<number>`: numbers below 100 stop the work (exit status 2, or 1 for
a gate), numbers from 100 on are findings (noted in a chapter) or belong to an answer. Parts in `…` are filled in.
This page is made by `docs/make_errors.py` from the source.

| code | says | where |
|---|---|---|
"""


def uses(source: Path) -> Iterator[tuple[str, str]]:
    """Each code in a file, with the text of the call it stands in (its own arguments, joined)."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        codes = [text for argument in node.args if (text := _text(argument)) and CODE.fullmatch(text)]
        for code in codes:
            said = [_text(argument) for argument in node.args]
            yield code, next((text for text in said if text and text != code and " " in text), "")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""


def page(package: Path) -> str:
    """The whole page."""
    found: dict[str, tuple[str, str]] = {}
    mentioned: dict[str, str] = defaultdict(str)
    for source in sorted(package.rglob("*.py")):
        place = source.relative_to(package).as_posix()
        for code in CODE.findall(source.read_text("utf-8")):
            mentioned.setdefault(code, place)
        for code, said in uses(source):
            if not found.get(code, ("", ""))[0]:
                found[code] = (said, place)
    lines = []
    for code in sorted(mentioned):
        said, place = found.get(code, ("", mentioned[code]))
        plain = " ".join(said.split()).replace("|", "\\|").strip()
        lines.append(f"| {code} | {plain} | `{place}` |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    (DOCS / "errors.md").write_text(page(DOCS.parent / "src" / "tenfold"), "utf-8")
