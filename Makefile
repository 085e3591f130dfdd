# The verbs of this house; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

# which tests a verb runs (the marks stand in pyproject.toml): each belongs to one of ALL and STRESS
PURE := "pure"
DATABASELESS := "pure or heavy"
QUICK := "not (slow or browser or kill or year or conformance or stress)"
ALL := "not stress"
STRESS := "stress"
RULES := "jamsos/*/rules.py,jamsos/disclosure.py,jamsos/money.py,jamsos/months.py"
CORES := --numprocesses=auto --maxprocesses=4 --dist=worksteal

.DEFAULT_GOAL := help
.PHONY: help setup demo check test test-all stress coverage mutation lint docs schema baseline lock benchmark clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: $(READY) ## make the virtual environment and check for pango

$(READY): requirements.lock pyproject.toml scripts/setup
	PYTHON=$(PYTHON) scripts/setup $(VENV)
	@touch $(READY)

demo: $(READY) ## the whole programme on sample files, then GraphQL on 127.0.0.1:8000 (ARGS=--no-serve stops after the PDFs)
	@$(BIN)/jamsos demo $(ARGS)

check: $(READY) ## format, types, contracts and every light test without a database, within a minute
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy & types=$$!; $(BIN)/python -m tests $(CORES) -m $(PURE); tests=$$?; wait $$types && exit $$tests

test: $(READY) ## check, and every test that takes no patience (ARGS="tests/ledger -x" for some, on one core)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy & types=$$!; $(BIN)/python -m tests $(or $(ARGS),$(CORES) -m $(QUICK)); tests=$$?; wait $$types && exit $$tests

test-all: $(READY) ## test, and whatever takes a browser, a whole year, a killed process or veraPDF; CI runs it
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy & types=$$!; $(BIN)/python -m tests $(CORES) -m $(ALL); tests=$$?; wait $$types && exit $$tests

stress: $(READY) ## what takes minutes: twenty times as many random questions, each compared with a plain answer
	@JAMSOS_TRUTH_EXAMPLES=2000 $(BIN)/python -m tests -m $(STRESS)

coverage: $(READY) ## count branches: of the rules by tests without a database, at 100 %, then of everything by `make test`
	@rm -rf .coverage && mkdir .coverage
	@$(BIN)/coverage run -m tests -q $(CORES) -m $(DATABASELESS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --include=$(RULES) --fail-under=100
	@rm -rf .coverage && mkdir .coverage
	@$(BIN)/coverage run -m tests -q $(CORES) -m $(QUICK)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

mutation: $(READY) ## change the rules in a thousand small ways and count what tests notice, at least 90 % (ARGS="jamsos.ledger*" for some)
	@$(BIN)/python scripts/mutation.py $(ARGS)

lint: $(READY) ## mend what a machine can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: $(READY) ## build the documentation site into out/site, searchable and in both languages
	@$(BIN)/python scripts/docs_site.py out/site

schema: $(READY) ## export schema.graphql
	@$(BIN)/jamsos api schema > schema.graphql

baseline: $(READY) ## write the first migration from the tables (before the first release, after a table changed)
	@$(BIN)/python -m jamsos.migrations.draft

lock: ## pin every dependency with hashes (needs uv)
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock -q

benchmark: $(READY) ## measure us beside what a user would pick instead (ARGS=api, ledger, …; all without)
	@$(BIN)/python -m benchmarks $(ARGS)

clean: ## remove what the verbs made here (keeps .jamsos, the demo's database and key)
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage mutants build out
