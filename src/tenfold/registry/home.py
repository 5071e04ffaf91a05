"""Where results are kept: the folder ``.tenfold`` of the nearest project."""

from __future__ import annotations

import os
from pathlib import Path


def home(project: str | Path | None = None) -> Path:
    """The ``.tenfold`` folder to use: of ``project``, of the environment (``TENFOLD_PROJECT``), else the nearest.

    The nearest is that of the current folder or of one above it; when there is none, the current folder gets one.
    """
    given = project or os.environ.get("TENFOLD_PROJECT")
    if given:
        return Path(given).resolve() / ".tenfold"
    here = Path.cwd()
    near = (folder / ".tenfold" for folder in (here, *here.parents) if (folder / ".tenfold").is_dir())
    return next(near, here / ".tenfold")
