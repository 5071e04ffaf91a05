"""A real server process: it starts light, answers, and ends in order."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tenfold.bundle.load import load
from tenfold.core.errors import UserError
from tenfold.serving.client import post_records
from tenfold.serving.server import serve

#: Whatever trains, and whatever only training needs: a server must neither load these nor miss them.
HEAVY = ("sklearn", "lightgbm", "catboost", "xgboost", "ibis", "duckdb", "pandas", "pyarrow", "pydantic", "scipy",
         "optuna", "onnx", "skl2onnx", "onnxmltools", "skops", "polars", "matplotlib", "joblib", "ruamel", "rich",
         "jinja2")  # fmt: skip

SERVE = """
import sys
from tenfold.bundle.load import load
from tenfold.core.errors import TenfoldError
from tenfold.serving.limits import Limits
from tenfold.serving.server import serve
try:
    serve(load(sys.argv[1]), "churn", 3, port=int(sys.argv[2]), limits=Limits(body=200_000))
except TenfoldError as error:
    print(error, file=sys.stderr)
    raise SystemExit(int(error.exit_status))
"""

BLOCKER = f"""
import sys
HEAVY = {HEAVY!r}
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HEAVY:
            raise ImportError(f"{{name}} is not installed here")
sys.meta_path.insert(0, Blocker())
"""


@contextmanager
def serving(bundle: Path, code: str = SERVE, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server process and its address; always ended."""
    command = [sys.executable, "-c", code, str(bundle), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate(timeout=30)[1]
        yield json.loads(line)["url"], process
    finally:
        process.kill()
        process.communicate(timeout=30)


def connection(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


@pytest.mark.server
def test_it_answers_raw_records_and_ends_in_order(bundle: Path) -> None:
    with serving(bundle) as (url, process):
        answer = post_records(url, [{"id": "a", "age": 40, "job": "nurse"}, {"age": 1}])
        assert (answer["model"], answer["version"], len(answer["predictions"])) == ("churn", 3, 2)
        with pytest.raises(UserError, match=r"TF-SERVE-030.*422.*row 0, age: 'old' is not a number"):
            post_records(url, [{"age": "old"}])
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (0, "")
        with pytest.raises(UserError, match="TF-SERVE-031"):
            post_records(url, [{"age": 1}])


@pytest.mark.server
def test_ctrl_c_ends_it_without_a_traceback(bundle: Path) -> None:
    with serving(bundle) as (_, process):
        process.send_signal(signal.SIGINT)
        assert ended(process) == (0, "")


@pytest.mark.server
def test_a_request_under_way_is_answered_before_the_end(bundle: Path) -> None:
    with serving(bundle) as (url, process):
        body = b'{"records": [{"age": 1}]}'
        where = urlsplit(url)
        with socket.create_connection((where.hostname, where.port), timeout=30) as wire:
            head = f"POST /predict HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
            wire.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:5])
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            wire.sendall(body[5:])
            assert wire.recv(65536).startswith(b"HTTP/1.1 200")
        assert ended(process) == (0, "")


@pytest.mark.server
def test_many_callers_at_once_and_batches_all_get_their_own_answers(bundle: Path) -> None:
    wrong: list[object] = []

    def call(url: str, who: int) -> None:
        wire = connection(url)
        for turn in range(20):
            rows = 800 if turn % 10 == 0 else 1 + turn % 3
            records = [{"id": f"{who}-{turn}-{row}", "age": row} for row in range(rows)]
            wire.request("POST", "/predict", json.dumps({"records": records}), {"Content-Type": "application/json"})
            got = json.loads(wire.getresponse().read())
            if [each["id"] for each in got["predictions"]] != [each["id"] for each in records]:
                wrong.append(got)
        wire.close()

    with serving(bundle) as (url, _):
        crowd = [threading.Thread(target=call, args=(url, who)) for who in range(8)]
        for each in crowd:
            each.start()
        for each in crowd:
            each.join()
    assert wrong == []


@pytest.mark.server
def test_a_caller_who_sends_too_much_first_and_listens_later_hears_why(bundle: Path) -> None:
    with serving(bundle) as (url, _):
        wire = connection(url)
        wire.request("POST", "/predict", b"x" * 500_000, {"Content-Type": "application/json"})
        assert wire.getresponse().status == 413
        wire.close()
        assert len(post_records(url, [{"age": 1}])["predictions"]) == 1


@pytest.mark.server
@pytest.mark.parametrize(
    "request_bytes",
    [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST /predict HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
     b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     b"\x16\x03\x01\x02\x00\x01\x00", b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
)  # fmt: skip
def test_what_is_not_http_is_refused_and_harms_nobody(bundle: Path, request_bytes: bytes) -> None:
    with serving(bundle) as (url, _):
        where = urlsplit(url)
        with socket.create_connection((where.hostname, where.port), timeout=30) as wire:
            wire.sendall(request_bytes)
            assert b"400" in wire.recv(65536).split(b"\r\n")[0]
        assert len(post_records(url, [{"age": 1}])["predictions"]) == 1


@pytest.mark.server
def test_a_taken_port_is_the_users_mistake_not_a_traceback(bundle: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-c", SERVE, str(bundle), str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("TF-SERVE-021")
    assert "Traceback" not in done.stderr


@pytest.mark.server
def test_it_runs_where_nothing_that_trains_is_installed(bundle: Path) -> None:
    with serving(bundle, BLOCKER + SERVE) as (url, process):
        assert len(post_records(url, [{"age": 1, "job": "diver", "note": "où"}])["predictions"]) == 1
        for path in ("/", "/schema", "/openapi.json"):
            wire = connection(url)
            wire.request("GET", path)
            assert wire.getresponse().status == 200
            wire.close()
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (0, "")


@pytest.mark.server
def test_it_loads_nothing_that_trains_though_it_is_installed(bundle: Path) -> None:
    code = (
        SERVE
        + f"""
print(sorted({{each.partition(".")[0] for each in sys.modules}} & set({HEAVY!r})), file=sys.stderr)
"""
    )
    with serving(bundle, code) as (url, process):
        post_records(url, [{"age": 1, "job": "diver", "note": "où"}])
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (0, "[]\n")


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("host", "port"), [("no-such-host.invalid", 0), ("127.0.0.1", 70_000), ("192.0.2.1", 0)])
def test_an_address_that_cannot_be_used_is_named(bundle: Path, host: str, port: int) -> None:
    with pytest.raises(UserError, match="TF-SERVE-022"):
        serve(load(bundle), "churn", 1, host=host, port=port)
