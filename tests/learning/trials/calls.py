"""What the pool's tests make its processes do."""

import importlib
import os
import sys
import time

import numpy as np


def add(one, other):
    return one + other


def wait(seconds):
    time.sleep(seconds)
    return seconds


def fill_memory():
    kept = []
    while True:
        kept.append(np.ones(2_000_000))
        time.sleep(0.005)


def ask_for_the_impossible():
    return np.ones(10**13)


def fail_as_cpp_does():
    raise RuntimeError("std::bad_alloc")


def die():
    os.kill(os.getpid(), 9)


def fail():
    raise ValueError("as it should")


def threads():
    return os.environ["OMP_NUM_THREADS"]


def loaded(name):
    before = name in sys.modules
    return before, importlib.import_module(name).__name__ == name


def wait_and_say(seconds, folder):
    open(os.path.join(folder, f"{os.getpid()}.pid"), "w").close()
    time.sleep(seconds)
