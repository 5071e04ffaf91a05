"""What pairs of columns add: LightGBM and CatBoost with and without them, out-of-fold, on public data sets.

Run: ``python benchmarks/portfolio/pairs.py`` (``--only adult,iris``, ``--rows 15000``). Prints a Markdown table: scores
without and with, and the difference in percent of the score without (more is better), for each data set on which pairs
are offered. Decision 0011 is made of it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from measure import HERE, Prepared, prepared

from tenfold.learning.candidates import candidate
from tenfold.learning.recipe import Recipe
from tenfold.learning.trials.fitting import Configuration

CANDIDATES = ("lightgbm", "catboost")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data", help="folder of data sets")
    parser.add_argument("--only", default="", help="names of data sets, separated by commas")
    parser.add_argument("--rows", type=int, default=15_000, help="learned from in a fold, at most")
    asked = parser.parse_args()
    print("| data set | metric | candidate | without | with | better by | seconds more |")
    print("|---|---|---|---:|---:|---:|---:|")
    for folder in sorted(path.parent for path in asked.data.glob("*/dataset.yaml")):
        if asked.only and folder.name not in asked.only.split(","):
            continue
        with prepared(folder, asked.rows) as known:
            recipe = known.recipes.by_family["trees"].without_texts()
            for name in CANDIDATES if recipe.pairs else ():
                print(_line(folder.name, name, recipe, known), flush=True)


def _line(data: str, name: str, recipe: Recipe, known: Prepared) -> str:
    question = known.question
    parameters = candidate(name).defaults(question.task, known.size)
    paired = recipe.with_pairs(of_values=question.task == "regression")
    (without, before), (having, after) = (
        known.judged(Configuration(name, each, parameters)) for each in (recipe, paired)
    )
    better = 100 * question.metric.sign * (having - without) / abs(without)
    said = f"{without:.5g} | {having:.5g} | {better:+.2f} % | {after - before:.1f}"
    return f"| {data} | {question.metric.name} | {name} | {said} |"


if __name__ == "__main__":
    main()
