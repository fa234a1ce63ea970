# Every job of this project, each from a fresh clone. Variables: PYTHON=/path/to/python3.12 chooses the Python,
# VENV=DIR the place of the virtual environment, ARGS="..." what `make run` hands to the program.

VENV ?= .venv
PYTHON ?=
ARGS ?=
override VENV := $(abspath $(VENV))
export VENV
IN = $(VENV)/bin/python

.PHONY: help run test bench lint lock translations clean
.DEFAULT_GOAL := help

help:
	@echo "make run           set up and open the window (ARGS=\"--demo\" hands arguments on)"
	@echo "make test          set up and run every check and test, as CI does"
	@echo "make lint          the checks alone: format, rules, types, layers, dependencies, dead code"
	@echo "make bench         run the benchmarks and write their tables"
	@echo "make translations  bring the .ts and .qm files up to date with the words in the code"
	@echo "make lock          write the lock files anew from pyproject.toml"
	@echo "make clean         remove all that was built, and the virtual environment"

run:
	@scripts/bootstrap "$(VENV)" "$(PYTHON)"
	@$(IN) scripts/setup.py run
	@$(IN) scripts/run.py $(ARGS)

test:
	@scripts/bootstrap "$(VENV)" "$(PYTHON)"
	@$(IN) scripts/setup.py test
	@$(IN) scripts/check.py all

lint:
	@scripts/bootstrap "$(VENV)" "$(PYTHON)"
	@$(IN) scripts/setup.py test
	@$(IN) scripts/check.py lint

bench:
	@scripts/bootstrap "$(VENV)" "$(PYTHON)"
	@$(IN) scripts/setup.py test
	@scripts/gui-session $(IN) tests/benchmarks/harness.py

translations:
	@scripts/bootstrap "$(VENV)" "$(PYTHON)"
	@$(IN) scripts/setup.py run
	@$(IN) scripts/translations.py

lock:
	@scripts/lock

clean:
	rm -rf build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find desktop_chat scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf "$(VENV)"
