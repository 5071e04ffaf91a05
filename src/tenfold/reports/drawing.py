"""A chart as data → an SVG that fits its column, follows the page's fonts and colours, and needs no script.

Drawn by Vega-Lite through ``vl_convert`` (no browser, no network), which is imported with the first chart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tenfold.core import files, identity
from tenfold.reports import theme

SVG = "http://www.w3.org/2000/svg"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_NOISE = {"role", "aria-roledescription", "aria-hidden", "font-family", "pointer-events", "stroke-miterlimit", "class"}


def svg(spec: Mapping[str, Any], name: str, label: str, drawings: Path | None = None) -> str:
    """The chart as SVG markup.

    Args:
        spec: a Vega-Lite specification with inline values, such as :mod:`tenfold.core.charts` makes.
        name: prefix of the ids inside, unique on its page.
        label: what a screen reader says in place of the picture.
        drawings: a folder where pictures are kept, so that a chart that was drawn once is not drawn again.

    Raises:
        ValueError: when the specification cannot be drawn.
    """
    wide = spec.get("usermeta", {}).get("span") == "wide"
    sized = {"width": theme.WIDE if wide else theme.WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    drawn = _drawn({**sized, **spec}, theme.config(titled=_titled(spec)), drawings)
    return _page_ready(drawn, name, label)


def _drawn(spec: Mapping[str, Any], config: Mapping[str, Any], drawings: Path | None) -> str:
    kept = drawings / f"{identity.of_value([spec, config])[:32]}.svg" if drawings else None
    if kept and kept.is_file():
        return kept.read_text("utf-8")
    import vl_convert  # 0.7 s, and only a new picture needs it

    drawn = str(vl_convert.vegalite_to_svg(dict(spec), config=dict(config), allowed_base_urls=[]))
    if kept:
        files.write_text(kept, drawn)
    return drawn


def rows(spec: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """The numbers behind a chart, as column heads and rows: what is shown where no picture can be.

    >>> rows({"data": {"values": [{"label": "a", "value": 1}, {"label": "b", "value": None}]}})
    (('label', 'value'), (('a', 1), ('b', None)))
    """
    values = spec.get("data", {}).get("values", [])
    heads = tuple(dict.fromkeys(key for row in values for key in row if key != "rank"))
    return heads, tuple(tuple(row.get(head) for head in heads) for row in values)


def _titled(spec: Mapping[str, Any]) -> bool:
    """Whether a title stands above the y axis, where a legend would be."""
    encodings = [layer.get("encoding", {}) for layer in (spec, *spec.get("layer", ()))]
    axes = [each["y"] for each in encodings if "y" in each]
    return any(axis.get("title") and axis.get("type") == "quantitative" for axis in axes)


def _page_ready(drawn: str, name: str, label: str) -> str:
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(drawn)
    width, height = root.attrib.pop("width"), root.attrib.pop("height")
    _prune(root)
    ids = {each.get("id", ""): f"{name}-{number}" for number, each in enumerate(root.iterfind(".//*[@id]"))}
    for element in root.iter():
        _tidy(element, ids)
    root.attrib |= {"role": "img", "aria-label": label, "viewBox": f"0 0 {width} {height}", "style": f"--w:{width}px"}
    return ElementTree.tostring(root, encoding="unicode")


def _prune(parent: ElementTree.Element) -> None:
    """Drop what is never seen, innermost first: it is a third of the file."""
    for child in list(parent):
        _prune(child)
        empty = child.tag == f"{{{SVG}}}g" and not len(child)
        invisible = child.get("display") == "none" or child.get("opacity") == "0" or child.get("d") == "M0,0h0v0h0Z"
        unpainted = child.get("class") == "background" and not (child.get("fill") or child.get("stroke"))
        if empty or invisible or unpainted:
            parent.remove(child)


def _tidy(element: ElementTree.Element, ids: Mapping[str, str]) -> None:
    """Unique ids, short numbers, and a title for each mark, which browsers show on hovering."""
    label = element.attrib.pop("aria-label", "")
    if element.get("role") == "graphics-symbol" and element.get("aria-roledescription") not in ("axis", "legend"):
        ElementTree.SubElement(element, f"{{{SVG}}}title").text = _spoken(label)
    for key in _NOISE & element.attrib.keys():
        del element.attrib[key]
    if element.get("opacity") == "1":
        del element.attrib["opacity"]
    for key, value in element.attrib.items():
        shorter = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), value)
        element.set(key, _REFERENCE.sub(lambda match: f"url(#{ids[match[1]]})", shorter))
    if "id" in element.attrib:
        element.set("id", ids[element.attrib["id"]])


def _spoken(label: str) -> str:
    """``label: tenure; value: 0.1; rank: 0`` → ``tenure; value: 0.1``."""
    parts = [part for part in label.split("; ") if not part.startswith(("rank: ", "strength: "))]
    return "; ".join(part.removeprefix("label: ").removeprefix("series: ") for part in parts)
