"""Peers side by side: the same raw CSV, the same split, the same wall-clock budget, one at a time, scored alike.

Run: ``python benchmarks/peers/compare.py --peers sklearn,tenfold`` (``--only iris,titanic``, ``--budget 60``,
``--seeds 0,1``). Each peer is a script of ``runners/`` in an environment of its own (see README.md). Lines of JSON are
appended to the results file, predictions kept beside it; what is there already is not run again. Run nothing else
meanwhile; ``paired.py`` draws the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML
from scoring import answers
from splits import Split, split

from tables import Facts, raw

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
from datasets.watching import Watched, watched  # noqa: E402

ENVIRONMENTS = Path(os.environ.get("PEER_VENVS", Path.home() / ".tenfold-peers"))
#: Peer → environment, runner, environment variables.
PEERS: dict[str, tuple[Path, str, Mapping[str, str]]] = {
    "sklearn": (ENVIRONMENTS / "core", "sklearn_runner.py", {}),
    "tenfold": (Path(sys.prefix), "tenfold_runner.py", {}),
}
_METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}
_SEEDED = ("random", "group")  # a split by time is the same for every seed

Row = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing. Returns 1 when a peer failed somewhere."""
    asked = _arguments(arguments)
    done = _done(asked.results)
    failed = False
    for folder in _folders(asked.data, asked.only):
        facts = YAML(typ="safe").load(folder / "dataset.yaml")
        for seed in asked.seeds:
            missing = [peer for peer in asked.peers if (folder.name, peer, asked.budget, seed) not in done]
            if not missing:
                continue
            rows = split(raw(folder, facts), facts, seed)
            if rows.by not in _SEEDED and seed != asked.seeds[0]:
                continue
            for peer in missing:
                row = _measured(folder.name, facts, rows, peer, asked.budget, seed, asked.results)
                failed |= "failed" in row
                print(json.dumps(row), flush=True)
                with asked.results.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(row) + "\n")
    return int(failed)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE.parents[2] / "shared" / "data", help="folder of data sets")
    parser.add_argument("--only", default="", help="names of data sets, separated by commas")
    parser.add_argument("--peers", type=_words, default=["sklearn", "tenfold"], help=", ".join(PEERS))
    parser.add_argument("--budget", type=float, default=60, help="seconds for each")
    parser.add_argument("--seeds", type=_numbers, default=[0], help="one split for each")
    parser.add_argument("--results", type=Path, default=HERE / "results.jsonl", help="a file that lines are added to")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in _words(text)]


def _done(results: Path) -> set[tuple[str, str, float, int]]:
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    return {(row["data"], row["peer"], row["budget"], row["seed"]) for row in map(json.loads, lines)}


def _folders(data: Path, only: str) -> list[Path]:
    known = {path.parent.name: path.parent for path in sorted(data.glob("*/dataset.yaml"))}
    unknown = [name for name in _words(only) if name not in known]
    if unknown or not known:
        raise SystemExit(f"no data set is named {', '.join(unknown)}; in {data} there are {', '.join(known) or 'none'}")
    return [known[name] for name in _words(only) or known]


def _measured(
    name: str, facts: Facts, rows: Split, peer: str, budget: float, seed: int, results: Path
) -> Row:  # fmt: skip
    metric = facts["metric"] if facts.get("metric") in _METRICS.values() else _METRICS[facts["problem"]]
    row: Row = {"data": name, "peer": peer, "budget": budget, "seed": seed, "metric": metric, "by": rows.by,
                "train_rows": len(rows.train), "at": datetime.now(UTC).isoformat(timespec="seconds")}  # fmt: skip
    with tempfile.TemporaryDirectory(prefix=f"{name}-{peer}-") as work:
        out = Path(work) / "predictions.csv"
        seen = _run(peer, facts, rows, metric, budget, out)
        row |= {"wall_s": round(seen.seconds, 1), "peak_tree_mb": round(seen.peak_mb)}
        if not out.exists():
            said = (seen.error.strip().splitlines() or [""])[-1]
            return {**row, "failed": f"exit {seen.status}: {said[:300]}"}
        predictions = pd.read_csv(out)
        row |= json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    kept = predictions_file(results, row)
    kept.parent.mkdir(parents=True, exist_ok=True)
    predictions.round(6).to_csv(kept, index=False)
    try:
        return {**row, "score": round(answers(rows.truth, predictions, metric).score(), 6)}
    except (ValueError, KeyError) as error:
        return {**row, "failed": str(error)[:300]}


def predictions_file(results: Path, row: Row) -> Path:
    """Where the predictions of one row of the results are kept."""
    name = f"{row['data']}-{row['peer']}-{row['budget']:.0f}-{row['seed']}.csv.gz"
    return results.with_suffix("") / name


def _run(peer: str, facts: Facts, rows: Split, metric: str, budget: float, out: Path) -> Watched:
    train, test = out.with_name("train.csv"), out.with_name("test.csv")
    rows.train.to_csv(train, index=False)
    rows.test.to_csv(test, index=False)
    environment, script, variables = PEERS[peer]
    command = [
        str(environment / "bin" / "python"), str(HERE / "runners" / script), "--train", str(train), "--test", str(test),
        "--target", facts["target"], "--task", facts["problem"], "--metric", metric, "--budget", str(budget),
        "--out", str(out),
    ]  # fmt: skip
    return watched(command, 5 * budget + 300, {**os.environ, "PYTHONWARNINGS": "ignore", **variables})


if __name__ == "__main__":
    sys.exit(main())
