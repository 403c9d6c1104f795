# Everything needs only make and Python 3.11 or later: `make run PYTHON=python3.13` picks another interpreter.
PYTHON ?= python3
# How many processes run the tests: a number, or auto for two a core.
WORKERS ?= auto
# Passed on: `make run ARGS="--port 0"`, `make test ARGS="-k fifo"`, `make lock ARGS="--upgrade-package ruff"`.
ARGS ?=

# Tests and benchmarks start many processes, each of which would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

# Two environments: what runs the server, and what it is developed with.
RUNTIME := .venv-run
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
IMAGE ?= sqs-sns-emulator

.DEFAULT_GOAL := help
.PHONY: help install run test test-all test-compiled compiled fuzz test-clients test-lowest check check-console console-vendor format shapes bench bench-full figures install-bench peers conformance lock docs dist docker docker-compat clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## make .venv and install what requirements/dev.lock names

run: $(RUNTIME)/.installed ## start the server on http://localhost:4566
	@exec $(RUNTIME)/bin/python -m emulator $(ARGS)

test: $(INSTALLED) ## run the tests, but the slow ones that repeat others at length or try tools
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-all: $(INSTALLED) ## run every test; ARGS=--cov measures coverage, as CI does
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "" $(ARGS)

test-clients: $(INSTALLED) ## fetch the AWS SDKs of other languages, and helm, and run the tests that need them
	$(BIN)/python -m tests.clients.fetch
	$(BIN)/pytest tests/clients -m "" $(ARGS)
	$(BIN)/python -m tests.clients.matrix.report

# The compiled modules are never beside their sources, where every test and server would take them.
COMPILED := build/compiled
SOURCES := $(shell find emulator api_shapes -name '*.py')

compiled: $(COMPILED)/sources ## compile modules with mypyc into build/compiled; EMULATOR_COMPILED=build/compiled runs them

$(COMPILED)/sources: $(INSTALLED) hatch_build.py $(SOURCES)
	$(BIN)/python hatch_build.py $(COMPILED)

# What of the tests shows whether compiled code behaves as its source does, in about three minutes on two cores.
COMPILED_TESTS := tests/aws tests/http tests/sns tests/sqs tests/structures tests/wire tests/conformance \
	$(wildcard tests/actions/sqs/test_[cdrs]*_message*.py tests/actions/sns/test_publish*.py) \
	$(patsubst %,tests/%.py,foundation/test_ids timing/test_clock test_compilation world/test_determinism serving/test_gateway serving/test_process world/test_world)

test-compiled: $(INSTALLED) ## run the tests of what compiled modules do, with these; nothing where no C compiler is
	@if $(BIN)/python hatch_build.py; then \
		$(MAKE) --no-print-directory compiled && EMULATOR_COMPILED=$(CURDIR)/$(COMPILED) \
		$(BIN)/pytest -n $(WORKERS) --dist worksteal $(COMPILED_TESTS) $(ARGS); \
	fi

fuzz: $(INSTALLED) ## send raw bytes to both ways into the server for an hour; ARGS="--seconds 60" for less
	$(BIN)/python -m tests.attack.fuzz $(ARGS)

test-lowest: $(INSTALLED) ## run every test with the lowest versions pyproject.toml allows
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-lowest
	$(BIN)/uv pip install --quiet --python .venv-lowest --resolution lowest-direct --group dev --editable .
	.venv-lowest/bin/pytest -n $(WORKERS) --dist worksteal -m "" $(ARGS)

check: $(INSTALLED) ## lint, formatting, types and the architecture test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_architecture.py
	@$(MAKE) --no-print-directory check-console

# Needs Node.js. Without it, or where npm cannot fetch the checker, there is nothing to do.
check-console: ## types of the console's scripts, and whether its vendored files are those of the lock
	@if ! command -v npm > /dev/null; then \
		echo "There is no Node.js: the console's scripts are not checked."; \
	elif ! $(MAKE) --no-print-directory --silent console/node_modules/.package-lock.json; then \
		echo "npm cannot install console/package-lock.json: the console's scripts are not checked."; \
	else \
		cd console && node_modules/.bin/tsc --project . && node vendor.mjs --check; \
	fi

console/node_modules/.package-lock.json: console/package-lock.json
	@npm ci --prefix console --silent --no-audit --no-fund > /dev/null
	@touch $@

console-vendor: ## copy the console's libraries from npm, as console/package-lock.json names them
	npm ci --prefix console --no-audit --no-fund
	node console/vendor.mjs

format: $(INSTALLED) ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

shapes: $(INSTALLED) ## generate sqs.py, sns.py and sns_constraints.py of api_shapes from the installed botocore
	$(BIN)/python -m api_shapes.generate

.PHONY: soak
soak: $(INSTALLED) ## put the server under load for 30 minutes, with hostile neighbors; ARGS="--minutes 5"
	$(BIN)/python -m tests.attack.soak $(ARGS)

.PHONY: reference
reference: $(INSTALLED) ## write the sections of docs/ that are made from tables in the code
	$(BIN)/python -m tests.reference

bench: $(INSTALLED) ## a short round of all measurements, and a table of ratios
	$(BIN)/python -m benchmarks

bench-full: $(INSTALLED) install-bench peers ## every measurement, peers too (hours), with results, tables, charts and profiles
	@if $(BIN)/python hatch_build.py; then $(MAKE) --no-print-directory compiled; fi
	$(BIN)/python -m benchmarks --full
	$(BIN)/python -m benchmarks.conformance
	$(BIN)/python -m benchmarks.test_suite > benchmarks/results/test_suite.txt
	$(BIN)/python -m benchmarks.profiling
	$(BIN)/python -m benchmarks.charts
	$(BIN)/python -m benchmarks.report

figures: $(INSTALLED) install-bench peers ## requests, crowds, wakes and starts, peers too (20 minutes), with results, tables and charts
	@if $(BIN)/python hatch_build.py; then $(MAKE) --no-print-directory compiled; fi
	$(BIN)/python -m benchmarks --figures
	$(BIN)/python -m benchmarks.charts
	$(BIN)/python -m benchmarks.report

install-bench: $(INSTALLED) ## add what draws the charts and takes the profiles
	$(BIN)/uv pip install --quiet --python $(VENV) --require-hashes --requirement requirements/bench.lock

peers: $(INSTALLED) ## install other emulators into .peers, to be measured beside this one
	$(BIN)/python -m benchmarks.peers.install

conformance: $(INSTALLED) ## run the conformance suite against this emulator and the installed peers; writes the tables of scores
	$(BIN)/python -m benchmarks.conformance $(ARGS)

# uv keeps what a lock already says unless told otherwise; a bare `make lock` renews everything. Extras stay in the lock:
# pip takes a `coverage[toml]` that some package asks for, and that no line pins, for a package without a hash.
LOCK = $(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

lock: $(INSTALLED) ## renew requirements/*.lock
	$(LOCK) $(or $(ARGS),--upgrade) --group dev pyproject.toml --output-file requirements/dev.lock
	$(LOCK) --upgrade --constraints requirements/dev.lock --extra postgresql pyproject.toml --output-file requirements/runtime.lock
	$(LOCK) --upgrade --constraints requirements/dev.lock --group build --output-file requirements/build.lock
	$(LOCK) --upgrade --constraints requirements/dev.lock --group uv --output-file requirements/uv.lock
	$(LOCK) --upgrade --constraints requirements/dev.lock --group bench --output-file requirements/bench.lock
	$(LOCK) --upgrade --constraints requirements/dev.lock --group compat --output-file requirements/compat.lock

docs: $(INSTALLED) ## build the documentation site into site/; a dead link fails
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

dist: $(INSTALLED) ## build the wheel of plain Python and the sdist into dist/; EMULATOR_COMPILE=1 builds a compiled wheel
	rm -rf dist
	EMULATOR_COMPILE=$${EMULATOR_COMPILE:-0} $(BIN)/uv build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist

docker: ## build the image
	docker build --tag $(IMAGE) $(ARGS) .

docker-compat: ## build the image with awslocal, aws, boto3 and curl
	docker build --target compat --tag $(IMAGE)-compat $(ARGS) .

clean: ## remove what the other targets made
	rm -rf .venv .venv-run .venv-lowest .peers console/node_modules tests/clients/.cache .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An interpreter that is named (PYTHON=...) replaces an environment of another one; unnamed, what is there is kept.
ifneq ($(origin PYTHON),file)
$(INSTALLED) $(RUNTIME)/.installed: ALWAYS
endif
.PHONY: ALWAYS

TOO_OLD := Error: Python 3.11 or later is needed, not %s: make PYTHON=python3.13 ...
INSTALL = @$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(TOO_OLD)" % sys.version.split()[0])' \
	&& $(PYTHON) requirements/install.py

$(INSTALLED): requirements/dev.lock requirements/install.py pyproject.toml
	$(INSTALL) $(VENV) dev --editable

$(RUNTIME)/.installed: requirements/runtime.lock requirements/install.py
	$(INSTALL) $(RUNTIME) runtime
