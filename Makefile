# `make` alone lists what there is. Every target sets up what it needs; only Python >= 3.11 and make are presumed.
PYTHON ?= python3
RUN_VENV := .venv-run
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-all check bench lock schema format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(RUN_VENV)/.ready: requirements/run.txt pyproject.toml
	$(PYTHON) -m venv $(RUN_VENV)
	$(RUN_VENV)/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(RUN_VENV)/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(RUN_VENV)/.ready ## everything on embedded SQLite, with the sandbox marketplace and live demo data
	$(RUN_VENV)/bin/orion run --demo

# The tests start hundreds of processes: whatever the environment says, the code is compiled once and kept.
test test-all: export PYTHONDONTWRITEBYTECODE =

test: $(VENV)/.ready ## all tests but the long ones, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 2 -m "not long"

test-all: $(VENV)/.ready ## the long tests too
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.ready ## linters, formatting, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready $(RUN_VENV)/.ready ## measure against the stated peers and write benchmarks/results.md
	$(BIN)/python -m benchmarks

format: $(VENV)/.ready ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/.ready ## export schema.graphql and the JSON Schema of orion.toml again
	$(BIN)/orion schema print > orion_daemon/graphql/schema.graphql
	$(BIN)/orion schema config > orion_daemon/config/orion.schema.json

lock: $(VENV)/.ready ## resolve the dependencies anew into requirements/*.txt (needs uv)
	uv pip compile pyproject.toml requirements/build.in --extra postgres --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements/run.txt
	uv pip compile pyproject.toml requirements/build.in --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements/dev.txt

clean: ## remove the environments and caches, never the data in var/
	rm -rf $(VENV) $(RUN_VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
