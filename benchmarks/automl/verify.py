"""Whether the kept predictions give the recorded scores, on the splits of today.

Run: ``python benchmarks/automl/verify.py`` (``results.jsonl``). A score is found again when it differs by at most 1e-5
of itself, or by what was rounded away (``kept_decimals``: README.md). Exit status 1 when one is not.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from compare import DATA, HERE
from kept import Kept, by_data
from record import read

_TOLERANCE = 1e-5
_ROUNDED = 5e-3  # of predictions kept to decimals, not digits: ties arise, small probabilities become 0
_LAST = 5.1e-6  # half a unit of the fifth decimal of a score


def main(arguments: Sequence[str] | None = None) -> int:
    """Name every score that is not found again. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, nargs="?", default=HERE / "results.jsonl")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    asked = parser.parse_args(arguments)
    scored = [row for row in read(asked.results).values() if "score" in row]
    different = 0
    for name in by_data(scored):
        kept = Kept(asked.data / name, asked.results)
        for row in (row for row in scored if row["data"] == name):
            found = kept.answers(row).score()
            tolerance = _ROUNDED if "kept_decimals" in row else _TOLERANCE
            if not math.isclose(found, row["score"], rel_tol=tolerance, abs_tol=_LAST):
                different += 1
                run = f"{name}, {row['peer']}, {row['budget']:.0f} s, split {row['seed']}"
                print(f"{run}: recorded {row['score']}, found {found:.8g}")
    print(f"{len(scored) - different} of {len(scored)} scores found again.")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
