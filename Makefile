# The two commands of the README are `make run` and `make test`; `make help` lists the rest.

PYTHON   ?= python3
VENV     ?= .venv
ARTICLES ?= tests/articles
HOST     ?= 127.0.0.1
PORT     ?= 8000
N        ?= 100000

BIN      := $(VENV)/bin
CODE     := search web tests
INSTALL  := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK     := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
            --generate-hashes --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install dev run test lint format bench eval lock upgrade clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## make .venv with article-search in it, every package pinned by hash

dev: $(VENV)/.installed-dev ## the same, with the tools for tests and checks

# --allow-shrink: whoever names another archive here means it.
run: install ## index ARTICLES=DIR into index_data/ and serve it on http://HOST:PORT
	$(BIN)/article-search index "$(ARTICLES)" --allow-shrink
	exec $(BIN)/article-search serve --host "$(HOST)" --port "$(PORT)"

test: dev ## run all tests; PYTEST_ARGS= adds options
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: dev ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)

format: dev ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: dev ## compare with Whoosh, SQLite and tantivy on N= synthetic articles; CHECK=1 sees to the answers only
	$(BIN)/python -m tests.bench --articles $(N) $(if $(CHECK),--check) $(if $(SCALE),--scale $(SCALE))

eval: dev ## measure how good the answers are on ARTICLES="DIR …"; CHECK=1 fails where one is below its floor
	$(BIN)/python -m tests.eval $(ARTICLES) $(if $(CHECK),--check)

lock: dev ## resolve pyproject.toml into the two locks, changing as little as possible
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock

upgrade: LOCK += --upgrade
upgrade: lock ## the same, with every package as new as it may be

clean: ## remove what was installed, built and cached (index_data/ stays)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# Files that say "done", so that a second `make run` installs nothing.  The project itself is installed without build
# isolation and without an index: setuptools comes from the lock, nothing unpinned is fetched.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV)"
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing into $(VENV), with the tools for tests and checks"
	$(INSTALL) --require-hashes --requirement requirements-dev.lock
	$(INSTALL) --no-index --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.installed $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "article-search needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." \
	         "Name another one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "'$(PYTHON)' cannot make virtual environments (on Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
