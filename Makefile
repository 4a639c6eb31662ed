# Every habit is one word. `make` alone lists them.
.SILENT:
.DEFAULT_GOAL := help
.PHONY: help run demo test soak check coverage format lock bench clean
VENV ?= .venv
BIN := $(VENV)/bin
export VENV PYTHON
# A hundred processes read the same files: what one has compiled the others take, also where that is turned off.
unexport PYTHONDONTWRITEBYTECODE

help:
	echo "make run       set everything up and serve the sample landlord (PYTHON=python3.12 chooses the interpreter)"
	echo "make demo      a morning of simulated customers in two minutes, on a record of its own"
	echo "make test      set everything up and run every test, real servers included"
	echo "make soak      the same tests, each trying as much as is worth waiting for"
	echo "make check     the quick part: format, lint, types, import rules, tests that need no server"
	echo "make coverage  every test again, and which lines they reach, with a floor"
	echo "make format    put the code into the house's format"
	echo "make bench     the benchmarks, each beside a floor measured in the same run"
	echo "make lock      work out the exact versions in requirements/ anew (needs uv)"
	echo "make clean     remove the environment and every cache; data in ./var stays"

run:
	scripts/setup run
	exec $(BIN)/firstcontact serve

demo:
	scripts/setup run
	exec $(BIN)/firstcontact demo

# The processes under test are started many times: what one compiled the others take, wherever that is turned off.
SERVERS := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder \
	tests/integration tests/browser

test:
	scripts/setup dev
	scripts/install-test-servers
	HYPOTHESIS_PROFILE=whole scripts/check
	$(SERVERS)

# For a night or a release: more contacts, callers and examples, in the places that the quick part tries a few.
soak:
	scripts/setup dev
	scripts/install-test-servers
	HYPOTHESIS_PROFILE=thorough scripts/check
	HYPOTHESIS_PROFILE=thorough $(SERVERS)

check:
	scripts/setup dev
	scripts/check

coverage:
	scripts/setup dev
	scripts/install-test-servers
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q tests/unit tests/integration tests/browser
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

format:
	scripts/setup dev
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

bench:
	scripts/setup dev
	scripts/install-test-servers
	scripts/bench

lock:
	scripts/lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find channels rules router tests -name __pycache__ -prune -exec rm -rf {} +
