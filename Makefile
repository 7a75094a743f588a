# Set-up happens by itself: the environment is made anew when requirements.txt changes, and when it
# no longer works, as the folder was moved or its Python is gone.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
STAMP := $(VENV)/.installed
EXTRAS_STAMP := $(VENV)/.extras-installed
PEERS := .venv-peers
export PATH := $(CURDIR)/$(VENV)/bin:$(value PATH)
export DVC_NO_ANALYTICS := 1
export SHELL  # DVC runs commands in the shell of the user's account, which may be none at all
.NOTPARALLEL:  # the targets share the environment and DVC's lock

# What comes from the user's surroundings: see docs/surroundings.md. Python is told how to print,
# pip where packages come from (but not which, or where they go), Git nothing of another repository.
unexport GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_PREFIX
unexport $(filter-out PYTHONUNBUFFERED,$(filter PYTHON%,$(.VARIABLES)))
SOURCES := CACHE_DIR CERT CLIENT_CERT CONFIG_FILE DEFAULT_TIMEOUT EXTRA_INDEX_URL FIND_LINKS
SOURCES += INDEX_URL KEYRING_PROVIDER NO_CACHE_DIR NO_INDEX PROXY RETRIES TIMEOUT TRUSTED_HOST
SOURCES += USE_DEPRECATED USE_FEATURE
unexport $(filter-out $(SOURCES:%=PIP_%),$(filter PIP_%,$(.VARIABLES)))
# Packages for an environment. What is said here wins over pip.conf.
INSTALL = PIP_DRY_RUN=0 PIP_NO_DEPS=0 $(1)/bin/python -m pip --python= --disable-pip-version-check \
	--quiet install --no-user --target= --root=/ --prefix="$$(pwd -P)/$(1)"
# The locked ones, as wheels: what a compiler makes here may round otherwise, and takes an hour.
# One of them is to be had as source alone.
INSTALL_LOCKED := $(call INSTALL,$(VENV)) --require-hashes \
	--only-binary=:all: --no-binary=antlr4-python3-runtime

AGENT := policy

.PHONY: help repro force report slides watch experiments test exercise verify bench environments
.PHONY: readme tour clean surroundings again

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-13s%s\n", $$1, $$2 }' Makefile

repro: $(STAMP)  ## set up, then run what is not up to date, and show the results
	$(RUN) dvc repro
	@$(RUN) stages.results

force: $(STAMP)  ## set up, then run every stage again, whatever is up to date
	$(RUN) dvc repro --force
	@$(RUN) stages.results

report: repro  ## the same, then open the page of results in a browser
	@echo data/report/index.html
	@$(VENV)/bin/python -c 'import pathlib, webbrowser; \
		webbrowser.open(pathlib.Path("data/report/index.html").resolve().as_uri())' > /dev/null

slides: repro  ## the same, then draw the figures at a speaker's size, in slides/
	$(RUN) stages.plot --agents $$($(VENV)/bin/python -c \
		'from stages.results import agents; print(*agents())') \
		--trained data/train --evaluated data/evaluate \
		--robustness data/robustness/robustness.json --folder slides --slides

watch: repro  ## set up, run, then watch an agent play: make watch AGENT=search
	$(RUN) stages.watch --agent $(AGENT)

experiments: $(STAMP)  ## list the experiments: what each of them changed, and what came of it
	@$(RUN) stages.experiments

test: $(EXTRAS_STAMP)  ## set up, then run lint, types and tests
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder  # a file shares its checkouts

exercise: $(STAMP)  ## check an exercise of docs/exercises.md: make exercise N=3
	@PYTHONPATH=. $(VENV)/bin/python tests/exercises/check.py $(N)

verify: $(STAMP)  ## reproduce on stand-ins for other processors and surroundings
	$(VENV)/bin/python tests/verify.py

bench: $(STAMP) $(PEERS)/.installed  ## measure how fast the agents train, beside C and their peers
	$(RUN) bench

environments: $(STAMP)  ## run every environment and write docs/environments.md: some minutes
	$(RUN) dvc repro
	PYTHONPATH=. $(VENV)/bin/python tests/environments_table.py

readme: $(STAMP)  ## write the results of the last run into the README
	PYTHONPATH=. $(VENV)/bin/python tests/readme_table.py

tour: $(EXTRAS_STAMP)  ## execute docs/tour.ipynb and write its outputs
	$(VENV)/bin/python tests/tour.py

clean:  ## remove the environment and every cache (results stay)
	rm -rf $(VENV) $(PEERS) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

# What would stop DVC on its way is told first, before anything is installed or run. A folder that
# is another user's by Git's account is none of it: root in a container meets that, and DVC works.
surroundings:
	@command -v git > /dev/null || { echo 'git is not installed' >&2; exit 1; }
	@told=$$(LC_ALL=C git rev-parse --verify HEAD:./dvc.yaml 2>&1) || case $$told in \
		*safe.directory*) ;; \
		*'bad config'*) echo "$$told" >&2; exit 1 ;; \
		*) echo 'this folder has no history in Git, which DVC needs: git clone the project, or' \
			"git init && git add . && git commit -m 'as downloaded'" >&2; exit 1 ;; esac
	@{ echo . && echo dvc.lock && find .dvc data -type d 2> /dev/null; } | while read -r path; do \
		[ ! -e "$$path" ] || [ -w "$$path" ] || { echo "$$path cannot be written: it belongs to" \
		"$$(ls -ld "$$path" | awk '{ print $$3 }') (sudo chown -R $$(id -u) .)," \
		"or the disk is read-only" >&2; exit 1; }; done

# Programs of an environment know the path of its Python.
WORKS := here=$$(pwd -P) && cd $(VENV) 2> /dev/null && [ -x bin/python ] \
	&& grep -qF -e "$$here/$(VENV)/bin/python" -e "$$(pwd -P)/bin/python" bin/dvc && echo yes
ifneq ($(shell $(WORKS)),yes)
$(STAMP): again
endif

$(STAMP): requirements.txt | surroundings
	@command -v $(PYTHON) > /dev/null || { echo 'no $(PYTHON) here: install Python 3.11 or newer' \
		'(apt-get install python3 python3-venv), or make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { echo '$(PYTHON) lacks its modules venv' \
		'and ensurepip: apt-get install python3-venv' >&2; exit 1; }
	@[ ! -e $(VENV)/bin ] || [ -w $(VENV)/bin ] || { \
		echo '$(VENV) belongs to another user: sudo rm -r $(VENV)' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL_LOCKED) -r requirements.txt
	@touch $@

EXTRAS := requirements-test.txt requirements-ray.txt requirements-tune.txt requirements-video.txt
$(EXTRAS_STAMP): $(STAMP) $(EXTRAS)
	$(INSTALL_LOCKED) $(EXTRAS:%=-r %)
	@touch $@

$(PEERS)/.installed: bench/requirements.txt
	$(PYTHON) -m venv --clear $(PEERS)
	$(call INSTALL,$(PEERS)) -r $<
	@touch $@
