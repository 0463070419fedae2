# Everything runs in .venv, which is made from requirements.txt the first time it is needed.
PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
# Byte code is kept, in folders that git ignores: whatever starts a second time starts sooner.
unexport PYTHONDONTWRITEBYTECODE
READY := .venv/ready
# Tests of one file share what they make; those of the notebooks come first, since they take longest.
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadscope --no-loadscope-reorder

.PHONY: help reproduce site lint check test test-slow lab install hooks format notebooks readme benchmark pins clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

reproduce: $(READY) ## run every notebook for Norfolk; results in build/norfolk/
	@$(BIN)/python -m helpers.reproduce --jobs $(JOBS)

site: $(READY) ## the same as a web site, in build/site/
	@$(BIN)/python -m helpers.site --jobs $(JOBS)

lint: $(READY) ## style, layout and the layers of the house: no test is run
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }

check: lint ## for every save: lint, data, unit tests; no notebook is run
	@$(PYTEST) -m "not slow and not kernel and not notebook" tests

test: lint ## all of it: lint, data, unit tests, and every notebook cell by cell
	@$(PYTEST) -m "not slow" --nbval --nbval-current-env

test-slow: $(READY) ## runs killed, builds compared, other forces, whole tables, the browser
	@$(PYTEST) -m slow tests

lab: $(READY) ## open JupyterLab on the collection
	@$(BIN)/jupyter lab --notebook-dir=.

install: $(READY) ## set up .venv and nothing else

hooks: $(READY) ## have git run lint before every commit
	@$(BIN)/pre-commit install

format: $(READY) ## put code and notebooks into the one layout
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

notebooks: $(READY) ## run the committed notebooks and save them with their outputs (after a change)
	@$(BIN)/python -m helpers.reproduce --in-place --jobs $(JOBS)

readme: $(READY) ## renew the computed parts of README.md
	@$(BIN)/python -m helpers.reproduce.readme

benchmark: $(READY) ## measure the speed figures that the README gives
	@$(BIN)/python tests/benchmark.py

pins: ## renew requirements.txt from requirements.in (needs uv)
	uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --custom-compile-command 'make pins' requirements.in -o requirements.txt

clean: ## remove build/ and .venv
	rm -rf build .venv

# The mark is set last, so that an interrupted install is taken up again.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12")'
	@echo "Setting up .venv (once, a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
