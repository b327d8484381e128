# Two commands do all the set-up: `make lab` to study, `make test` to validate.

PYTHON ?= python3
PYTHON_COLAB ?= python3.13
VENV ?= .venv
RUN := $(VENV)/bin/python -m
MY_COPY := my-notebooks
# Jupyter refuses to run as root (in a container, say) unless it is told that this is meant.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

# Same order everywhere, so that two runs give the same files.
export PYTHONHASHSEED := 0

.PHONY: help lab test lint notebooks site lite html bench release-check test-colab test-oldest test-launch test-site clean FORCE

help:
	@echo "make lab          study: opens JupyterLab on your own copy of the lesson (in $(MY_COPY)/)"
	@echo "make test         validate: lint, unit tests, every notebook cell, a real browser"
	@echo "make lint         ruff and mypy alone"
	@echo "make notebooks    run all notebooks from fresh kernels and rewrite their outputs"
	@echo "make site         build _site/: pages whose figures answer without a kernel (needs npm for MathJax)"
	@echo "make lite         add _site/lite/: JupyterLab that runs in the reader's browser"
	@echo "make html         one HTML file for each notebook, in build/html/"
	@echo "make bench        measure every claim of speed and accuracy (writes benchmarks/RESULTS.md)"
	@echo "make release-check  tests, wheel, site, and what does not agree (a dry run: PLACEHOLDER=1)"
	@echo "make test-colab   the tests and notebooks on Colab's versions (needs Python 3.13)"
	@echo "make test-oldest  the same on the oldest versions we claim"
	@echo "make test-site    look at the site, the browser edition, Notebook 7 and Voila in a browser (build the site first)"
	@echo "make test-launch  what mybinder.org would make of the repository"
	@echo "make clean        remove what the other commands made, except $(MY_COPY)/"

# An environment knows the folder it was made in: in a moved or renamed folder, or without its Python, it is made anew.
$(VENV)/place:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(RUN) pip install --quiet --upgrade "pip>=24"
	@$(VENV)/bin/python -c "import os, pathlib; pathlib.Path('$@').write_text(os.getcwd())"

PLACE := $(shell $(VENV)/bin/python -c "print(open('$(VENV)/place').read())" 2>/dev/null)
ifneq "$(PLACE)" "$(CURDIR)"
$(VENV)/place: FORCE
endif

# A stamp for each set of packages: a second run reinstalls nothing unless pyproject.toml changed.
$(VENV)/has-%: $(VENV)/place pyproject.toml
	$(RUN) pip install --quiet --editable ".[$*]"
	@touch $@

# JupyterLab asks no server for updates or news: once installed, the lesson works offline.
lab: $(VENV)/has-lab
	@mkdir -p $(VENV)/share/jupyter/lab/settings && cp tools/overrides.json $(VENV)/share/jupyter/lab/settings/
	@$(RUN) tools.my_copies notebooks $(MY_COPY)
	$(RUN) jupyterlab $(AS_ROOT) --ServerApp.root_dir=$(MY_COPY) --LabApp.default_url=/lab/tree/calculus.ipynb \
		--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate

# Lint and tests are both run and both reported; either can fail the command.
test: $(VENV)/has-test
	@failed=; \
	$(MAKE) --no-print-directory lint || failed="$$failed lint"; \
	$(RUN) pytest -n 2 --dist loadfile $(PYTEST_OPTIONS) || failed="$$failed tests"; \
	test -z "$$failed" || { echo "Failed:$$failed."; exit 1; }

lint: $(VENV)/has-test
	@failed=; \
	$(RUN) ruff check . || failed=1; \
	$(RUN) ruff format --check . || failed=1; \
	$(RUN) mypy || failed=1; \
	test -z "$$failed"

EXECUTE := $(RUN) nbconvert --log-level=WARN --to notebook --execute \
	--ExecutePreprocessor.store_widget_state=False --ExecutePreprocessor.record_timing=False

notebooks: $(VENV)/has-test
	$(EXECUTE) --inplace notebooks/*.ipynb
	$(RUN) tools.normalise_notebooks notebooks/*.ipynb

site: $(VENV)/has-site
	$(RUN) tools.build_site

# After `make site`, which begins with an empty folder.
lite: $(VENV)/has-lite
	$(RUN) tools.build_lite

html: $(VENV)/has-test
	$(RUN) nbconvert --log-level=WARN --to html --template-file tools/export.html.j2 --output-dir build/html notebooks/*.ipynb

bench: $(VENV)/has-test $(VENV)/has-bench
	$(RUN) benchmarks

# All of it is run and reported. PLACEHOLDER=1 allows the placeholder address, for a dry run.
release-check: $(VENV)/has-test $(VENV)/has-site
	@failed=; \
	$(MAKE) --no-print-directory test || failed="$$failed tests"; \
	rm -rf dist; $(RUN) build || failed="$$failed wheel"; \
	$(MAKE) --no-print-directory site || failed="$$failed site"; \
	$(RUN) tools.release_check $(if $(PLACEHOLDER),--placeholder) || failed="$$failed findings"; \
	test -z "$$failed" || { echo "Not ready to be released:$$failed."; exit 1; }

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
	.venv-$*/bin/python -m pytest -m "not browser and not packaging" -W ignore::DeprecationWarning $(PYTEST_OPTIONS)

test-site: $(VENV)/has-test $(VENV)/has-site $(VENV)/has-lite $(VENV)/has-places
	$(RUN) pytest tests/site -W ignore::DeprecationWarning $(PYTEST_OPTIONS)

# What mybinder.org would do, asked of its own builder: not part of `make test`, since nobody else needs that builder.
test-launch: $(VENV)/has-test $(VENV)/has-launch
	$(RUN) pytest tests/launch -W ignore::DeprecationWarning $(PYTEST_OPTIONS)

clean:
	rm -rf .venv .venv-* build dist _site .pytest_cache .mypy_cache .ruff_cache .hypothesis
