# Vigie. `make demo` shows it, `make test` tests it; both install what they need into .venv first.

# The first Python from 3.11 to 3.13 that runs here; `make PYTHON=python3.12 …` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
ARGS ?=

.PHONY: install demo test check bench docs clean

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Vigie needs Python 3.11, 3.12 or 3.13; none was found on the PATH" >&2; exit 1; }
	@echo "installing Vigie and what it needs into .venv (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install
	@$(BIN)/vigie demo $(ARGS)

test: install
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered $(ARGS)

check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: install
	@for part in bench/[a-z]*.py; do $(BIN)/python $$part || exit 1; done

docs: install
	@$(BIN)/python -m vigie.reference > docs/configuration.md

clean:
	rm -rf .venv build *.egg-info demo-out .pytest_cache .mypy_cache .ruff_cache .coverage .import_linter_cache .hypothesis
