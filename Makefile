# Two commands for a newcomer: `make demo` and `make test`. Each sets up all it needs in .venv.
PYTHON ?= python3
BIN := .venv/bin
SHELL := /bin/bash
export PYTHONWARNINGS ?=
export OMP_WAIT_POLICY ?= PASSIVE

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types contracts clean

help:  ## say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/runtime: pyproject.toml constraints.txt
	@echo "Setting up .venv (pinned by constraints.txt; the first time takes a minute or two) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tenfold needs Python 3.11 or newer; set PYTHON=..."; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/development: .venv/runtime
	@echo "Adding what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

.venv/extras: .venv/development
	@echo "Adding Ray, Dask, Spark and PyTorch (some 1.5 GB) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,ray,dask,spark,torch]'
	@touch $@

demo: .venv/runtime  ## Telco churn: ten steps, a released model, one answer over HTTP
	@$(BIN)/python examples/telco-churn/demo.py

test: .venv/extras  ## everything: style, types, contracts, unit, property and end-to-end tests, doctests, docs
	@$(MAKE) --no-print-directory lint types contracts
	$(BIN)/pytest -n 2 --dist loadfile

check: .venv/development  ## the fast subset, about a minute
	@$(MAKE) --no-print-directory lint types contracts
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow and not server and not browser and not data and not engine and not torch"

lint: .venv/development  ## ruff: style and order
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/ruff format --check src tests benchmarks examples

types: .venv/development  ## mypy, strict
	$(BIN)/mypy

contracts: .venv/development  ## import-linter: imports point one way
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

clean:  ## remove .venv and what was computed
	rm -rf .venv .tenfold examples/*/.tenfold .pytest_cache .mypy_cache .ruff_cache
