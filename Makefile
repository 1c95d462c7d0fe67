# Every target makes its own environment: Python >= 3.11, make and the package registries are enough.
# `make` alone prints this list.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= 50000
SERVE  ?= 1
SEED   ?= 1
JSON   ?=
# Tests run in two processes side by side; JOBS=0 runs them in one.
JOBS   ?= 2

# A registry behind an institution's own certificate authority works where the system trusts it.
export UV_SYSTEM_CERTS := 1
# Tests start hundreds of processes. Where Python may not keep what it compiled, each takes ten seconds to begin.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test browser check fix bench soak docs lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# --- the environment -------------------------------------------------------------------------------------------
# Runtime and development environments are one folder; the stamps say how far it is filled.

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit("Mazdoor needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements.lock pyproject.toml
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

# Browser assets from npm. Where no registry answers this says so and goes on; the stamp is then missing and tried again.
$(VENV)/.browser: $(VENV)/.run tools/browser.py requirements-browser.lock browser/package.json browser/package-lock.json browser/build.js $(wildcard browser/src/*)
	@$(BIN)/python tools/browser.py

# --- the two commands ------------------------------------------------------------------------------------------

demo: $(VENV)/.run $(VENV)/.browser ## a district's workers down the whole chain, then the site (SERVE=0 WORKERS=5000 to end after the table)
	@$(BIN)/mazdoor demo --workers $(WORKERS) --seed $(SEED) $(if $(filter 0,$(SERVE)),--no-serve) $(if $(JSON),--json $(JSON))

test: $(VENV)/.dev $(VENV)/.browser ## all tests; those that need a missing system part skip and say how to install it
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --no-loadscope-reorder --durations=40

# --- for those who change it -----------------------------------------------------------------------------------

browser: $(VENV)/.browser ## build the page for offline forms and the Urdu fonts (demo and test do this by themselves)

check: $(VENV)/.dev ## format, lint, types, contracts, migrations, policies, translations, generated docs; changes nothing
	@$(BIN)/python -m tools.check

fix: $(VENV)/.dev ## what can be mended by machine: format, imports, generated docs, message catalogues
	@$(BIN)/python -m tools.fix

bench: $(VENV)/.dev ## measure synth, load, counter, payroll, rules, names and dedup, beside their peers, at one million
	@$(BIN)/python -m benchmarks.run

soak: $(VENV)/.dev ## the long crash and generative runs
	@$(BIN)/python -m pytest -m soak --override-ini='addopts=' -ra

docs: $(VENV)/.dev ## write the generated documents again
	@$(BIN)/python -m tools.docs

lock: $(VENV)/.uv ## resolve the dependencies anew into the two lock files
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -o requirements-dev.lock
	@$(BIN)/uv pip compile --group browser --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet -o requirements-browser.lock

clean: ## remove the environment and caches (the database stays: `mazdoor db reset` removes that)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
