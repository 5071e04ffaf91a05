"""Every way in which a source is refused: its code, what was got, what to do. Nothing else in this step makes codes."""

from __future__ import annotations

import glob
from collections.abc import Sequence

from tenfold.core.errors import UserError, did_you_mean

#: For docs/errors.md: code → (what it means, what to do), where both are put together at run time.
CODES = {
    "TF-DATA-001": (
        "there is no file of this name, or none that matches the pattern",
        "check the path, which starts at the folder of the workflow file; the message has the nearest name",
    ),
    "TF-DATA-003": (
        "two columns have the same name, or names that differ only in case",
        "rename all but one, or list new names under `names:`; in `data.combine`, name them with `as`",
    ),
    "TF-DATA-006": (
        "the file holds NUL bytes",
        "export it again, or remove them: tr -d '\\000' < old > new",
    ),
    "TF-DATA-007": (
        "lines have too few or too many fields",
        "mend them (a delimiter inside a field needs quotes), or say `ragged: quarantine` to set them aside",
    ),
    "TF-DATA-008": (
        "the name or the declared format of a file says one thing, its content another",
        "declare the format that it has, or name the right file",
    ),
    "TF-DATA-010": (
        "no encoding has this name, or the file's bytes are not in its encoding",
        "name the file's own under `encoding:` (utf-8, utf-16, cp1252, latin-1 or others), or export it as UTF-8",
    ),
    "TF-DATA-011": (
        "columns have names that Tenfold keeps for itself, beginning with two underscores",
        "rename them, or list new names under `names:`",
    ),
    "TF-DATA-012": (
        "an independent count finds another number of rows than were read",
        "look for a stray quote or line break where they part, or say `quote: none`",
    ),
    "TF-DATA-014": (
        "files of one source have not the same columns",
        "give it the same columns, or make it a source of its own and `combine` them",
    ),
    "TF-DATA-015": (
        "the database holds no table, has none of this name, or nothing says which to take",
        "add `table:` or `query:`; the message names the tables",
    ),
    "TF-DATA-018": (
        "a line is not one whole JSON object",
        "mend or remove the line; a single JSON array of objects is read too",
    ),
    "TF-DATA-019": (
        "a line is not ARFF, or declares what is not read",
        "mend the line",
    ),
    "TF-DATA-020": (
        "an environment variable that the data section names is not set",
        "set it: export NAME=VALUE",
    ),
    "TF-DATA-022": (
        "the file cannot be read as the format that it is named or declared to have",
        "export or copy it again",
    ),
    "TF-DATA-023": (
        "files of one source differ in their format, encoding or quotes",
        "say `format:`, `encoding:` or `quote:`, or make one a source of its own and `combine` them",
    ),
    "TF-DATA-024": (
        "rows have more or fewer fields than there are names",
        "list as many under `names:`, mend the header, or say `skip:` if the table starts further down",
    ),
    "TF-DATA-025": (
        "a folder is named where a file belongs",
        "name its files: `folder/*.csv`, say",
    ),
}


def not_found(asked: str, where: str, near: Sequence[str]) -> UserError:
    if glob.has_magic(asked):
        return UserError.of("TF-DATA-001", f"no file matches {asked!r}", where, do="check the folder and the pattern")
    name = asked.replace("\\", "/").rsplit("/", 1)[-1]
    do = did_you_mean(name, near) if near else "check the path; it starts at the folder of the workflow file"
    return UserError.of("TF-DATA-001", f"there is no file {asked!r}", where, do=do)


def empty(label: str) -> UserError:
    return UserError.of("TF-DATA-002", "the file is empty", label, do="export it again, or name another file")


def duplicate_names(label: str, groups: Sequence[Sequence[tuple[int, str]]]) -> UserError:
    """Each group: places and names that are the same but for case."""
    do = "rename all but one, or list new names under `names:`"
    if label == "data.combine":
        do = "name them with `as`, or leave one out: `select a.*, b.* exclude (id)`, say"
    return UserError.of("TF-DATA-003", "; ".join(map(_alike, groups)), label,
                        expected="one column per name, whatever its case, as in SQL", do=do)  # fmt: skip


def _alike(group: Sequence[tuple[int, str]]) -> str:
    places = ", ".join(str(place) for place, _ in group[:8]) + (" …" if len(group) > 8 else "")
    names = dict.fromkeys(name for _, name in group)
    if len(names) == 1:
        return f"columns {places} are all named {group[0][1]!r}"
    return f"the names of columns {places} differ only in case ({_some(list(names))})"


def header_only(label: str, columns: int) -> UserError:
    got = f"there is a header of {counted(columns, 'column')}, but no rows below it"
    do = "export it again with rows; if that line is data, say `header: false`"
    return UserError.of("TF-DATA-004", got, f"{label}, line 1", do=do)


def no_rows(where: str, why: str) -> UserError:
    return UserError.of("TF-DATA-005", f"no usable rows: {why}", where, expected="one row at least",
                        do="check the source, or the query")  # fmt: skip


def nul_bytes(label: str, line: int, count: int) -> UserError:
    got = f"{count:,} NUL bytes; the first is here" if count > 1 else "a NUL byte"
    return UserError.of("TF-DATA-006", got, f"{label}, line {line}", expected="text",
                        do="export it again, or remove them: tr -d '\\000' < old > new")  # fmt: skip


def ragged(label: str, fields: int, lines: Sequence[tuple[int, int]], total: int) -> UserError:
    shown = ", ".join(f"line {line} has {width}" for line, width in lines[:5])
    more = f" … ({total:,} such lines)" if total > min(5, len(lines)) else ""
    return UserError.of(
        "TF-DATA-007",
        f"lines of the wrong number of fields: {shown}{more}",
        f"{label}, line {lines[0][0]}",
        expected=f"{counted(fields, 'field')} in each",
        do="mend them (a delimiter inside a field needs quotes), or say `ragged: quarantine` to set them aside",
    )


def other_content(label: str, said: str, found: str, do: str) -> UserError:
    return UserError.of("TF-DATA-008", f"its name or format says {said}, its content is {found}", label, do=do)


def broken_gzip(label: str, why: str) -> UserError:
    return UserError.of("TF-DATA-009", f"the gzip data is damaged or cut short ({why})", label,
                        do="copy or download it again; `gzip -t` checks it")  # fmt: skip


def unknown_encoding(label: str, name: str, known: Sequence[str]) -> UserError:
    near = did_you_mean(name, known)
    do = near if near.startswith("did") else "use a name that Python knows: 'utf-8', 'utf-16', 'cp1252', 'latin-1', …"
    return UserError.of("TF-DATA-010", f"no encoding is called {name!r}", label, do=do)


def undecodable(label: str, encoding: str, line: int, data: bytes, do: str = "") -> UserError:
    got = f"the bytes {data.hex(' ')} are not {encoding}"
    return UserError.of("TF-DATA-010", got, f"{label}, line {line}",
                        do=do or "name the file's own encoding under `encoding:`, or export it as UTF-8")  # fmt: skip


def reserved_names(label: str, names: Sequence[str]) -> UserError:
    got = f"columns named {', '.join(map(repr, names))}"
    return UserError.of("TF-DATA-011", got, label, expected="names that Tenfold does not keep for itself",
                        do="rename them, or list new names under `names:`")  # fmt: skip


def count_differs(label: str, read: int, counted: int, line: int) -> UserError:
    got = f"{read:,} rows were read, an independent count finds {counted:,}; they part here"
    return UserError.of("TF-DATA-012", got, f"{label}, line {line}",
                        do="look for a stray quote or line break there, or say `quote: none`")  # fmt: skip


def unclosed_quote(label: str, quote: str, line: int) -> UserError:
    return UserError.of("TF-DATA-013", f"a field opens with {quote} and never closes", f"{label}, line {line}",
                        do="close it, or say `quote: none` if quotes are plain text in this file")  # fmt: skip


def other_columns(label: str, first: str, missing: Sequence[str], added: Sequence[str]) -> UserError:
    parts = [f"it lacks {_some(missing)}"] if missing else []
    parts += [f"it adds {_some(added)}"] if added else []
    return UserError.of("TF-DATA-014", " and ".join(parts), label, expected=f"the columns of {first}",
                        do="give it the same columns, or make it a source of its own and `combine` them")  # fmt: skip


def no_table(label: str, asked: str | None, tables: Sequence[str]) -> UserError:
    if not tables:
        return UserError.of("TF-DATA-015", "the database holds no table", label, do="name another database")
    if asked is None:
        return UserError.of("TF-DATA-015", "neither `table` nor `query` says what to take", label,
                            do=f"add `table:` or `query:`; {did_you_mean('', tables)}")  # fmt: skip
    return UserError.of("TF-DATA-015", f"there is no table {asked!r}", label, do=did_you_mean(asked, tables))


def bad_query(label: str, why: str, tables: Sequence[str]) -> UserError:
    if "not authorized" in why or "prohibited" in why:
        why = f"it may only read ({why})"
    return UserError.of("TF-DATA-016", f"the query fails: {why}", label,
                        do=f"mend `query:` (SQLite's SQL); the tables are {_some(tables)}")  # fmt: skip


def bad_combine(why: str, sources: Sequence[str]) -> UserError:
    return UserError.of("TF-DATA-017", f"the SQL fails: {why}", "data.combine",
                        do=f"mend it (one SELECT in DuckDB's SQL); the sources are {_some(sources)}")  # fmt: skip


def bad_json(label: str, line: int, why: str) -> UserError:
    return UserError.of("TF-DATA-018", why, f"{label}, line {line}", expected="one JSON object a line, whole",
                        do="mend or remove the line; a single JSON array of objects is read too")  # fmt: skip


def bad_arff(label: str, line: int, why: str, do: str = "mend the line") -> UserError:
    return UserError.of("TF-DATA-019", why, f"{label}, line {line}", expected="ARFF", do=do)


def no_variable(where: str, name: str, near: Sequence[str]) -> UserError:
    do = f"set it: export {name}=…" + (f" ({did_you_mean(name, near)})" if near else "")
    return UserError.of("TF-DATA-020", f"the environment variable {name!r} is not set", where, do=do)


def other_database(where: str, scheme: str) -> UserError:
    return UserError.of("TF-DATA-021", f"databases of kind {scheme!r} are not read yet", where,
                        expected="`sqlite:///path` or the path of an SQLite file",
                        do="export the query to Parquet or CSV and name that file")  # fmt: skip


def broken_file(label: str, kind: str, why: str) -> UserError:
    return UserError.of("TF-DATA-022", f"it cannot be read as {kind}: {why}", label, do="export or copy it again")


def mixed_dialects(label: str, what: str, first: str, got: str, expected: str) -> UserError:
    return UserError.of("TF-DATA-023", f"its {what} is {got}", label, expected=f"{expected}, as in {first}",
                        do=f"say `{what}:`, or make it a source of its own and `combine` them")  # fmt: skip


def other_width(label: str, line: int, names: int, fields: int, do: str) -> UserError:
    got = f"{counted(names, 'name')} for rows of {counted(fields, 'field')}"
    return UserError.of("TF-DATA-024", got, f"{label}, line {line}", expected="as many names as fields", do=do)


def not_a_file(asked: str, where: str) -> UserError:
    return UserError.of("TF-DATA-025", f"{asked!r} is a folder", where, do="name its files: `folder/*.csv`, say")


def unreadable(label: str, why: str) -> UserError:
    return UserError.of("TF-DATA-026", f"it cannot be opened ({why})", label, do="check its permissions")


def long_line(label: str, limit: str) -> UserError:
    return UserError.of("TF-DATA-027", f"a row is longer than {limit}", label,
                        do="check the quotes: one that never closes makes one endless row")  # fmt: skip


def changed(label: str) -> UserError:
    return UserError.of("TF-DATA-028", "it was changed while it was read", label,
                        do="run again when nothing writes to it")  # fmt: skip


def counted(count: int, noun: str) -> str:
    """
    >>> counted(1, "column"), counted(2_000, "column")
    ('1 column', '2,000 columns')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(each) for each in names[:8])
    return shown + (f" … ({len(names):,} in all)" if len(names) > 8 else "")
