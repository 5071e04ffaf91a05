"""A data set's raw table as a person would first read it: separators and headers right, nothing cleaned."""

from __future__ import annotations

import csv
import gzip
import io
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

Facts = Mapping[str, Any]


def raw(folder: Path, facts: Facts) -> pd.DataFrame:
    """The main table of ``folder``, read as its ``dataset.yaml`` (``facts``) says; several files are stacked."""
    paths = [folder / name for name in _main_files(facts)]
    kind = facts["read"]["format"]
    if kind == "sqlite":
        with sqlite3.connect(paths[0]) as connection:
            return pd.read_sql(facts["sql"], connection)
    if kind == "arff":
        return _arff(paths[0])
    options = _csv_options(facts)
    return pd.concat([pd.read_csv(path, **options) for path in paths], ignore_index=True)


def _main_files(facts: Facts) -> list[str]:
    if facts.get("main_files"):
        return list(facts["main_files"])
    data = [each["path"] for each in facts["files"] if str(each.get("role", "data")).startswith("data")]
    return data or [facts["files"][0]["path"]]


def _csv_options(facts: Facts) -> dict[str, Any]:
    how = facts["read"]
    options: dict[str, Any] = {
        "sep": how.get("sep", ","), "encoding": how.get("encoding", "utf-8"), "na_values": how.get("na_values"),
        "skipinitialspace": how.get("skipinitialspace", False), "low_memory": False,
    }  # fmt: skip
    options |= {name: how[name] for name in ("quotechar", "skiprows", "decimal") if how.get(name)}
    if how.get("quoting") is not None:
        plain = how["quoting"] == csv.QUOTE_NONE or str(how["quoting"]).lower() == "none"
        options["quoting"] = csv.QUOTE_NONE if plain else how["quoting"]
    if not how.get("header", True):
        options |= {"header": None, "names": facts["column_names"]}
    if len(options["sep"]) > 1:  # a pattern: only the slower reader knows it
        del options["low_memory"]
        options["engine"] = "python"
    return options


def _arff(path: Path) -> pd.DataFrame:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", errors="replace") as stream:
        head, body = re.split(r"(?im)^@data\s*$", stream.read(), maxsplit=1)
    names = [
        found.group(1).strip("'\"")
        for found in re.finditer(r"(?im)^@attribute\s+('[^']+'|\"[^\"]+\"|\S+)", head)
    ]  # fmt: skip
    lines = [line for line in body.splitlines() if line.strip() and not line.startswith("%")]
    text = io.StringIO("\n".join(lines))
    return pd.read_csv(text, header=None, names=names, na_values="?", quotechar="'", skipinitialspace=True)
