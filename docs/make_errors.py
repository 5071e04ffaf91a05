"""Write ``docs/errors.md``: every code that Tenfold's source uses, what it means, what to do about it, how it ends.

All are read from the call that makes the problem or the finding (``got`` and ``do``, ``message`` and ``action``).
Where these are put together at run time, a table ``CODES`` in a module says them: code → (meaning, what to do), and
how it ends where the call does not tell.

Run it after adding a code: ``.venv/bin/python docs/make_errors.py``. Tests hold the page to the source, and every row
to be whole.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parent
CODE = re.compile(r"TF-[A-Z]+-\d{3}")
HEAD = """# Codes

Every mistake and finding has a stable code, `TF-<area>-<number>`. Parts in `…` are filled in. What it ends with:

- `2`, `3`, `130`, `1`: the exit status of the command. 2 is your mistake (in Python a `UserError`), 3 a fault of ours
  (`Fault`), 130 a stop by Ctrl-C, 1 a gate or the proof that keeps a model from being released.
- `HTTP …`: the status of the answer to a request. In a file, a field that cannot be read costs its row the answer, and
  the command goes on; in Python it is a `UserError`.
- `–`: nothing ends. It is a finding, noted in a chapter of the report, or a warning that comes with an answer.

This page is made by `docs/make_errors.py` from the source.

| code | means | what to do | ends with | where |
|---|---|---|---|---|
"""
#: Where a call holds its words: the place and the keyword of the meaning, of what was expected, and of the remedy.
MISTAKE = ((1, "got"), (3, "expected"), (4, "do"))
FINDING = ((3, "message"), (-1, ""), (4, "action"))
REFUSAL = ((2, "got"), (3, "expected"), (4, "do"))
FORMS = {"of": MISTAKE, "Problem": MISTAKE, "Finding": FINDING, "Refusal": REFUSAL, "closing": REFUSAL}
#: What a call that makes a problem ends with; a refusal says its status itself. Problems are raised as mistakes.
ENDS = {"UserError": "2", "Problem": "2", "Fault": "3", "Finding": "–"}
REFUSALS = ("Refusal", "closing")
#: Calls whose answer is a remedy.
REMEDIES = {"did_you_mean": "use the name that it proposes, or one of those it lists"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Entry(NamedTuple):
    """What one code means, its remedy, and what it ends with."""

    means: str = ""
    do: str = ""
    place: str = ""
    ends: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        return bool(self.means) + bool(self.do)


class Scope:
    """Names of a module and of the function that a call stands in, as far as they stand for words."""

    def __init__(self, tree: ast.Module, function: Function | None = None) -> None:
        self.known: dict[str, ast.expr] = {}
        self.several: set[str] = set()
        for nodes in ([] if function is None else [*inside(function)], tree.body):
            assigned = Counter[str]()
            for node in nodes:
                assigned.update(self._learn(node, {*assigned}))
            self.several |= {name for name, times in assigned.items() if times > 1 and name in self.known}

    def _learn(self, node: ast.AST, here: Collection[str]) -> Iterator[str]:
        """Take in what an assignment says, unless an inner scope said it; its names."""
        match node:
            case ast.Assign(targets=targets, value=value):
                pairs = [pair for target in targets for pair in _pairs(target, value)]
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.AugAssign(target=target, value=value):
                pairs = [*_pairs(target, value)]
            case _:
                return
        for name, value in pairs:
            if name in here or name not in self.known:
                self.known.setdefault(name, value)
                yield name

    def text(self, node: ast.expr | None, depth: int = 0) -> str:
        """The words of an expression, ``…`` for what only a run knows; nothing if it knows them all.

        Raises:
            ValueError: they stand under a name that is assigned more than once: nobody knows which words are meant.
        """
        if node is None or depth > 6:
            return ""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else _filled(part) for part in node.values]
            return "".join(str(part) for part in parts)
        if isinstance(node, ast.Name):
            if node.id in self.several:
                raise ValueError(f"{node.id!r} is assigned more than once")
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


def inside(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function, without those of the functions in it."""
    left: list[ast.AST] = [*function.body]
    while left:
        node = left.pop(0)
        if not isinstance(node, Function):
            yield node
            left += ast.iter_child_nodes(node)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, other)


def _filled(part: ast.expr) -> str:
    """What stands for a filled-in part: a count keeps its noun."""
    match part:
        case ast.FormattedValue(value=ast.Call(args=[_, ast.Constant(value=str(noun))])):
            return f"… {noun}s"
    return "…"


def entries(
    tree: ast.Module, place: str, constants: Mapping[str, str], tabled: Collection[str] = ()
) -> Iterator[tuple[str, Entry]]:
    """Each code that a module makes, with what its calls say. ``tabled``: codes whose words stand in a table.

    Raises:
        ValueError: words stand under a name that is assigned more than once in its function.
    """
    for node in _made(tree):
        yield node, Entry(place=place)
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    for function in [None, *functions]:
        scope = Scope(tree, function)
        for node in ast.walk(tree) if function is None else inside(function):
            if isinstance(node, ast.Call):
                for code in filter(None, (_code(each, constants) for each in node.args[:2])):
                    ends = _ends(node, functions)
                    try:
                        said = Entry() if code in tabled else _said(node, scope)
                    except ValueError as error:
                        raise ValueError(f"{place} line {node.lineno}, {code}: {error}; add it to CODES") from error
                    yield code, said._replace(place=place, ends=ends)


def table(tree: ast.Module, place: str, constants: Mapping[str, str]) -> Iterator[tuple[str, Entry]]:
    """What a module's ``CODES`` say."""
    found = Scope(tree).known.get("CODES")
    if isinstance(found, ast.Dict):
        for key, value in zip(found.keys, found.values, strict=True):
            if key is not None and (code := _code(key, constants)):
                means, do, *ends = ast.literal_eval(value)
                yield code, Entry(means, do, place, tuple(ends))


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


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _ends(call: ast.Call, functions: Collection[Function], depth: int = 0) -> tuple[str, ...]:
    """What a call ends with; one of a function beside it, with what that function makes."""
    match call:
        case ast.Call(func=ast.Attribute(attr="of", value=ast.Name(id=name))) if name in ENDS:
            return (ENDS[name],)
        case ast.Call(args=[ast.Constant(value=int(status)), *_]) if _name(call) in REFUSALS:
            return (f"HTTP {status}",)
    name = _name(call)
    if name in ENDS:
        return (ENDS[name],)
    made = [each for function in functions if function.name == name and not depth for each in inside(function)]
    calls = [each for each in made if isinstance(each, ast.Call)]
    return tuple(sorted({end for each in calls for end in _ends(each, functions, depth + 1)}))


def _said(call: ast.Call, scope: Scope) -> Entry:
    name = _name(call)
    if name not in FORMS:
        return Entry()
    keywords = {each.arg: each.value for each in call.keywords}
    found = []
    for position, keyword in FORMS[name]:
        given = call.args[position] if 0 <= position < len(call.args) else keywords.get(keyword)
        found.append(scope.text(given).strip())
    means, expected, do = (text if re.search(r"[^\W\d_]{2}", text) else "" for text in found)
    return Entry(means, do or (f"it has to be: {expected}" if expected else ""))


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
    tabled = {code: entry for place, tree in trees.items() for code, entry in table(tree, place, constants)}
    found: dict[str, Entry] = {}
    ends: dict[str, set[str]] = {}
    for place, tree in trees.items():
        for code, entry in entries(tree, place, constants, tabled):
            ends.setdefault(code, set()).update(entry.ends)
            best = found.get(code)
            if best is None or entry.rank > best.rank:
                found[code] = entry
    found |= tabled
    return {code: entry._replace(ends=entry.ends or tuple(sorted(ends[code]))) for code, entry in found.items()}


def page(package: Path) -> str:
    """The whole page."""
    lines = [
        f"| {code} | {_plain(entry.means)} | {_plain(entry.do)} | {', '.join(entry.ends)} | `{entry.place}` |"
        for code, entry in sorted(known(package).items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").strip()


if __name__ == "__main__":
    (DOCS / "errors.md").write_text(page(DOCS.parent / "src" / "tenfold"), "utf-8")
