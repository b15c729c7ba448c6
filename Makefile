# Quayside: what one does with a checkout. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.installed-base
DEV := $(VENV)/.installed-dev
WORKERS ?= 2
LOCK := uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 \
	--universal --no-header --no-annotate

# What is compiled once is not compiled anew by each process that a test starts.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install dev run link test coverage test-postgres lint lint-web bench lock clean

help: ## List what there is to make
	@echo "make run                      the dashboard, with sample data"
	@echo "make run JOBS=/path PORT=8000 the dashboard, with your own jobs (several folders: A:B)"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | grep -v '^run:' | sed -E 's/^([a-z-]+):.*## /make \1|/' \
		| awk -F'|' '{ printf "%-29s %s\n", $$1, $$2 }'

run: $(BASE) ## Start the dashboard; JOBS and PORT reach it by the environment
	@$(BIN)/python -m dashboard $${JOBS:+--jobs "$$JOBS"}

link: $(BASE) ## Print a fresh sign-in link for the dashboard that runs; JOBS and PORT as for run
	@$(BIN)/python -m dashboard $${JOBS:+--jobs "$$JOBS"} link

install: $(BASE) ## Make the environment in .venv, from hashed requirements

dev: $(DEV) ## The same, with what tests and lint need

test: lint ## Lint, then every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

coverage: $(DEV) ## Every test but those in a browser, and what they leave out; takes half as long again
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not browser" --cov --cov-report=term:skip-covered

test-postgres: $(DEV) ## Every test but those in a browser, on the PostgreSQL that TEST_DATABASE_URL names
	@test -n "$$TEST_DATABASE_URL" || { echo "Set TEST_DATABASE_URL, for instance postgres://me@localhost/quayside"; exit 2; }
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not browser"

lint: $(DEV) ## Check code, types, layers, templates and style sheets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive dashboard manage.py
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tests.lint

lint-web: $(DEV) node_modules/.installed ## Have MDN's HTTP Observatory and Google's CSP Evaluator look at pages; needs Node
	REQUIRE_NODE=1 $(BIN)/python -m pytest tests/web

bench: $(DEV) ## Measure, into var/bench.md; takes minutes; BENCH names options, such as --small
	$(BIN)/python -m tests.benchmarks $(BENCH)

lock: ## Lock the requirements anew, with hashes (needs uv)
	$(LOCK) pyproject.toml -o requirements/base.txt
	$(LOCK) pyproject.toml --extra team --extra buckets -o requirements/team.txt
	$(LOCK) pyproject.toml --extra team --extra buckets --group dev -o requirements/dev.txt
	$(LOCK) requirements/build.in -o requirements/build.txt

clean: ## Remove what was built or measured; var/ and .venv stay
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find dashboard tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Without a lock and without scripts of theirs: neither is part of the product, and neither asks anything but this machine.
node_modules/.installed:
	@npm install --silent --no-save --no-package-lock --no-audit --no-fund --ignore-scripts --omit=optional \
		@mdn/mdn-http-observatory@1 csp_evaluator@1
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Quayside needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3"; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 2; }

$(BASE): requirements/base.txt | $(BIN)/python
	@echo "Installing into $(VENV) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.txt $(BASE)
	@echo "Installing what tests need …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@
