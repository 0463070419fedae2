# Everything runs in .venv, which is made from requirements.txt the first time it is needed.
PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
READY := .venv/ready

.PHONY: help reproduce test lab install notebooks readme benchmark pins clean

help: ## show this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

reproduce: $(READY) ## run every notebook for Norfolk; results in build/norfolk/
	@$(BIN)/python -m helpers.reproduce --jobs $(JOBS)

test: $(READY) ## linting, data checks, unit tests, and every notebook cell by cell
	@$(BIN)/ruff check --quiet .
	@$(BIN)/python -m helpers.data
	@$(BIN)/python -m pytest --nbval --nbval-current-env --numprocesses $(JOBS) --dist loadscope

lab: $(READY) ## open JupyterLab on the collection
	@$(BIN)/jupyter lab --notebook-dir=.

install: $(READY) ## set up .venv and nothing else

notebooks: $(READY) ## run the committed notebooks and save them with their outputs (after a change)
	@$(BIN)/python -m helpers.reproduce --in-place --jobs $(JOBS)

readme: $(READY) ## renew the computed parts of README.md
	@$(BIN)/python -m helpers.readme

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
