# `make help` lists the commands.

PYTHON   ?= python3
VENV     ?= .venv
ARTICLES ?= tests/articles
HOST     ?= 127.0.0.1
PORT     ?= 8000
N        ?= 100000
MUTANTS  ?= 200
SEEDS    ?= 1

BIN      := $(VENV)/bin
CODE     := search web tests
INSTALL  := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK     := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
            --generate-hashes --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install dev run test clients lint format licences sbom bench bench-cluster eval faults soak cluster cluster-stop mutate screenshots lock upgrade clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## install article-search into .venv, with every package pinned by hash

dev: $(VENV)/.installed-dev ## also install the development tools

# --allow-shrink: ARTICLES can name a smaller archive than before.
run: install ## index ARTICLES=DIR and serve it at http://HOST:PORT
	$(BIN)/article-search index "$(ARTICLES)" --allow-shrink
	exec $(BIN)/article-search serve --host "$(HOST)" --port "$(PORT)"

test: dev ## run all tests; PYTEST_ARGS= adds pytest options
	$(BIN)/python -m pytest $(PYTEST_ARGS)

clients: $(VENV)/.installed-clients ## generate API clients in four languages and run them; needs npm, skips Go and Rust without go and cargo
	$(BIN)/python -m pytest tests/clients -n 2 --dist loadfile $(PYTEST_ARGS)

lint: dev ## run ruff, bandit and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --recursive search web --configfile pyproject.toml
	$(BIN)/mypy $(CODE)

format: dev ## format the code with ruff
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

licences: dev ## list the licences of the runtime packages; fails for one that is not permissive
	$(BIN)/python -m tests.licences

sbom: $(VENV)/.installed-sbom ## write sbom.json, the runtime packages with versions and hashes (CycloneDX)
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o sbom.json

bench: $(VENV)/.installed-bench ## benchmark against other engines with N= articles; CHECK=1 compares results only; WHY= says what changed
	$(BIN)/python -m tests.bench --articles $(N) $(if $(CHECK),--check) $(if $(SCALE),--scale $(SCALE)) $(if $(WHY),--why "$(WHY)")

bench-cluster: $(VENV)/.installed-bench ## benchmark with N= articles, or several numbers, over three nodes of OpenSearch; needs Java and Maven
	CLUSTER_HEAP=2g $(BIN)/python -m tests.bench.cluster $(N:%=--articles %)

eval: dev ## measure search quality on ARTICLES="DIR …" with SEEDS= seeds; CHECK=1 fails if a figure is below its floor
	$(BIN)/python -m tests.eval $(ARTICLES) --seeds $(SEEDS) $(if $(CHECK),--check)

faults: dev ## inject faults for hours; NAMES= chooses some; writes tests/faults/RESULTS.md
	$(BIN)/python -m tests.faults $(NAMES)

soak: N = 1000000
soak: dev ## send N= requests to a server whose index is updated every minute, for hours; writes tests/faults/RESULTS.md
	REQUESTS=$(N) $(BIN)/python -m tests.faults soak

cluster: dev ## start three OpenSearch nodes on this machine; needs Java and Maven
	$(BIN)/python -m tests.cluster start

cluster-stop: dev ## end these nodes
	$(BIN)/python -m tests.cluster stop

mutate: $(VENV)/.installed-mutation ## test MUTANTS= random mutants with mutmut; SEED= chooses others
	$(BIN)/python -m tests.mutation --mutants $(MUTANTS) $(if $(SEED),--seed $(SEED))

screenshots: dev ## take the screenshots of the README in docs/; needs Chromium
	$(BIN)/python -m tests.screenshots

lock: dev ## update the lock files from pyproject.toml, with as few changes as possible
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group build --extra mcp --constraint requirements.lock --output-file requirements-mcp.lock
	$(LOCK) --group build --extra opensearch --constraint requirements.lock --output-file requirements-opensearch.lock
	$(LOCK) --group dev --constraint requirements-mcp.lock --output-file requirements-dev.lock
	$(LOCK) --group clients --constraint requirements-dev.lock --output-file requirements-clients.lock
	$(LOCK) --group sbom --constraint requirements-dev.lock --output-file requirements-sbom.lock
	$(LOCK) --group mutation --constraint requirements-dev.lock --output-file requirements-mutation.lock
	$(LOCK) --group bench --constraint requirements-dev.lock --output-file requirements-bench.lock

upgrade: LOCK += --upgrade
upgrade: lock ## update the lock files to the newest versions

clean: ## remove installed, built and cached files; keep index_data/
	rm -rf $(VENV) build tests/clients/built *.egg-info mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamp files: a second `make run` installs nothing.  The project is installed without build isolation and without an
# index: setuptools comes from the lock, and pip downloads no unpinned package.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV)"
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-index --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing the development tools into $(VENV)"
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	$(INSTALL) --no-index --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $(VENV)/.installed $@

$(VENV)/.installed-clients: requirements-clients.lock $(VENV)/.installed-dev
	$(INSTALL) --require-hashes --requirement requirements-clients.lock
	@touch $@

$(VENV)/.installed-sbom: requirements-sbom.lock $(VENV)/.installed-dev
	$(INSTALL) --require-hashes --requirement requirements-sbom.lock
	@touch $@

$(VENV)/.installed-mutation: requirements-mutation.lock $(VENV)/.installed-dev
	$(INSTALL) --require-hashes --requirement requirements-mutation.lock
	@touch $@

$(VENV)/.installed-bench: requirements-bench.lock $(VENV)/.installed-dev
	$(INSTALL) --require-hashes --requirement requirements-bench.lock
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "article-search needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." \
	         "Choose another: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "'$(PYTHON)' cannot create virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
