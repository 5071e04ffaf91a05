"""Write ``docs/errors.md``: every code that Tenfold's source uses, what it means and what to do about it.

Both are read from the call that makes the problem or the finding (``got`` and ``do``, ``message`` and ``action``).
Where these are put together at run time, a table ``CODES`` next to that call says them: code → (meaning, what to do).

Run it after adding a code: ``.venv/bin/python docs/make_errors.py``. Tests hold the page to the source, and every row
to be whole.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parent
CODE = re.compile(r"TF-[A-Z]+-\d{3}")
HEAD = """# Codes

Every mistake and finding has a stable code, `TF-<area>-<number>`: numbers below 100 stop the work (exit status 2, or 1
for a gate), numbers from 100 on are findings (noted in a chapter) or belong to an answer. Parts in `…` are filled in.
This page is made by `docs/make_errors.py` from the source.

| code | means | what to do | where |
|---|---|---|---|
"""
#: Where a call holds its words: the place and the keyword of the meaning, of what was expected, and of the remedy.
MISTAKE = ((1, "got"), (3, "expected"), (4, "do"))
FINDING = ((3, "message"), (-1, ""), (4, "action"))
REFUSAL = ((2, "got"), (3, "expected"), (4, "do"))
FORMS = {"of": MISTAKE, "Problem": MISTAKE, "Finding": FINDING, "Refusal": REFUSAL, "closing": REFUSAL}
#: Calls whose answer is a remedy.
REMEDIES = {"did_you_mean": "use the name that it proposes, or one of those it lists"}


class Entry(NamedTuple):
    """What one code means, and its remedy."""

    means: str = ""
    do: str = ""
    place: str = ""

    @property
    def rank(self) -> int:
        return bool(self.means) + bool(self.do)


class Scope:
    """Names of a module and of the function that a call stands in, as far as they stand for words."""

    def __init__(self, *bodies: ast.AST) -> None:
        self.known: dict[str, ast.expr] = {}
        for body in bodies:
            inner = body.body if isinstance(body, ast.Module) else list(ast.walk(body))
            for node in inner:
                if isinstance(node, ast.Assign):
                    for target in node.targets:
                        self._learn(target, node.value)
                elif isinstance(node, ast.AnnAssign) and node.value is not None:
                    self._learn(node.target, node.value)

    def _learn(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.known.setdefault(target.id, value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=False):
                self._learn(one, other)

    def text(self, node: ast.expr | None, depth: int = 0) -> str:
        """The words of an expression, ``…`` for what only a run knows; nothing if it knows them all."""
        if node is None or depth > 6:
            return ""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else _filled(part) for part in node.values]
            return "".join(str(part) for part in parts)
        if isinstance(node, ast.Name):
            return self.text(self.known.get(node.id), depth + 1)
        if isinstance(node, ast.IfExp):
            return self.text(node.body, depth + 1) or self.text(node.orelse, depth + 1)
        if isinstance(node, ast.BoolOp):
            return next((text for each in node.values if (text := self.text(each, depth + 1))), "")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return REMEDIES.get(node.func.id, "")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.text(node.left, depth + 1), self.text(node.right, depth + 1)
            return f"{left or '…'}{right or '…'}" if left or right else ""
        return ""


def _filled(part: ast.expr) -> str:
    """What stands for a filled-in part: a count keeps its noun."""
    match part:
        case ast.FormattedValue(value=ast.Call(args=[_, ast.Constant(value=str(noun))])):
            return f"… {noun}s"
    return "…"


def entries(tree: ast.Module, place: str, constants: Mapping[str, str]) -> Iterator[tuple[str, Entry]]:
    """Each code that a module makes, with what its calls and its table ``CODES`` say."""
    for node in _made(tree):
        yield node, Entry(place=place)
    for function in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        scope = Scope(function, tree) if function is not tree else Scope(tree)
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                for code in filter(None, (_code(each, constants) for each in node.args[:2])):
                    yield code, _said(node, scope, place)
    table = Scope(tree).known.get("CODES")
    if isinstance(table, ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if key is not None and (code := _code(key, constants)):
                means, do = ast.literal_eval(value)
                yield code, Entry(means, do, place)


def _made(tree: ast.Module) -> Iterator[str]:
    """Codes that are values in a module: words of a docstring and bounds of a comparison make nothing."""
    bounds = {id(each) for node in ast.walk(tree) if isinstance(node, ast.Compare) for each in ast.walk(node)}
    for node in ast.walk(tree):
        value = node.value if isinstance(node, ast.Constant) and id(node) not in bounds else None
        if isinstance(value, str) and CODE.fullmatch(value):
            yield value


def _code(node: ast.expr, constants: Mapping[str, str]) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        return node.value
    return constants.get(node.id, "") if isinstance(node, ast.Name) else ""


def _said(call: ast.Call, scope: Scope, place: str) -> Entry:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in FORMS:
        return Entry(place=place)
    keywords = {each.arg: each.value for each in call.keywords}
    found = []
    for position, keyword in FORMS[name]:
        given = call.args[position] if 0 <= position < len(call.args) else keywords.get(keyword)
        found.append(scope.text(given).strip())
    means, expected, do = (text if re.search(r"[^\W\d_]{2}", text) else "" for text in found)
    return Entry(means, do or (f"it has to be: {expected}" if expected else ""), place)


def known(package: Path) -> dict[str, Entry]:
    """All codes; a table's words before those of a call, and the fullest call before others."""
    trees = {
        source.relative_to(package).as_posix(): ast.parse(source.read_text("utf-8"))
        for source in sorted(package.rglob("*.py"))
    }
    constants = {
        name: value.value
        for tree in trees.values()
        for name, value in Scope(tree).known.items()
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value)
    }
    found: dict[str, Entry] = {}
    for place, tree in trees.items():
        tabled = Scope(tree).known.get("CODES")
        for code, entry in entries(tree, place, constants):
            best = found.get(code)
            if best is None or entry.rank > best.rank:
                found[code] = entry
        if isinstance(tabled, ast.Dict):
            said = {each for key in tabled.keys if key is not None and (each := _code(key, constants))}
            found |= {code: entry for code, entry in entries(tree, place, constants) if code in said}
    return found


def page(package: Path) -> str:
    """The whole page."""
    lines = [
        f"| {code} | {_plain(entry.means)} | {_plain(entry.do)} | `{entry.place}` |"
        for code, entry in sorted(known(package).items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").strip()


if __name__ == "__main__":
    (DOCS / "errors.md").write_text(page(DOCS.parent / "src" / "tenfold"), "utf-8")
