"""Spark: the session that this process has, or a driver that is started for a cluster's master or for this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from joblib.parallel import BatchedCalls, ThreadingBackend

from tenfold.learning.trials.engines.engine import Engine, Hear, configured
from tenfold.learning.trials.engines.silence import quiet

#: Seconds to wait for a cluster's first executor.
_PATIENCE = 30
_LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


class SparkEngine(Engine):
    """joblib-spark's backend: an older one, which keeps a thread for every call."""

    def _send(self, batch: BatchedCalls, hear: Hear) -> None:
        with quiet():  # each call warns that it inherits no tags
            self.backend.apply_async(batch, hear)

    def _opened(self, out: Any) -> Any:
        try:
            return ThreadingBackend().retrieve_result_callback(out)[0]  # its answers come from such a pool
        except Exception as error:
            return error


def start(address: str | None, cores: int) -> Engine:
    """Use the session that this process has; without one, start a driver for a master, or for this machine alone.

    Raises whatever Spark does.
    """
    from joblibspark import register_spark
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    end: Callable[[], None] = _nothing
    ours = address is None and session is None
    if session is None:
        session, end = _started(address, cores)
    try:
        register_spark()
        patience = time.monotonic() + _PATIENCE
        while not (found := configured("spark", -1))[1]:  # executors come one by one
            if time.monotonic() > patience:
                raise OSError(f"it has no executor after {_PATIENCE} s")
            time.sleep(0.2)
    except BaseException:
        end()
        raise
    return SparkEngine("spark", *found, end, ours)


def _nothing() -> None:
    """Whoever made the session ends it."""


def _started(address: str | None, cores: int) -> tuple[Any, Callable[[], None]]:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    options = {"spark.ui.enabled": "false", **(_LOOPBACK if address is None else {})}
    conf = SparkConf().setMaster(address or f"local[{cores}]").setAppName("tenfold").setAll(list(options.items()))
    if address is None:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else it is whatever is called python3
    # Spark's Java has much to say on the terminal.
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    gateway = launch_gateway(conf, popen_kwargs=silent)

    def end() -> None:
        if SparkContext._active_spark_context is not None:
            SparkContext._active_spark_context.stop()
        gateway.shutdown()
        SparkContext._gateway = SparkContext._jvm = None  # it would be used again
        gateway.proc.stdin.close()
        try:
            gateway.proc.wait(timeout=10)
        except subprocess.TimeoutExpired:
            gateway.proc.kill()
            gateway.proc.wait()

    try:
        return SparkSession(SparkContext(gateway=gateway, conf=conf)), end
    except BaseException:
        end()
        raise
