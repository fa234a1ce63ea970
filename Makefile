# All tasks of this project; each works in a fresh clone. Variables: PYTHON=/path/to/python3.12 selects the Python,
# VENV=DIR the virtual environment, ARGS="..." the arguments for `make run` and `make mutants`.

VENV ?= .venv
PYTHON ?=
ARGS ?=
# Passed in the environment: make would split paths at spaces, and the shell would trip over apostrophes.
export VENV PYTHON
SET_UP = @scripts/bootstrap
TARGET = "$$VENV" "$$PYTHON"
VENV_PYTHON = "$$VENV/bin/python"

.PHONY: help run test test-thorough test-journeys test-access test-web test-packages web package nightly mutants bench fresh lint lock audit translations clean
.DEFAULT_GOAL := help

help:
	@echo "make run           set up and open the window (ARGS=\"--demo\" passes arguments)"
	@echo "make test          set up and run the static checks, the quick unit tests and the main journeys (5 minutes)"
	@echo "make test-thorough set up and run all unit tests, also those that take long, and judge their coverage"
	@echo "make test-journeys set up and run all other journeys through the whole application"
	@echo "make test-access   set up and test the window with a real screen reader, Orca, like CI"
	@echo "make test-web      set up and test the endpoint's page and other clients with Chromium, Node.js and nginx, like CI"
	@echo "make web           build the endpoint's page (needs Node.js and npm)"
	@echo "make package       build .deb, .rpm, portable archive, wheel and sdist into dist (ARGS=\"--only deb\")"
	@echo "make test-packages build them, install them here (as root) and use them, like CI"
	@echo "make nightly       run the property tests with many more examples, new ones each time"
	@echo "make mutants       change the code in small ways and list the changes that no test notices (ARGS=\"core --every 10\")"
	@echo "make lint          run only the static checks: format, rules, types, layers, dependencies, dead code"
	@echo "make bench         run the benchmarks and update their tables"
	@echo "make fresh         as root: run and test on minimal Debian 12 and 13 systems (ARGS=\"--run-only 13\")"
	@echo "make translations  update the .ts and .qm files from the strings in the code"
	@echo "make lock          regenerate the lock files from pyproject.toml"
	@echo "make audit         check the locked packages for vulnerabilities and licences"
	@echo "make clean         remove everything that was built, and the virtual environment"

run:
	$(SET_UP) run $(TARGET)
	@$(VENV_PYTHON) scripts/run.py $(ARGS)

test:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/check.py all

test-thorough:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/check.py thorough

test-journeys:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/check.py journeys

test-access:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/system_packages.py access
	@$(VENV_PYTHON) scripts/check.py access

test-web:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/system_packages.py web
	@$(VENV_PYTHON) scripts/check.py web

web:
	$(SET_UP) run $(TARGET)
	@$(VENV_PYTHON) scripts/web_page.py build

package:
	$(SET_UP) run $(TARGET)
	@$(VENV_PYTHON) scripts/system_packages.py package
	@$(VENV_PYTHON) packaging/build.py $(ARGS)

test-packages:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/system_packages.py packages
	@$(VENV_PYTHON) scripts/check.py packages

nightly:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/check.py nightly

mutants:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/mutants.py $(ARGS)

lint:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/check.py lint

bench:
	$(SET_UP) test $(TARGET)
	@scripts/gui-session $(VENV_PYTHON) tests/benchmarks/harness.py

fresh:
	@scripts/fresh $(ARGS)

translations:
	$(SET_UP) run $(TARGET)
	@$(VENV_PYTHON) scripts/translations.py

lock:
	@scripts/lock

audit:
	$(SET_UP) test $(TARGET)
	@$(VENV_PYTHON) scripts/audit.py

clean:
	rm -rf build dist web/node_modules .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find desktop_chat scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf "$$VENV"
