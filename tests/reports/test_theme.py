from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from tenfold.reports import theme

CSS = resources.files("tenfold.reports").joinpath("templates", "blocks.css").read_text("utf-8")


def palettes() -> list[dict[str, str]]:
    """The colour names of the style sheet, light and dark."""
    return [dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", part)) for part in CSS.split("prefers-color-scheme:dark", 1)]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
def test_text_keeps_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    pairs = [(ink, ground) for ink in ("ink", "muted", "accent") for ground in ("paper", "wash")]
    pairs += [("good", "paper"), ("bad", "paper"), ("warn", "paper")]
    pairs += [("ink", f"{name}-wash") for name in ("good", "bad", "warn", "accent")]
    for ink, ground in pairs:
        assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_marks_and_labels_of_charts_stand_out_from_the_page(dark: bool) -> None:
    def shown(colour: str) -> str:
        return theme.DARK[colour] if dark else colour

    paper = palettes()[dark]["paper"]
    for colour in (*theme.SERIES, theme.NEGATIVE):
        assert contrast(shown(colour), paper) >= 3, colour
    for colour in (theme.INK, theme.MUTED):
        assert contrast(shown(colour), paper) >= 4.5, colour


def test_every_colour_of_a_chart_has_a_counterpart_in_the_dark() -> None:
    used = set(re.findall(r"#[0-9a-f]{6}", json.dumps(theme.config())))
    assert used == set(theme.DARK)
