"""Engines for trials: Ray, Dask and Spark, each spoken to through its joblib backend.

An engine carries a call to a machine and its outcome back; there the call runs as it would here, in an isolated process
with a deadline and a memory limit (:mod:`~tenfold.learning.trials.engines.remote`).
"""
