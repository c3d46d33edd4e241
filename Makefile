# Everything a learner, an author or a maintainer does here. `make help` lists it.

VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup learn demo test test-fast lint bench wheel notebooks clean

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(VENV)/ready ## Set up: virtual environment, missing system packages, practice images
	@dockyard doctor --fix --quiet
	@dockyard hub build

learn: setup ## Learn: start engine and hub, and open the lesson in JupyterLab
	@dockyard lab

demo: setup ## Watch the lessons being solved on a fresh engine
	@dockyard demo

test: setup $(VENV)/ready-to-test lint ## Run all tests on a real engine of their own
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-fast: $(VENV)/ready-to-test ## Run the tests that start no engine and no Jupyter
	$(BIN)/python -m pytest -n 2 -q -m "not engine and not jupyter"

lint: $(VENV)/ready-to-test ## Check style and types
	ruff check .
	ruff format --check .
	mypy
	lint-imports --no-logo

bench: setup ## Measure, beside a peer in the same run
	$(BIN)/python -m bench

wheel: $(VENV)/ready-to-test ## Build the wheel into dist/
	$(BIN)/python -m build

notebooks: $(VENV)/ready ## Build the notebooks from the lessons
	@dockyard author build

clean: ## Remove what was made here; progress lives elsewhere and stays
	rm -rf $(VENV) dist build

$(VENV)/ready: pyproject.toml
	@python3 -c 'import ensurepip' 2>/dev/null || { \
	  echo "Python cannot make virtual environments here. Install what it needs: apt-get install -y python3-venv"; exit 3; }
	@echo "Making the virtual environment $(VENV) …"
	@python3 -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q checker dockyard
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready
	@tests/packages
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
