# make run    the experiment of config.yaml, from nothing to results/
# make run IMAGES=path [CLUSTERS=k] [GROUPS=links|copies] [LABELS=folders] [BROKEN=0.3]
#             groups in your own images
# make assign NEW=path [DATASET=name] [BROKEN=0.3]    new images, into the groups found
# make check  checks the experiment; nothing runs
# make why    what would run, and why; nothing runs: ARGS="results/photos/scores.csv"
# make show   the page in a browser; corrections made on it are saved
#   ARGS      more options of the command behind these (see `aecluster run --help` and the like);
#             those of Snakemake follow --: make run ARGS="--configfile mine.yaml -- --forceall"
# make test   lint and all tests that need no cluster, three files of tests at a time
# make test-quick    a part of them that takes some minutes
# make test-slurm  the tests on Slurm, which they start themselves; as root on Debian 12
# make test-independent  the models against ClustPy, in an environment of its own
# make bench [ARGS="--runs 1 --images 1000"]    the whole against the plain way: times, memory, quality
# make bench-peers IMAGES=folder [ARGS="--runs 1"]    against what a user would pick instead, on a folder
#             with a sub-folder for each class: times and agreement; in an environment of its own
# make stage-times  what each stage of the last run cost
# make scaling  time and memory against the number of images: ARGS="--sizes 1000 10000"
PYTHON ?= python3
CORES ?= all
VENV ?= .venv
BIN := $(VENV)/bin
# By their modules, not by the programs in $(BIN): those name the folder that they were made in, and
# not every system starts one whose path has blanks.
SNAKEMAKE := $(BIN)/python -m snakemake
AECLUSTER := AECLUSTER_FROM_MAKE=yes PYTHONPATH="workflow/scripts$${PYTHONPATH:+:$$PYTHONPATH}" \
  $(BIN)/python -m aecluster
ARGS ?=

# Snakemake does not start without a home; a container may have none.
ifndef HOME
export HOME := $(CURDIR)/.snakemake/home
endif

# What a user types as a path goes through the environment as it is: `value` and `unexport` keep
# make from reading a $ in it, and quotes keep the shell from it.
OWN = IMAGES CLUSTERS GROUPS LABELS BROKEN NEW DATASET
# Empty where it is not given, for which `unexport` leaves no trace.
PATH_OF_RUN := $(if $(filter-out undefined,$(origin IMAGES)),"$$OWN_IMAGES")
$(foreach name,$(OWN),$(eval export OWN_$(name) := $$(value $(name))))
unexport $(OWN)
# $(call option,NAME,name): --name with its value, where there is one.
option = $${OWN_$(1):+"--$(2)=$$OWN_$(1)"}

# The sentence of an error stays the last line: make writes one more where a recipe fails, and none
# where this signal ends it. A make that ignores the signal ends as usual.
QUIETLY := || { kill -s PIPE $$PPID; exit 1; }

# An environment is good for one folder and one Python, which are in its file "ready": where they are
# others now, it is made anew, for $(call moved,FILE) is not empty.
MADE_FOR := import os, sys; print(os.path.realpath(sys.prefix), *sys.version_info[:2])
moved = $(shell test -f $(1) || exit; \
  test "$$($(dir $(1))bin/python -c '$(MADE_FOR)' 2>&1)" = "$$(cat $(1))" || echo moved)

# What ends an installation; what went wrong stands above it.
NOT_INSTALLED = || { echo "Error: the packages must be installed into $(@D), and could not be, as said above; make room \
on the disk or a way to the network, and run the same command again." >&2; false; } $(QUIETLY)

# $(call install,OPTIONS OF PIP[,BEFORE]): the environment that the target is in. pip and the packages
# are unpacked beside where they will be: the folder of temporary files may be small. pip compiles one
# file after another; all cores do it sooner, and without the packages' own tests. Some files are
# templates, which do not compile. The workflow is compiled as well: where Python may not write
# compiled files, each job would compile it again. The packages BEFORE are there first, and what
# numba compiles of them is compiled while pip goes on.
PIP = TMPDIR="$$PWD/$(@D)/unpacked" $(@D)/bin/python -m pip install --quiet --no-compile \
  $$("$(PYTHON)" envs/pip_cache.py)
OWN_MODULE = PYTHONPATH=workflow/scripts $(@D)/bin/python -m
COMPILE = $(OWN_MODULE) aecluster.reductions.compile > /dev/null 2>&1
EXPORT = $(OWN_MODULE) aecluster.encoders.kept_graph > /dev/null 2>&1
FIRST = umap-learn
define install
@command -v "$(PYTHON)" > /dev/null || \
  { echo "Error: there is no $(PYTHON); name a Python that is there: make $(MAKECMDGOALS) PYTHON=python3.12"; false; } $(QUIETLY)
@"$(PYTHON)" envs/check_python.py $(QUIETLY)
$(if $(call moved,$@),@echo "The folder or its Python is another one now: $(@D) is made anew.")
@echo "Installing Python packages into $(@D): about 2 GB on the disk, one to three minutes."
@"$(PYTHON)" -m venv $(if $(call moved,$@),--clear) $(@D) --without-pip $(NOT_INSTALLED)
@mkdir -p $(@D)/unpacked $(NOT_INSTALLED)
@said=$$(TMPDIR="$$PWD/$(@D)/unpacked" $(@D)/bin/python -Im ensurepip --upgrade --default-pip 2>&1) || \
  { echo "$$said" | grep "^ERROR:" >&2; false; } $(NOT_INSTALLED)
$(if $(2),@$(PIP) --constraint envs/requirements.txt $(2) $(NOT_INSTALLED))
@$(if $(2),$(COMPILE) & trap 'kill $$! 2> /dev/null' EXIT; trap 'exit 130' INT TERM;) $(PIP) $(1) $(NOT_INSTALLED); \
  $(@D)/bin/python -m compileall -qq -j 0 -x /tests/ $(@D)/lib workflow/scripts; \
  $(OWN_MODULE) aecluster.jobs.syntax; $(if $(2),$(EXPORT);) wait
@rm -r $(@D)/unpacked
@$(@D)/bin/python -c '$(MADE_FOR)' > $@
endef

.PHONY: run assign check why show test test-quick test-slurm test-independent bench bench-peers stage-times \
  scaling lint clean moved

run: $(VENV)/run-ready
	@$(AECLUSTER) run $(PATH_OF_RUN) \
	  $(call option,CLUSTERS,clusters) $(call option,GROUPS,groups) \
	  $(call option,LABELS,labels) $(call option,BROKEN,broken) --cores $(CORES) $(ARGS) $(QUIETLY)

assign: $(VENV)/run-ready
	@$(AECLUSTER) assign "$$OWN_NEW" $(call option,DATASET,dataset) $(call option,BROKEN,broken) \
	  --cores $(CORES) $(ARGS) $(QUIETLY)

check: $(VENV)/run-ready
	@$(AECLUSTER) check $(ARGS) $(QUIETLY)

why: $(VENV)/run-ready
	@$(AECLUSTER) why $(ARGS) $(QUIETLY)

show: $(VENV)/run-ready
	@$(AECLUSTER) show $(ARGS) $(QUIETLY)

test: $(VENV)/test-ready lint
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

QUICK := environment artifacts devices experiment training deep_clustering representations methods \
  n_clusters consensus scoring comparisons figures mathematics prepare

test-quick: $(VENV)/test-ready check
	$(BIN)/python -m pytest $(QUICK:%=tests/test_%.py) $(ARGS)

test-slurm: $(VENV)/test-ready
	$(BIN)/python -m pytest -rs tests/slurm $(ARGS)

test-independent: .venv-independent/ready
	.venv-independent/bin/python -m pytest tests/independent $(ARGS)

lint: $(VENV)/test-ready
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m snakefmt --check Snakefile workflow
	$(SNAKEMAKE) --lint

clean:
	rm -rf results .snakemake

$(VENV)/run-ready: envs/requirements.txt $(if $(call moved,$(VENV)/run-ready),moved)
	$(call install,--requirement envs/requirements.txt,$(FIRST))

$(VENV)/test-ready: envs/requirements-dev.txt $(VENV)/run-ready
	$(BIN)/python -m pip install --quiet --requirement envs/requirements-dev.txt
	@touch $@

.venv-independent/ready: envs/requirements-independent.txt envs/requirements.txt \
    $(if $(call moved,.venv-independent/ready),moved)
	$(call install,--no-deps --requirement envs/requirements-independent.txt)

bench: $(VENV)/run-ready
	$(BIN)/python -m bench $(ARGS)

bench-peers: $(VENV)/run-ready .venv-peers/ready
	@$(BIN)/python -m bench.peers "$$OWN_IMAGES" $(call option,CLUSTERS,clusters) $(ARGS) $(QUIETLY)

# ClustPy is built here, and a peer that does not install is no reason not to measure the others.
PEERS := -c envs/requirements.txt -c envs/requirements-peers.txt
.venv-peers/ready: envs/requirements-peers.txt envs/requirements.txt \
    $(if $(call moved,.venv-peers/ready),moved)
	$(call install,--no-deps --requirement envs/requirements.txt)
	@for peer in clustimage "--no-deps clustpy mlxtend"; do \
	  .venv-peers/bin/python -m pip install --quiet $(PEERS) $$peer || \
	    echo "pip did not install $$peer; remove .venv-peers to try again."; done

stage-times: $(VENV)/run-ready
	$(BIN)/python -m bench.stage_times

scaling: $(VENV)/run-ready
	$(BIN)/python -m bench.scaling $(ARGS)
