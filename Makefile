# The environment is made anew when a locked package changes, the folder moved or its Python is gone.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -E -m
STAMP := $(VENV)/.installed
EXTRAS_STAMP := $(VENV)/.extras-installed
TOUR_STAMP := $(VENV)/.tour-installed
BASE := -r requirements.txt -r requirements-dvc.txt
EXTRAS := requirements-test.txt requirements-ray.txt requirements-tune.txt
PEERS := .venv-peers
AGENT := reinforce
DETAILS := '(data|stages)/.*|Created|Executor|.*\.(low|high|worst|runs|steps_to_first_solve)'
export PATH := $(CURDIR)/$(VENV)/bin:$(value PATH)
export DVC_NO_ANALYTICS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
.NOTPARALLEL:  # the targets share the environment and DVC's lock

# As wheels, since what a compiler makes here may round otherwise; one package has source alone.
# pip installs where uv cannot: it has no wheel for the machine, or only pip knows the index.
LOCKED := --quiet --require-hashes --only-binary=:all: --no-binary=antlr4-python3-runtime
install = $(VENV)/bin/uv pip install --python=$(VENV) $(LOCKED) $(1) || \
	$(RUN) pip install $(LOCKED) $(1)

.PHONY: help repro force report watch experiments lint test test-all exercise verify bench
.PHONY: environments readme tour tour-outputs clean again

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-13s%s\n", $$1, $$2 }' Makefile
repro: $(STAMP)  ## set up, then run what is not up to date, and show the results
	$(RUN) dvc repro
	@$(RUN) stages.results
force: $(STAMP)  ## set up, then run every stage again, whatever is up to date
	$(RUN) dvc repro --force
	@$(RUN) stages.results
report: repro  ## the same, then open the page of results in a browser
	@echo data/report/index.html
	@$(RUN) webbrowser "file://$$PWD/data/report/index.html" > /dev/null
watch: repro  ## set up, run, then watch an agent play: make watch AGENT=q_learning
	$(RUN) stages.watch --agent $(AGENT)
experiments: $(STAMP)  ## list the experiments: what each of them changed, and what came of it
	@$(RUN) dvc exp show --md --only-changed --hide-workspace --drop $(DETAILS)

lint: $(EXTRAS_STAMP)  ## set up, then run lint and types
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
test: lint  ## the same, then the tests, without the slow ones
	$(RUN) pytest --numprocesses=auto --dist=worksteal -m "not slow"
test-all: lint  ## the same, then all tests
	$(RUN) pytest --numprocesses=auto --dist=worksteal
exercise: $(STAMP)  ## check an exercise of docs/exercises.md: make exercise N=3
	@PYTHONPATH=. $(VENV)/bin/python tests/exercises/check.py $(N)
verify: $(STAMP)  ## reproduce on stand-ins for other processors and Pythons
	$(VENV)/bin/python tests/verify.py
bench: $(STAMP) $(PEERS)/.installed  ## measure how fast the agents train, beside C and their peers
	$(RUN) bench
environments: $(STAMP)  ## run every environment and write docs/results.md: some minutes
	$(RUN) dvc repro
	PYTHONPATH=. $(VENV)/bin/python tests/environments_table.py
readme: $(STAMP)  ## write the results of the last run into the README
	PYTHONPATH=. $(VENV)/bin/python tests/readme_table.py
tour: $(TOUR_STAMP)  ## set up, then open the tour, docs/tour.ipynb, in JupyterLab
	$(VENV)/bin/jupyter lab docs/tour.ipynb
tour-outputs: $(EXTRAS_STAMP)  ## execute docs/tour.ipynb and write its outputs
	$(VENV)/bin/python tests/tour.py
clean:  ## remove the environment and every cache (results stay)
	rm -rf $(VENV) $(PEERS) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

# An environment that works is only added to: what fails then leaves it as it was.
HERE := $(shell $(VENV)/bin/python -c '' 2> /dev/null && pwd -P | cmp -s - $(STAMP) && echo here)
ifneq ($(HERE),here)
$(STAMP): again
endif
$(STAMP): requirements-uv.txt requirements.txt requirements-dvc.txt requirements-environments.txt
	@git -c safe.directory='*' rev-parse --verify --quiet HEAD:./dvc.yaml > /dev/null 2>&1 || { \
		echo 'this folder has no history in Git, which DVC needs: git clone the project, or' \
		"git init && git add . && git commit -m 'as downloaded'" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@[ '$(HERE)' = here ] || $(PYTHON) -m venv --clear $(VENV)
	-$(RUN) pip install $(LOCKED) -r requirements-uv.txt
	$(call install,$(BASE))
	@! grep -q '^[^#]' requirements-environments.txt || $(RUN) pip install -qr requirements-environments.txt
	@pwd -P > $@
$(EXTRAS_STAMP): $(STAMP) $(EXTRAS)
	$(call install,$(BASE) $(EXTRAS:%=-r %))
	@touch $@
$(TOUR_STAMP): $(STAMP) requirements-tour.txt
	$(call install,$(BASE) -r requirements-tour.txt)
	@touch $@
$(PEERS)/.installed: bench/requirements.txt
	$(PYTHON) -m venv --clear $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet -r $<
	@touch $@
