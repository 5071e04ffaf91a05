"""Two servers, one pipeline: ``tenfold serve`` beside ``mlflow models serve``, one raw row per request.

    python benchmarks/http/compare.py --mlflow-env PATH [--seconds 10] [--rounds 2] [--connections 1 16]

One server at a time, on loopback, in turn (the order alternates from round to round); wrk is the client. Both must
give the same probabilities, else it ends. How to make MLflow's environment: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contest import Contest, Row, commands, environment, prepare
from server import Server, free_port, post, running

PATHS = {"tenfold": "/predict", "mlflow": "/invocations"}
POSITIVE, TOLERANCE = "Yes", 1e-5
#: The load of one measurement ends by itself: wrk's duration, and a limit on wrk.
LIMIT = 30


@dataclass(frozen=True)
class Load:
    """One measurement: a server under so many connections for so long."""

    round: int
    server: str
    connections: int
    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Footprint:
    """What a server cost besides time per request. ``memory_mb`` is read after the load."""

    round: int
    server: str
    ready_seconds: float
    memory_mb: float
    processes: int


def probability(server: str, answer: bytes) -> float:
    """The probability of the positive class in either server's answer."""
    told = json.loads(answer)
    if server == "mlflow":
        return float(told["predictions"][0][1])  # scikit-learn orders classes by name: No, Yes
    return float(told["predictions"][0]["probabilities"][POSITIVE])


def wrk(url: str, body: Path, connections: int, seconds: int) -> dict[str, float]:
    """Closed-loop load from one thread; every request must have been answered with success."""
    script = str(Path(__file__).with_name("post.lua"))
    flags = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    command = ["wrk", *flags, "-s", script, url, "--", str(body)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + LIMIT).stdout
    measured: dict[str, float] = json.loads(said.splitlines()[-1])
    if measured["failed"] or not measured["requests"]:
        raise SystemExit(f"{url}: {measured['failed']:.0f} of {measured['requests']:.0f} requests failed")
    return measured


def measure(number: int, name: str, server: Server, body: Path, options: argparse.Namespace) -> list[Load]:
    """Warm up, then one load per number of connections."""
    wrk(server.url, body, max(options.connections), options.warm_up)
    loads = []
    for connections in options.connections:
        got = wrk(server.url, body, connections, options.seconds)
        requests = int(got["requests"])
        loads.append(Load(number, name, connections, requests, requests / got["seconds"], got["p50_ms"], got["p99_ms"]))
    return loads


def compete(
    contest: Contest, options: argparse.Namespace, scratch: Path
) -> tuple[list[Load], list[Footprint], dict[str, list[float]]]:
    """All rounds; the probabilities that each server gave for the checked rows."""
    loads: list[Load] = []
    footprints: list[Footprint] = []
    answers: dict[str, list[float]] = {}
    for number in range(1, options.rounds + 1):
        for name in sorted(PATHS, reverse=bool(number % 2)):
            port = free_port()
            command = commands(contest, options.mlflow_bin, port, options.mlflow_workers)[name]
            seen = environment(options.mlflow_bin) if name == "mlflow" else dict(os.environ)
            bodies = [_body(row, name) for row in contest.rows]
            (scratch / "body.json").write_bytes(bodies[0])
            url = f"http://127.0.0.1:{port}{PATHS[name]}"
            with running(command, url, bodies[0], seen, scratch / f"{name}.log") as server:
                answers[name] = [probability(name, post(url, body)) for body in bodies]
                agree(answers)
                loads += measure(number, name, server, scratch / "body.json", options)
                footprints.append(Footprint(number, name, server.ready_seconds, *server.memory_mb()))
            print(f"round {number}: {name} measured", flush=True)
    return loads, footprints, answers


def _body(row: Row, server: str) -> bytes:
    return row.typed if server == "mlflow" else row.raw


def agree(answers: dict[str, list[float]]) -> float:
    """The largest difference between the servers' probabilities, 0 while only one has answered."""
    if len(answers) < 2:
        return 0.0
    largest = max(abs(a - b) for a, b in zip(answers["tenfold"], answers["mlflow"], strict=True))
    if largest > TOLERANCE:
        raise SystemExit(f"the servers disagree: probabilities differ by up to {largest:g}, allowed {TOLERANCE:g}")
    return largest


def ratios(loads: Sequence[Load], footprints: Sequence[Footprint]) -> list[str]:
    """Markdown rows: the mean over the rounds for each server, and how many times better Tenfold is."""
    told = ["| | tenfold | mlflow | ratio |", "|---|---:|---:|---:|"]
    for connections in dict.fromkeys(each.connections for each in loads):
        here = [each for each in loads if each.connections == connections]
        named = "1 connection" if connections == 1 else f"{connections} connections"
        told.append(_line(f"{named}: requests/s", here, "per_second", True))
        told.append(_line(f"{named}: p50, ms", here, "p50_ms", False))
        told.append(_line(f"{named}: p99, ms", here, "p99_ms", False))
    told.append(_line("seconds until the first answer", footprints, "ready_seconds", False))
    told.append(_line("resident memory after the load, MB", footprints, "memory_mb", False))
    return told


def _line(label: str, measured: Sequence[Load] | Sequence[Footprint], value: str, more_is_better: bool) -> str:
    ours, theirs = (
        statistics.mean(getattr(each, value) for each in measured if each.server == name)
        for name in ("tenfold", "mlflow")
    )
    ratio = ours / theirs if more_is_better else theirs / ours
    return f"| {label} | {ours:,.2f} | {theirs:,.2f} | {ratio:.1f} |"


def rounds(loads: Sequence[Load], footprints: Sequence[Footprint]) -> list[str]:
    """Markdown rows: every measurement."""
    load = ["round", "server", "connections", "requests", "requests/s", "p50, ms", "p99, ms"]
    columns = [*load, "ready, s", "RSS, MB (processes)"]
    told = [f"| {' | '.join(columns)} |", "|---:|---|" + "---:|" * (len(columns) - 2)]
    costs = {(each.round, each.server): each for each in footprints}
    for each in loads:
        cost = costs[each.round, each.server]
        told.append(
            f"| {each.round} | {each.server} | {each.connections} | {each.requests:,} | {each.per_second:,.1f} "
            f"| {each.p50_ms:.3f} | {each.p99_ms:.3f} | {cost.ready_seconds:.2f} "
            f"| {cost.memory_mb:,.0f} ({cost.processes}) |"
        )
    return told


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = os.environ.get("TENFOLD_MLFLOW_ENV")
    parser.add_argument("--mlflow-env", type=Path, default=known, help="MLflow's environment (TENFOLD_MLFLOW_ENV)")
    parser.add_argument("--mlflow-workers", type=int, default=1, help="its server processes (its own default: 1)")
    parser.add_argument("--seconds", type=int, default=10, choices=range(1, 61), metavar="1..60")
    parser.add_argument("--warm-up", type=int, default=3, choices=range(1, 31), metavar="1..30")
    parser.add_argument("--rounds", type=int, default=2, choices=range(1, 11), metavar="1..10")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16], choices=range(1, 257), metavar="1..256")
    options = parser.parse_args()
    if not options.mlflow_env or not (options.mlflow_env / "bin" / "mlflow").is_file():
        parser.error("no MLflow there: --mlflow-env PATH, made as README.md beside this script says")
    if not shutil.which("wrk"):
        parser.error("wrk is not installed: apt-get install wrk")
    options.mlflow_bin = options.mlflow_env.absolute() / "bin"
    return options


def main() -> None:
    options = asked()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that servers are ended then, too
    with tempfile.TemporaryDirectory() as scratch:
        print("releasing the Telco churn workflow with a single model ...", flush=True)
        contest = prepare(Path(scratch), options.mlflow_bin)
        before = os.getloadavg()[0]
        loads, footprints, answers = compete(contest, options, Path(scratch))
    print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, load average at the start {before:.2f}")
    print(", ".join(f"{name} {version}" for name, version in contest.versions.items()))
    print(f"{options.rounds} rounds of {options.seconds} s per load; MLflow with {options.mlflow_workers} worker(s)")
    print(f"{len(contest.rows)} rows checked: probabilities differ by at most {agree(answers):.1e}\n")
    print("\n".join(ratios(loads, footprints)), end="\n\n")
    print("\n".join(rounds(loads, footprints)))


if __name__ == "__main__":
    main()
