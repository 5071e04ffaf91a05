"""Peers side by side: the same raw CSV, the same split, the same wall-clock budget, one at a time, scored alike.

Run: ``python benchmarks/automl/compare.py --peers sklearn,tenfold`` (``--only iris,titanic``, ``--budget 60``,
``--seeds 0,1``). Each peer is a script of ``runners/`` in an environment of its own (see README.md). Lines of JSON are
appended to the results file, predictions kept beside it; what is there already is not run again, unless ``--again``
says so. Run nothing else meanwhile; ``report.py`` and ``paired.py`` draw the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from record import Row, add, overrun, predictions_file, read
from ruamel.yaml import YAML
from scoring import answers
from splits import Split, split

from tables import Facts, raw

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"
sys.path.append(str(HERE.parent))
from datasets.watching import Watched, watched  # noqa: E402

ENVIRONMENTS = Path(os.environ.get("PEER_VENVS", Path.home() / ".tenfold-peers"))


@dataclass(frozen=True)
class Peer:
    """A system: its environment, its script of ``runners/``, the package whose version is noted, what it is told.

    ``after``: a script of ``runners/`` that measures, when all is done, what else the system promises.
    """

    environment: Path
    runner: str
    package: str
    variables: Mapping[str, str] = field(default_factory=dict)
    after: str = ""

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.environment / "bin" / "python"


def _autogluon(presets: str) -> Peer:
    return Peer(ENVIRONMENTS / "ag", "autogluon_runner.py", "autogluon.tabular", {"AUTOGLUON_PRESETS": presets})


PEERS = {
    "autogluon": _autogluon("best_quality"),
    "autogluon-medium": _autogluon("medium_quality"),
    "flaml": Peer(ENVIRONMENTS / "flaml", "flaml_runner.py", "flaml"),
    "h2o": Peer(ENVIRONMENTS / "h2o", "h2o_runner.py", "h2o"),
    "mljar": Peer(ENVIRONMENTS / "mljar", "mljar_runner.py", "mljar-supervised"),
    "sklearn": Peer(ENVIRONMENTS / "core", "sklearn_runner.py", "skrub"),
    "tenfold": Peer(Path(sys.prefix), "tenfold_runner.py", "tenfold", after="tenfold_promises.py"),
}
_METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}
_SEEDED = ("random", "group")  # a split by time is the same for every seed
_DIGITS = "%.6g"  # of a prediction


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing. Returns 1 when a peer failed somewhere."""
    asked = _arguments(arguments)
    versions = {peer: _version(peer) for peer in asked.peers}
    done = {} if asked.again else read(asked.results)
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
                row = {**row, "version": versions[peer]}
                failed |= "failed" in row
                print(json.dumps(row), flush=True)
                add(asked.results, row)
    return int(failed)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of data sets")
    parser.add_argument("--only", default="", help="names of data sets, separated by commas")
    parser.add_argument("--peers", type=_words, default=["sklearn", "tenfold"], help=", ".join(PEERS))
    parser.add_argument("--budget", type=float, default=60, help="seconds for each")
    parser.add_argument("--seeds", type=_numbers, default=[0], help="one split for each")
    parser.add_argument("--again", action="store_true", help="also run what the results file has already")
    parser.add_argument("--results", type=Path, default=HERE / "results.jsonl", help="a file that lines are added to")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in _words(text)]


def _folders(data: Path, only: str) -> list[Path]:
    known = {path.parent.name: path.parent for path in sorted(data.glob("*/dataset.yaml"))}
    unknown = [name for name in _words(only) if name not in known]
    if unknown or not known:
        raise SystemExit(f"no data set is named {', '.join(unknown)}; in {data} there are {', '.join(known) or 'none'}")
    return [known[name] for name in _words(only) or known]


def _version(peer: str) -> str:
    """The package of a peer and its version; for Tenfold, which changes daily, the commit too."""
    if peer not in PEERS:
        raise SystemExit(f"no peer is named {peer}; there are {', '.join(PEERS)}")
    python, package = PEERS[peer].python, PEERS[peer].package
    if not python.exists():
        raise SystemExit(f"{peer} has no environment in {PEERS[peer].environment}; README.md says how it is made")
    number = _said(str(python), "-c", f"from importlib.metadata import version; print(version('{package}'))")
    return f"{package} {number}" + (f" at {_commit()}" if peer == "tenfold" else "")


def _commit() -> str:
    git = ("git", "-C", str(HERE))
    changed = _said(*git, "status", "--porcelain", "--", ":/src")
    return _said(*git, "rev-parse", "--short", "HEAD") + (" with changes" if changed else "")


def _said(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def _measured(
    name: str, facts: Facts, rows: Split, peer: str, budget: float, seed: int, results: Path
) -> Row:  # fmt: skip
    metric = facts["metric"] if facts.get("metric") in _METRICS.values() else _METRICS[facts["problem"]]
    row: Row = {"data": name, "peer": peer, "budget": budget, "seed": seed, "metric": metric, "by": rows.by,
                "train_rows": len(rows.train), "test_rows": len(rows.test),
                "at": datetime.now(UTC).isoformat(timespec="seconds")}  # fmt: skip
    with tempfile.TemporaryDirectory(prefix=f"{name}-{peer}-", ignore_cleanup_errors=True) as work:
        out = Path(work) / "predictions.csv"
        _without(name, Path(work))
        seen = _run(peer, facts, rows, metric, budget, out)
        row |= {"wall_s": round(seen.seconds, 1), "peak_tree_mb": round(seen.peak_mb)}
        if not out.exists():
            return {**row, "failed": _why(seen, _limit(budget))}
        predictions = pd.read_csv(out)
        row |= json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
        row |= _after(peer, Path(work))
    row["overrun_percent"] = overrun(row["fit_s"], budget)
    kept = predictions_file(results, row)
    kept.parent.mkdir(parents=True, exist_ok=True)
    predictions.to_csv(kept, index=False, float_format=_DIGITS)
    try:
        score = answers(rows.truth, pd.read_csv(kept), metric).score()
    except (ValueError, KeyError) as error:
        return {**row, "failed": str(error)[:300]}
    return {**row, "score": float(f"{score:.8g}")}


def _after(peer: str, work: Path) -> Row:
    """What the system promises beyond a score; nothing of the time or memory of its run is told of this."""
    if not PEERS[peer].after:
        return {}
    found: Row = json.loads(_said(str(PEERS[peer].python), str(HERE / "runners" / PEERS[peer].after), str(work)))
    return found


def _why(seen: Watched, limit: float) -> str:
    """Why there is no answer: the last line that was said, or the time that was up."""
    if seen.seconds >= limit:
        return f"no answer within {limit:.0f} s"
    said = (seen.error.strip().splitlines() or [""])[-1]
    return f"exit {seen.status}: {said[:300]}"


def _limit(budget: float) -> float:
    """Seconds after which a peer is ended."""
    return 5 * budget + 300


def _without(name: str, work: Path) -> None:
    """The table of configurations that Tenfold begins with, learned without the data set that is compared on."""
    sys.path.append(str(HERE.parent / "portfolio"))
    from learn import main as learn

    with redirect_stdout(sys.stderr):
        learn(["--without", name, "--table", str(work / "portfolio.json")])


def _run(peer: str, facts: Facts, rows: Split, metric: str, budget: float, out: Path) -> Watched:
    train, test = out.with_name("train.csv"), out.with_name("test.csv")
    rows.train.to_csv(train, index=False)
    rows.test.to_csv(test, index=False)
    command = [
        str(PEERS[peer].python), str(HERE / "runners" / PEERS[peer].runner), "--train", str(train), "--test", str(test),
        "--target", facts["target"], "--task", facts["problem"], "--metric", metric, "--budget", str(budget),
        "--out", str(out),
    ]  # fmt: skip
    inherited = dict(os.environ)
    if PEERS[peer].environment != Path(sys.prefix):
        inherited.pop("PYTHONPATH", None)  # Tenfold's own
    return watched(command, _limit(budget), {**inherited, "PYTHONWARNINGS": "ignore", **PEERS[peer].variables})


if __name__ == "__main__":
    sys.exit(main())
