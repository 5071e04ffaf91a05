"""Charts as data: small Vega-Lite specifications with their values inline. Nothing here draws, nothing here styles.

Colours, fonts and sizes are set when a report draws the chart, so one theme holds for all of them. Marks that need
more than the default look carry a style name (``reference``, ``strong``, ``negative``), which a theme may define.

>>> spec = bars({"tenure": 0.12, "Contract": 0.31}, x="drop in ROC AUC", y="column")
>>> spec["mark"]["type"], [row["value"] for row in spec["data"]["values"]]
('bar', [0.12, 0.31])

Source: Satyanarayan et al., "Vega-Lite: A Grammar of Interactive Graphics", IEEE TVCG 2017 (schema version 6).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, SupportsFloat, TypeVar

Spec = dict[str, Any]
Points = Iterable[tuple[SupportsFloat, SupportsFloat]]
T = TypeVar("T")

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: More marks than this are thinned: a picture is no storage.
MOST_POINTS = 300
#: More bars than this are cut off; the first ones are kept, so hand them in by importance.
MOST_BARS = 30
#: Longer labels are shortened: a picture has no room for them, and laying out a megabyte takes minutes.
MOST_LETTERS = 80


def thin(items: Iterable[T], most: int = MOST_POINTS) -> list[T]:
    """At most ``most`` items, evenly spaced in their order; the first and the last are kept.

    >>> thin(range(10), 4)
    [0, 3, 6, 9]
    >>> thin("ab", 4)
    ['a', 'b']
    """
    kept = list(items)
    if len(kept) <= most:
        return kept
    if most < 2:
        return kept[:most]
    step = (len(kept) - 1) / (most - 1)
    return [kept[round(index * step)] for index in range(most)]


def number(value: SupportsFloat) -> float | None:
    """A number as JSON knows it, to six significant digits; NaN and infinities become ``None`` (no mark).

    >>> number(0.123456789), number(float("nan")), number(7043)
    (0.123457, None, 7043.0)
    """
    plain = float(value)
    return float(f"{plain:.6g}") if math.isfinite(plain) else None


def short(label: str) -> str:
    """A label that fits a picture; the length tells long ones with the same beginning apart.

    >>> short("monthly"), short("x" * 1000)[-10:]
    ('monthly', 'x… (1,000)')
    """
    return label if len(label) <= MOST_LETTERS else f"{label[: MOST_LETTERS - 12]}… ({len(label):,})"


def bars(values: Mapping[str, SupportsFloat], *, x: str = "", y: str = "", sort: bool = False) -> Spec:
    """One horizontal bar per label, in the order given (``sort``: longest first).

    Args:
        values: label → length; at most :data:`MOST_BARS` are shown.
        x: what the length means, with its unit.
        y: what the labels are.
    """
    rows = [{"label": label, "value": number(value)} for label, value in list(values.items())[:MOST_BARS]]
    encoding = {"y": _labels(y, "-x" if sort else None), "x": _measure("value", x)}
    return _chart(rows, mark={"type": "bar"}, encoding=encoding)


def stacked_bars(
    values: Mapping[str, Mapping[str, SupportsFloat]], *, x: str = "", y: str = "", share: bool = False
) -> Spec:
    """One horizontal bar per label, divided into series.

    Args:
        values: label → series → length.
        x: what the length means.
        y: what the labels are.
        share: every bar is drawn to 100 %.

    >>> spec = stacked_bars({"train": {"No": 4139, "Yes": 1495}}, x="rows", y="part")
    >>> spec["encoding"]["color"]["sort"]
    ['No', 'Yes']
    """
    shown = list(values.items())[:MOST_BARS]
    series = list(dict.fromkeys(name for _, parts in shown for name in parts))
    rows = [
        {"label": label, "series": name, "value": number(parts[name]), "rank": rank}
        for label, parts in shown
        for rank, name in enumerate(series)
        if name in parts
    ]
    measure = _measure("value", x) | {"stack": "normalize" if share else "zero"}
    measure |= {"axis": {"format": "%"}} if share else {}
    order = {"field": "rank", "type": "quantitative"}
    encoding = {"y": _labels(y, None), "x": measure, "color": _series(series), "order": order}
    return _chart(rows, mark={"type": "bar"}, encoding=encoding)


def histogram(
    edges: Sequence[SupportsFloat],
    counts: Iterable[SupportsFloat] | Mapping[str, Iterable[SupportsFloat]],
    *,
    x: str = "",
    y: str = "rows",
) -> Spec:
    """Counts between edges, of one series or of several laid over each other.

    Args:
        edges: n + 1 ascending limits of the n bins.
        counts: n heights, or series → n heights.
        x: what is counted, with its unit.
        y: what the heights are.

    Raises:
        ValueError: when there isn't exactly one edge more than counts.

    >>> spec = histogram([0, 10, 20], [5, 3], x="tenure (months)")
    >>> spec["data"]["values"][0]
    {'from': 0.0, 'to': 10.0, 'value': 5.0}
    """
    several = {name: list(each) for name, each in (counts if isinstance(counts, Mapping) else {"": counts}).items()}
    if any(len(each) != len(edges) - 1 for each in several.values()):
        raise ValueError("a histogram needs exactly one edge more than counts")
    limits: list[float | None] = [number(edge) for edge in edges]
    if len(set(limits)) < len(limits):  # rounded, they would leave bars without width
        limits = [None if number(edge) is None else float(edge) for edge in edges]
    rows = [
        {"from": low, "to": high, "value": number(count)} | ({"series": name} if name else {})
        for name, heights in several.items()
        for low, high, count in zip(limits[:-1], limits[1:], heights, strict=True)
    ]
    horizontal = {"field": "from", "type": "quantitative", "bin": {"binned": True}, "title": x or None}
    encoding: Spec = {"x": horizontal, "x2": {"field": "to"}, "y": _measure("value", y) | {"stack": None}}
    if len(several) > 1:
        encoding["color"] = _series(list(several))
    mark = {"type": "bar", "style": "overlaid" if len(several) > 1 else "bin"}
    return _chart(rows, mark=mark, encoding=encoding)


def lines(series: Mapping[str, Points], *, x: str = "", y: str = "", zero: bool = False, points: bool = False) -> Spec:
    """One line per series through (x, y) points, each thinned to its share of :data:`MOST_POINTS`.

    Args:
        series: name → points in ascending x.
        x, y: what the axes mean, with their units.
        zero: whether the y axis starts at zero.
        points: mark each point as well.

    >>> spec = lines({"train": [(100, 0.80), (1000, 0.84)]}, x="rows", y="ROC AUC")
    >>> spec["data"]["values"][1]
    {'x': 1000.0, 'y': 0.84, 'series': 'train'}
    """
    encoding = _plane(x, y, zero) | _coloured(series)
    return _chart(_rows(series), mark={"type": "line", "point": points}, encoding=encoding)


def scatter(points: Points | Mapping[str, Points], *, x: str = "", y: str = "", diagonal: bool = False) -> Spec:
    """One dot per (x, y) point, of one series or several, thinned to :data:`MOST_POINTS`.

    ``diagonal`` adds the line y = x (predicted against observed).

    >>> len(scatter([(i, i) for i in range(1000)])["data"]["values"])
    300
    """
    series = points if isinstance(points, Mapping) else {"": points}
    rows = _rows(series)
    encoding = _plane(x, y, False) | _coloured(series)
    dots = {"mark": {"type": "point"}, "encoding": encoding}
    if not diagonal or not rows:
        return _chart(rows, **dots)
    ends = [value for row in rows for value in (row["x"], row["y"]) if value is not None]
    return _layers(rows, [_line_between((min(ends), min(ends)), (max(ends), max(ends))), dots])


def curve(
    series: Mapping[str, Points], *, x: str, y: str, diagonal: bool = False, level: SupportsFloat | None = None
) -> Spec:
    """Curves in the unit square: ROC, precision–recall, calibration.

    Args:
        series: name → points, both coordinates in 0…1.
        x, y: what the axes mean.
        diagonal: draw y = x for reference (chance in ROC, perfection in calibration).
        level: draw a horizontal reference (the share of positives in precision–recall).

    >>> spec = curve({"model": [(0, 0), (0.2, 0.7), (1, 1)]}, x="false positive rate", y="recall", diagonal=True)
    >>> [layer["mark"]["style"] for layer in spec["layer"] if "style" in layer["mark"]]
    ['reference']
    """
    unit = {"scale": {"domain": [0, 1]}}
    encoding = {axis: part | unit for axis, part in _plane(x, y, True).items()} | _coloured(series)
    layers = [_line_between((0, 0), (1, 1))] if diagonal else []
    layers += [_line_between((0, number(level)), (1, number(level)))] if level is not None else []
    layers += [{"mark": {"type": "line"}, "encoding": encoding}]
    return _layers(_rows(series), layers) | {"height": 300}


def intervals(
    values: Mapping[str, tuple[SupportsFloat, SupportsFloat, SupportsFloat]],
    *,
    x: str = "",
    y: str = "",
    reference: SupportsFloat | None = None,
) -> Spec:
    """A point and its interval per label: metrics with 95 % intervals, the fold spread of a leaderboard.

    Args:
        values: label → (point, low end, high end).
        x: what is measured.
        y: what the labels are.
        reference: draw a vertical line here (the champion, a gate, no effect).

    >>> spec = intervals({"lightgbm": (0.846, 0.831, 0.861)}, x="ROC AUC")
    >>> spec["data"]["values"]
    [{'label': 'lightgbm', 'value': 0.846, 'low': 0.831, 'high': 0.861}]
    """
    rows = [
        {"label": label, "value": number(point), "low": number(low), "high": number(high)}
        for label, (point, low, high) in list(values.items())[:MOST_BARS]
    ]
    labels = _labels(y, None)
    scale = {"scale": {"zero": False}}
    span = {"y": labels, "x": _measure("low", x) | scale, "x2": {"field": "high"}}
    layers: list[Spec] = [{"mark": {"type": "rule", "style": "interval"}, "encoding": span}]
    layers += [
        {"mark": {"type": "point", "style": "dot"}, "encoding": {"y": labels, "x": _measure("value", x) | scale}}
    ]
    if reference is not None:
        rule = {"type": "rule", "style": "reference"}
        layers.insert(0, {"data": {"values": [{}]}, "mark": rule, "encoding": {"x": {"datum": number(reference)}}})
    return _layers(rows, layers)


def heatmap(
    matrix: Iterable[Iterable[SupportsFloat | None]],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    x: str = "",
    y: str = "",
    format: str = ".2~f",
) -> Spec:
    """A matrix as shaded cells with their numbers: a confusion matrix, correlations (negative cells get their own hue).

    Args:
        matrix: one iterable per row, numbers of any sign; None leaves a cell blank.
        rows, columns: their labels.
        x, y: what columns and rows are.
        format: how numbers are written (d3-format, such as ``,d`` or ``.0%``); empty for no text.

    >>> spec = heatmap([[900, 100], [150, 250]], ["No", "Yes"], ["No", "Yes"], x="predicted", y="actual", format=",d")
    >>> len(spec["data"]["values"]), spec["layer"][1]["mark"]["type"]
    (4, 'rect')
    """
    cells = [
        {"row": row, "column": column, "value": None if value is None else number(value)}
        for row, line in zip(rows, matrix, strict=True)
        for column, value in zip(columns, line, strict=True)
    ]
    largest = max((abs(cell["value"]) for cell in cells if isinstance(cell["value"], float)), default=0.0) or 1.0
    place = {
        "y": {"field": "row", "type": "nominal", "sort": None, "title": y or None},
        "x": {"field": "column", "type": "nominal", "sort": None, "title": x or None, "axis": _upright(columns)},
    }
    layers = [
        {"mark": {"type": "rect", "fillOpacity": 0}, "encoding": place},  # every label: both axes keep their order
        _cells("positive", "isValid(datum.value) && datum.value >= 0", largest, place),
        _cells("negative", "datum.value < 0", largest, place),
    ]
    if format:
        layers += _cell_texts(largest, place, format)
    wide = {"usermeta": {"span": "wide"}} if len(columns) > 8 else {}
    return _layers(cells, layers) | {"height": {"step": 44 if len(rows) < 5 else 28}} | wide


def _chart(values: list[Spec], **parts: Any) -> Spec:
    shown = [{key: short(value) if isinstance(value, str) else value for key, value in row.items()} for row in values]
    return {"$schema": SCHEMA, "data": {"values": shown}, **parts}


def _layers(values: list[Spec], layers: list[Spec]) -> Spec:
    return _chart(values, layer=layers)


def _labels(title: str, sort: str | None) -> Spec:
    return {"field": "label", "type": "nominal", "sort": sort, "title": title or None}


def _measure(field: str, title: str) -> Spec:
    return {"field": field, "type": "quantitative", "title": title or None}


def _series(names: Sequence[str]) -> Spec:
    return {"field": "series", "type": "nominal", "sort": [short(name) for name in names], "title": None}


def _coloured(series: Mapping[str, object]) -> Spec:
    return {"color": _series(list(series))} if len(series) > 1 else {}


def _plane(x: str, y: str, zero: bool) -> dict[str, Spec]:
    scale = {"scale": {"zero": zero}}
    return {"x": _measure("x", x) | {"scale": {"zero": False}}, "y": _measure("y", y) | scale}


def _rows(series: Mapping[str, Points]) -> list[Spec]:
    share = MOST_POINTS // max(1, len(series))
    return [
        {"x": number(x), "y": number(y)} | ({"series": name} if name else {})
        for name, points in series.items()
        for x, y in thin(points, share)
    ]


def _line_between(start: tuple[Any, Any], end: tuple[Any, Any]) -> Spec:
    values = [{"x": x, "y": y} for x, y in (start, end)]
    encoding = {axis: {"field": axis, "type": "quantitative"} for axis in "xy"}
    return {"data": {"values": values}, "mark": {"type": "line", "style": "reference"}, "encoding": encoding}


def _upright(labels: Sequence[str]) -> Spec:
    return {"labelAngle": -40 if len(labels) * max(map(len, labels), default=0) > 50 else 0}


def _cells(style: str, test: str, largest: float, place: Spec) -> Spec:
    strength = {"type": "quantitative", "scale": {"domain": [0, largest], "range": [0.05, 0.9]}, "legend": None}
    return {
        "transform": [{"filter": test}, {"calculate": "abs(datum.value)", "as": "strength"}],
        "mark": {"type": "rect", "style": style},
        "encoding": place | {"fillOpacity": {"field": "strength"} | strength},
    }


def _cell_texts(largest: float, place: Spec, format: str) -> list[Spec]:
    text = {"text": {"field": "value", "type": "quantitative", "format": format}}
    limit = f"abs(datum.value) > {0.6 * largest}"
    return [
        {"transform": [{"filter": test}], "mark": {"type": "text", "style": style}, "encoding": place | text}
        for style, test in (("on-weak", f"isValid(datum.value) && !({limit})"), ("on-strong", limit))
    ]
