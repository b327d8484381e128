# Two commands do all the set-up: `make lab` to study, `make test` to validate.

PYTHON ?= python3
PYTHON_COLAB ?= python3.13
BIN := .venv/bin
NOTEBOOKS := notebooks/calculus.ipynb notebooks/solutions.ipynb
MY_COPY := my-notebooks
# Jupyter refuses to run as root (in a container, say) unless it is told that this is meant.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# Same order everywhere, so that two runs give the same files.
export PYTHONHASHSEED := 0

.PHONY: help lab test lint notebooks bench test-colab test-oldest clean

help:
	@echo "make lab          study: opens JupyterLab on your own copy of the lesson (in $(MY_COPY)/)"
	@echo "make test         validate: lint, unit tests, every notebook cell, a real browser"
	@echo "make lint         ruff and mypy alone"
	@echo "make notebooks    run all notebooks from fresh kernels and rewrite their outputs"
	@echo "make bench        measure every claim of speed and accuracy (writes benchmarks/RESULTS.md)"
	@echo "make test-colab   the tests and notebooks on Colab's versions (needs Python 3.13)"
	@echo "make test-oldest  the same on the oldest versions we claim"
	@echo "make clean        remove what the other commands made, except $(MY_COPY)/"

# A stamp for each set of packages: a second run reinstalls nothing unless pyproject.toml changed.
.venv/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24"
	@touch $@

.venv/has-%: .venv/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[$*]"
	@touch $@

lab: .venv/has-lab
	@mkdir -p $(MY_COPY)
	@for notebook in notebooks/*.ipynb; do \
		copy=$(MY_COPY)/$$(basename $$notebook); \
		test -e $$copy || cp $$notebook $$copy; \
	done
	$(BIN)/jupyter lab $(AS_ROOT) --ServerApp.root_dir=$(MY_COPY) --LabApp.default_url=/lab/tree/calculus.ipynb

test: .venv/has-test lint
	$(BIN)/pytest $(PYTEST_OPTIONS)

lint: .venv/has-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

EXECUTE := $(BIN)/jupyter nbconvert --log-level=WARN --to notebook --execute \
	--ExecutePreprocessor.store_widget_state=False --ExecutePreprocessor.record_timing=False

notebooks: .venv/has-test
	$(EXECUTE) --inplace $(NOTEBOOKS)
	$(EXECUTE) --TagRemovePreprocessor.enabled=True --TagRemovePreprocessor.remove_cell_tags=solution \
		notebooks/solutions.ipynb --output practice.ipynb
	$(BIN)/python -m tools.normalise_notebooks notebooks/*.ipynb

bench: .venv/has-test .venv/has-bench
	$(BIN)/python -m benchmarks

# One environment for each list of pinned versions in tests/constraints/.
.venv-%/installed: tests/constraints/%.txt pyproject.toml
	$(PINNED_PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --upgrade "pip>=24"
	.venv-$*/bin/python -m pip install --quiet --constraint tests/constraints/$*.txt --editable ".[test]" ipython ipykernel
	@touch $@

test-colab: PINNED_PYTHON := $(PYTHON_COLAB)
test-oldest: PINNED_PYTHON := $(PYTHON)
# Old releases of one package use what newer ones of another have deprecated: those warnings are not ours to mend.
test-colab test-oldest: test-%: .venv-%/installed
	.venv-$*/bin/pytest -m "not browser and not packaging" -W ignore::DeprecationWarning $(PYTEST_OPTIONS)

clean:
	rm -rf .venv .venv-* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
