# Murmuration. `make demo` to stand in it, `make test` to prove it. Needs make and Python 3.11 or newer, nothing else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench mutants lock clean browser frontend

# The first of these that is a Python this release supports.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
UV := $(BIN)/uv --quiet

# uv does not read pip's settings; an index named for pip serves both.
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
export UV_LINK_MODE ?= copy

# Tests of one file stay together. Servers that are named from outside are shared, so there tests run one after another.
SIDE_BY_SIDE := $(if $(DATABASE_URL)$(REDIS_URL),,-n auto --maxprocesses 4 --dist loadfile)

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 10 | sed 's/^/  make /'

demo: .venv/.demo ## Start everything, with two companies in it: PORT=8000 DATA=var
	@DEMO=1 exec $(BIN)/python manage.py quickstart

test: .venv/.dev frontend ## Run every test, with a real browser; ARGS="-k door" chooses
	@CHROMIUM="$$($(BIN)/python -m tests.browser)" && export CHROMIUM && exec $(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

check: .venv/.dev ## Style, types, templates, contracts, migrations, compose file
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/python manage.py check
	@$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(BIN)/python -m tests.house.compose
	@echo "check: all good"

fix: .venv/.dev ## Repair what can be repaired by machine
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . ; true

bench: .venv/.dev ## Measure speed; see bench/
	@$(BIN)/python -m bench $(ARGS)

# From nothing each time, unless somebody names what to try; hypothesis draws the same examples where CI is set.
mutants: .mutants/.dev ## Which changes of rules and statistics no test notices: ten minutes, outside CI; ARGS="NAME" tries one again
	@[ -n "$(ARGS)" ] || rm -rf mutants
	@CI=1 .mutants/bin/mutmut run $(ARGS)
	@.mutants/bin/mutmut results

lock: .venv/.uv ## Write requirements/*.txt anew from pyproject.toml
	@for group in base dev; do \
		$(UV) pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		$$([ $$group = dev ] && echo --group dev) pyproject.toml -o requirements/$$group.txt || exit 1; done
	@$(UV) pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--constraints requirements/dev.txt --group pyproject.toml:mutants -o requirements/mutants.txt

clean: ## Remove what was built, installed and stored (the demo's data too)
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m adoption.embedded discard var var/test var/test/gw* || exit 1; fi
	@rm -rf .venv .mutants mutants node_modules static/dist/* static/dist/.built-from var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

browser: .venv/.dev
	@$(BIN)/python -m tests.browser

frontend: .venv/.demo
	@$(BIN)/python -m adoption.frontend

# --- the environment -------------------------------------------------------------------------------------------------

.venv/.uv: requirements/uv.txt
	@[ -n "$(PYTHON)" ] || { echo "make: Python 3.11, 3.12 or 3.13 is needed: install one, or say PYTHON=/path/to/python" >&2; exit 1; }
	@[ -x $(BIN)/python ] || echo "Installing into .venv, once: about a minute."
	@[ -x $(BIN)/python ] && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv \
		|| { echo "make: $(PYTHON) cannot make environments: install its venv package (on Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# Compiled at once: where PYTHONDONTWRITEBYTECODE is set, every later start would compile it all again (12 s).
# What the tests need contains what the demo needs, so an environment made for tests is left as it is.
.venv/.demo: .venv/.uv requirements/base.txt requirements/dev.txt
	@if [ .venv/.dev -nt requirements/dev.txt ]; then :; else $(UV) pip sync --compile-bytecode --python $(BIN)/python requirements/base.txt; fi
	@touch $@

.venv/.dev: .venv/.uv requirements/dev.txt
	@$(UV) pip sync --compile-bytecode --python $(BIN)/python requirements/dev.txt
	@touch $@

# Beside the other, for what mutmut needs nobody else does.
.mutants/.dev: .venv/.uv requirements/dev.txt requirements/mutants.txt
	@$(UV) venv --clear --python $(BIN)/python .mutants
	@$(UV) pip sync --compile-bytecode --python .mutants/bin/python requirements/dev.txt requirements/mutants.txt
	@touch $@
