# The two commands are `make run` and `make test`. `make help` lists the rest.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := $(BIN)/uv
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help install run test lint bench docs lock system

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

install: $(INSTALLED) ## install everything into .venv, leaving .venv/bin/arobase

$(INSTALLED): requirements/bootstrap.lock requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "Arobase needs Python 3.11; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing (about a minute the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/bootstrap.lock requirements/dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: install ## start everything with the sandbox towns, until Ctrl-C
	@exec $(BIN)/arobase up --sandbox

system: # packages of the system that the tests use; needs apt and root, says so where it cannot
	@sh tests/system_packages.sh

lint: install ## style, types, layers, SQL, YAML
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml
	$(BIN)/yamllint --strict catalog dbt_project .yamllint.yml
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models

test: install system lint ## every check and every test, as the continuous integration runs them
	$(BIN)/pytest -n 2 --dist loadgroup

bench: install ## ratios against a floor measured in the same run
	$(BIN)/python -m bench

docs: install ## write docs/reference from the catalogue
	$(BIN)/python -m docs.generate

lock: $(UV) ## refresh the hash-locked requirements from pyproject.toml
	sh requirements/lock.sh $(UV)
