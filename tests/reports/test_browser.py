"""The report in a real browser: no sideways scrolling on a phone, no request, no need for script."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--allow-file-access-from-files",
)  # fmt: skip
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install -y chromium"),
]

#: Opens the report in a frame of a phone's width and writes down what it measures there.
HARNESS = """<!doctype html><body style="margin:0">
<iframe id="f" src="report.html" style="width:WIDTHpx;height:844px;border:0"></iframe><pre id="out"></pre><script>
const frame = document.getElementById("f");
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  const clipped = [...page.querySelectorAll("main *")].filter(each => !each.closest(".scroll,.chart")
    && each.getBoundingClientRect().right > WIDTH + 1).map(each => each.tagName + "." + each.className);
  document.getElementById("out").textContent = "MEASURED" + JSON.stringify({
    scroll: root.scrollWidth, client: root.clientWidth, clipped,
    requests: frame.contentWindow.performance.getEntriesByType("resource").map(each => each.name),
    toc: page.defaultView.getComputedStyle(page.querySelector("nav.toc")).position,
    sections: page.querySelectorAll("section.chapter").length});
};
</script>"""


def chromium(folder: Path, *options: str) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, *OPTIONS, f"--user-data-dir={folder / 'profile'}", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.fixture
def folder(tmp_path: Path, page: str) -> Path:
    (tmp_path / "report.html").write_text(page, "utf-8")
    return tmp_path


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_sticks_out_and_nothing_is_requested(folder: Path, width: int) -> None:
    harness = folder / "harness.html"
    harness.write_text(HARNESS.replace("WIDTH", str(width)), "utf-8")
    shown = chromium(folder, "--virtual-time-budget=3000", "--window-size=1400,1000", "--dump-dom", harness.as_uri())
    found = re.search(r"MEASURED(\{.*?\})</pre>", shown)
    assert found, shown[-500:]
    measured = json.loads(found[1].replace("&gt;", ">").replace("&amp;", "&"))
    assert measured["scroll"] <= measured["client"] <= width
    assert measured["clipped"] == []
    assert measured["requests"] == []
    assert measured["sections"] == 10
    assert measured["toc"] == "sticky"


def test_the_page_looks_the_same_without_javascript(folder: Path) -> None:
    pictures = []
    for name, sandbox in (("with", "allow-same-origin allow-scripts"), ("without", "allow-same-origin")):
        frame = folder / f"{name}.html"
        shown = f'<iframe sandbox="{sandbox}" src="report.html" style="width:960px;height:1300px"></iframe>'
        frame.write_text(shown, "utf-8")
        chromium(folder, f"--screenshot={folder / name}.png", "--window-size=1000,1400", frame.as_uri())
        pictures.append((folder / f"{name}.png").read_bytes())
    assert len(pictures[0]) > 20_000
    assert pictures[0] == pictures[1]
