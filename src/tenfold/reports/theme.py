"""One look for every chart: a Vega-Lite configuration, and what its colours become in the dark.

Charts are drawn once, with the light colours. In the dark a style sheet replaces each of them by its counterpart, so
a file holds one picture, not two. Series colours differ in lightness as well as hue, so that they stay apart for
colour-blind readers and in print (Okabe & Ito, "Color Universal Design", 2008).
"""

from __future__ import annotations

from typing import Any

INK, MUTED, GRID, PAPER = "#2b333b", "#5b6670", "#e6e9ec", "#fefefe"
SERIES = ("#0b6b6b", "#c9812a", "#7d8b99", "#7a4f86", "#5a93c9", "#8a9a3f", "#b5525c", "#3d4f63")
NEGATIVE = "#c9802a"

#: light colour → dark colour
DARK = {
    INK: "#e3e8ec",
    MUTED: "#98a5b1",
    GRID: "#2b333b",
    PAPER: "#0f1418",
    "#0b6b6b": "#4fb9b1",
    "#c9812a": "#e3a556",
    NEGATIVE: "#e3a555",
    "#7d8b99": "#8a98a6",
    "#7a4f86": "#bb8fc7",
    "#5a93c9": "#7fb2e0",
    "#8a9a3f": "#b3c266",
    "#b5525c": "#e08a92",
    "#3d4f63": "#b4c4d6",
}

#: Of one width on every system (Arial's), so that labels take the room they were given when the chart was drawn.
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, Arimo, sans-serif"
#: The width every chart is drawn at, in pixels; a page scales it to its column.
WIDTH, WIDE = 420, 860


def config(*, titled: bool = False) -> dict[str, Any]:
    """The Vega-Lite configuration that a chart is drawn with; ``titled``: its y axis has a title above it."""
    axis = {
        "labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 400,
        "titlePadding": 8, "labelPadding": 6, "labelLimit": 150, "gridColor": GRID, "domain": False, "ticks": False,
        "labelSeparation": 6,
    }  # fmt: skip
    return {
        "background": None,
        "font": FONT,
        "padding": {"left": 2, "right": 10, "top": 6, "bottom": 2},
        "view": {"stroke": None, "continuousHeight": 230, "discreteHeight": {"step": 24}},
        "axis": axis,
        "axisQuantitative": {"tickCount": 5, "labelFlush": False},
        "axisXDiscrete": {"grid": False},
        "axisYDiscrete": {"grid": False, "labelColor": INK},
        "axisYQuantitative": {
            "titleAngle": 0, "titleAlign": "left", "titleAnchor": "start", "titleY": -14, "titleX": 0,
        },
        "legend": {
            "orient": "top", "labelColor": INK, "labelFontSize": 12, "symbolType": "circle", "symbolSize": 80,
            "symbolStrokeWidth": 0, "labelLimit": 200, "offset": 34 if titled else 8, "symbolOpacity": 1,
        },
        "range": {"category": list(SERIES)},
        "mark": {"color": SERIES[0]},
        "bar": {"color": SERIES[0], "discreteBandSize": {"band": 0.66}, "cornerRadiusEnd": 1.5},
        "line": {"color": SERIES[0], "strokeWidth": 2, "strokeJoin": "round"},
        "point": {"color": SERIES[0], "filled": True, "size": 28, "opacity": 0.65},
        "rect": {"color": SERIES[0]},
        "style": _styles(),
    }  # fmt: skip


def _styles() -> dict[str, Any]:
    return {
        "reference": {"color": MUTED, "strokeDash": [3, 4], "strokeWidth": 1.2, "size": 1.2},
        "interval": {"color": SERIES[0], "strokeWidth": 5, "opacity": 0.3, "strokeCap": "round", "size": 5},
        "dot": {"color": SERIES[0], "size": 64, "opacity": 1},
        "bin": {"binSpacing": 1, "cornerRadiusEnd": 1},
        "overlaid": {"binSpacing": 0, "opacity": 0.5},
        "positive": {"color": SERIES[0], "stroke": PAPER, "strokeWidth": 2},
        "negative": {"color": NEGATIVE, "stroke": PAPER, "strokeWidth": 2},
        "on-weak": {"color": INK, "fontSize": 12},
        "on-strong": {"color": PAPER, "fontSize": 12},
    }


def dark_css(scope: str = ".chart") -> str:
    """Rules that turn a chart drawn with :func:`config` into its dark self.

    >>> dark_css().splitlines()[0]
    '.chart [fill="#2b333b"]{fill:#e3e8ec}.chart [stroke="#2b333b"]{stroke:#e3e8ec}'
    """
    return "\n".join(
        f'{scope} [fill="{light}"]{{fill:{dark}}}{scope} [stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in DARK.items()
    )
