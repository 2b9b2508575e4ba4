# `make demo` and `make test` do everything, from a fresh clone on.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
RUN := PYTHONPATH=plugins $(BIN)/python
# The certificates that this machine trusts, a proxy's own included.
export UV_SYSTEM_CERTS ?= 1
# Every task and every test of Airflow starts new interpreters; compiling once saves each of them seconds.
export UV_COMPILE_BYTECODE ?= 1
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
CODE := plugins dags tests tools

.PHONY: help demo test lint bench check env lock clean

help: ## List the targets.
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: .venv/.run ## Run one request end to end on this machine; ONCE=1 stops at its end, 0 = all of it succeeded.
	@$(RUN) -m cadangan demo $(if $(ONCE),--once)

test: lint ## Lint, then run every test.
	@$(RUN) -m pytest

lint: .venv/.test ## Format, lint, types and import directions.
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy plugins/cadangan
	@PYTHONPATH=plugins $(BIN)/lint-imports --no-logo

bench: .venv/.test ## Measure the pipelines and print the ratios; an hour.
	@$(foreach bench,parsing scheduling night retention overhead backup ssh mariadb restore restore_mariadb,$(RUN) -m tests.bench.$(bench);)

check: .venv/.run ## Check the YAML files of include/config; every mistake at once.
	@$(RUN) -m cadangan config check

env: ## Write .env with fresh random secrets for docker compose; never overwrites.
	@$(or $(PYTHON),$(error Python 3.11 or newer is needed: install it, or say `make PYTHON=/path/to/python`)) tools/make_env.py

lock: .venv/.uv ## Compile the requirements*.in into locks, newest versions that fit.
	@$(LOCK) --upgrade requirements.in -o requirements.txt
	@$(LOCK) --upgrade -c requirements.txt requirements-test.in -o requirements-test.txt
	@$(LOCK) --upgrade -c requirements.txt -c requirements-test.txt requirements-lint.in -o requirements-lint.txt

clean: ## Remove all that these targets made, except .env.
	rm -rf .venv .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find plugins dags tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp stands for a finished step and is younger than what it was made from.
.venv/.uv: Makefile tools/debian-packages
	@$(if $(PYTHON),,$(error Python 3.11 or newer is needed: install it, or say `make PYTHON=/path/to/python`))
	@tools/debian-packages $(PYTHON) run
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/.run: .venv/.uv requirements.txt
	@echo "Installing requirements.txt"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

.venv/.test: .venv/.run requirements-test.txt requirements-lint.txt
	@tools/debian-packages $(PYTHON) test
	@echo "Installing requirements-test.txt, requirements-lint.txt"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-test.txt -r requirements-lint.txt
	@test -x /usr/bin/chromium || $(BIN)/playwright install --with-deps chromium-headless-shell
	@touch $@
