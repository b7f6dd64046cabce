# Two commands: `make serve` and `make test`. Everything else is a part of them.
PYTHON ?= python3
PORT ?= 8000
BASE ?= http://localhost:$(PORT)/
BIN := .venv/bin
CLI := $(BIN)/conflict-actors

.PHONY: help serve test check build publish bench lint setup lock clean
help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: setup ## Set up, check, build, publish and serve on PORT at BASE
	$(CLI) build --base $(BASE)
	$(CLI) publish
	$(CLI) serve --base $(BASE) --port $(PORT)

check: setup ## Check ontology, triples and shapes
	$(CLI) check

build: setup ## Build a release without publishing it
	$(CLI) build --base $(BASE)

publish: setup ## Publish the newest release
	$(CLI) publish

test: .venv/dev ## All tests, after lint and types
	$(MAKE) --no-print-directory lint
	@echo "== tests"
	$(BIN)/python -m pytest

lint: .venv/dev ## ruff and mypy --strict
	@echo "== ruff, mypy"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev ## Print the benchmark table
	$(BIN)/python -m bench

setup: .venv/ready ## Make .venv with the locked versions

.venv/ready: requirements.lock pyproject.toml
	@echo "== set up .venv with the locked versions (a minute at the first time)"
	@test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock .venv/ready
	@echo "== add what tests and benchmarks need"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lock: .venv/dev ## Renew the lock files (needs pip-tools)
	pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header --extra install --extra dev --extra bench -o requirements-dev.lock pyproject.toml
	pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header --extra install -c requirements-dev.lock -o requirements.lock pyproject.toml

clean: ## Remove .venv and caches; releases stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
