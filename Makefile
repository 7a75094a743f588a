# Set-up happens by itself: the environment is made anew when requirements.txt changes.

PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed
EXTRAS_STAMP := $(VENV)/.extras-installed
PIP_INSTALL := $(VENV)/bin/pip install --disable-pip-version-check --quiet --require-hashes
PEERS := .venv-peers
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export DVC_NO_ANALYTICS := 1

AGENT := policy

.PHONY: help repro force report watch experiments test verify bench readme clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

repro: $(STAMP)  ## set up, then run what is not up to date, and show the results
	dvc repro
	@python -m stages.results

force: $(STAMP)  ## set up, then run every stage again, whatever is up to date
	dvc repro --force

report: repro  ## the same, then open the page of results in a browser
	@echo data/report/index.html
	@python -m webbrowser "file://$(CURDIR)/data/report/index.html" > /dev/null

watch: repro  ## set up, run, then watch an agent play: make watch AGENT=search
	python -m stages.watch --agent $(AGENT)

experiments: $(STAMP)  ## list the experiments: what each of them changed, and what came of it
	@python -m stages.experiments

test: $(EXTRAS_STAMP)  ## set up, then run lint, types and tests
	ruff format --check .
	ruff check .
	mypy
	pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder  # a file shares its checkouts

verify: $(STAMP)  ## reproduce on stand-ins for other processors and surroundings
	python tests/verify.py

bench: $(STAMP) $(PEERS)/.installed  ## measure how fast the agents train, beside C and their peers
	python -m bench

readme: $(STAMP)  ## write the results of the last run into the README
	PYTHONPATH=. python tests/readme_table.py

clean:  ## remove the environment and every cache (results stay)
	rm -rf $(VENV) $(PEERS) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(EXTRAS_STAMP): $(STAMP) requirements-test.txt requirements-ray.txt requirements-video.txt
	$(PIP_INSTALL) -r requirements-test.txt -r requirements-ray.txt -r requirements-video.txt
	@touch $@

$(PEERS)/.installed: bench/requirements.txt
	$(PYTHON) -m venv --clear $(PEERS)
	$(PEERS)/bin/pip install --disable-pip-version-check --quiet -r $<
	@touch $@
