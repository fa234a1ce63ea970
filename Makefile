# Every job of this project, each from a fresh clone. Variables: PYTHON=/path/to/python3.12 chooses the Python,
# VENV=DIR the place of the virtual environment, ARGS="..." what `make run` and `make mutants` hand on.

VENV ?= .venv
PYTHON ?=
ARGS ?=
# Handed on in the environment: make would cut a path at its blanks, and the shell one at its apostrophes.
export VENV PYTHON
SET_UP = @scripts/bootstrap
PLACE = "$$VENV" "$$PYTHON"
IN = "$$VENV/bin/python"

.PHONY: help run test test-access nightly mutants bench fresh lint lock audit translations clean
.DEFAULT_GOAL := help

help:
	@echo "make run           set up and open the window (ARGS=\"--demo\" hands arguments on)"
	@echo "make test          set up and run every check and test, as CI does"
	@echo "make test-access   set up and hear the window with a real screen reader, Orca, as CI does"
	@echo "make nightly       the property tests with many more examples, other ones each time"
	@echo "make mutants       break the code in one place after the other and name what no test notices (ARGS=\"core --every 10\")"
	@echo "make lint          the checks alone: format, rules, types, layers, dependencies, dead code"
	@echo "make bench         run the benchmarks and write their tables"
	@echo "make fresh         as root: run and test on new, minimal systems, Debian 12 and 13 (ARGS=\"--run-only 13\")"
	@echo "make translations  bring the .ts and .qm files up to date with the words in the code"
	@echo "make lock          write the lock files anew from pyproject.toml"
	@echo "make audit         look for known vulnerabilities and licences in what the lock files pin"
	@echo "make clean         remove all that was built, and the virtual environment"

run:
	$(SET_UP) run $(PLACE)
	@$(IN) scripts/run.py $(ARGS)

test:
	$(SET_UP) test $(PLACE)
	@$(IN) scripts/check.py all

test-access:
	$(SET_UP) test $(PLACE)
	@$(IN) scripts/system_packages.py access
	@$(IN) scripts/check.py access

nightly:
	$(SET_UP) test $(PLACE)
	@$(IN) scripts/check.py nightly

mutants:
	$(SET_UP) test $(PLACE)
	@$(IN) scripts/mutants.py $(ARGS)

lint:
	$(SET_UP) test $(PLACE)
	@$(IN) scripts/check.py lint

bench:
	$(SET_UP) test $(PLACE)
	@scripts/gui-session $(IN) tests/benchmarks/harness.py

fresh:
	@scripts/fresh $(ARGS)

translations:
	$(SET_UP) run $(PLACE)
	@$(IN) scripts/translations.py

lock:
	@scripts/lock

audit:
	$(SET_UP) test $(PLACE)
	@$(IN) scripts/audit.py

clean:
	rm -rf build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find desktop_chat scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf "$$VENV"
