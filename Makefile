# Vigie. `make demo` shows it, `make test` tests it; both install what they need into .venv first.

# The first Python from 3.11 to 3.13 that runs here; `make PYTHON=python3.12 …` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
ARGS ?=

.PHONY: install demo test check train quality bench bench-store docs clean elasticsearch elasticsearch-stop kibana

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Vigie needs Python 3.11, 3.12 or 3.13; none was found on the PATH" >&2; exit 1; }
	@echo "installing Vigie and what it needs into .venv (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install
	@$(BIN)/vigie demo $(ARGS)

# On all cores; `make test ARGS="-n 0 tests/alerts"` takes one process and one folder, ARGS=--cov measures the coverage (half as fast).
# With a server on VIGIE_TEST_ES, or started by `make elasticsearch`, the store is tested on it too.
test: install
	@VIGIE_TEST_ES="$${VIGIE_TEST_ES:-$$(deploy/elasticsearch/run.sh address)}" \
		$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# The models of tone, of the tone towards a brand and of spam; `make train DATA=folder` adds UMSAB French and DEFT 2017 to the first, as the
# shipped one has: docs/sentiment.md. Some minutes.
train: install
	@$(BIN)/python -m training.tone $(DATA) --write $(ARGS)
	@$(BIN)/python -m training.target --write
	@$(BIN)/python -m training.spam --write

# Accuracy on committed data against its floors; `make quality ARGS='--lower "reason"'` sets them anew.
quality: install
	@$(BIN)/python -m training.quality $(ARGS)

bench: install
	@for part in bench/[a-z]*.py; do $(BIN)/python $$part || exit 1; done

# Both stores with up to a million mentions, see docs/scale.md; `make elasticsearch` first, else only SQLite is measured. Takes an hour.
bench-store: install
	@$(BIN)/python -m bench.store --address "$${VIGIE_TEST_ES:-$$(deploy/elasticsearch/run.sh address)}" $(ARGS)

docs: install
	@$(BIN)/python -m vigie.reference > docs/configuration.md

# A real Elasticsearch on 127.0.0.1:9200 for development and tests, without a password; `make elasticsearch VIGIE_ES_PORT=9201` starts
# another. From the compose file where a container engine runs; run.sh also has other versions, passwords and TLS.
ENGINE = test -z "$$VIGIE_ES_VERSION$$VIGIE_ES_PASSWORD" && docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1
COMPOSE = ELASTIC_SECURITY=false ELASTIC_PORT=$${VIGIE_ES_PORT:-9200} \
	docker compose --project-name vigie-development --file deploy/compose.yaml

elasticsearch:
	@if $(ENGINE); then deploy/secrets.sh && $(COMPOSE) up --detach --wait elasticsearch; else deploy/elasticsearch/run.sh start; fi

elasticsearch-stop:
	@if $(ENGINE); then $(COMPOSE) stop elasticsearch; else deploy/elasticsearch/run.sh stop; fi

# The Kibana objects from their sources; needs Python 3.12, see docs/kibana.md.
KIBANA_PYTHON ?= python3.12

kibana: .kibana/installed
	@.kibana/bin/python deploy/kibana/build.py

.kibana/installed: deploy/kibana/requirements.txt
	@$(KIBANA_PYTHON) -m venv --clear .kibana
	@.kibana/bin/python -m pip install --quiet --disable-pip-version-check --requirement deploy/kibana/requirements.txt
	@touch $@

clean:
	rm -rf .venv .kibana build *.egg-info demo-out .pytest_cache .mypy_cache .ruff_cache .coverage .import_linter_cache .hypothesis
