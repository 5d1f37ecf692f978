# make run    the experiment of config.yaml, from nothing to results/
# make run IMAGES=path [CLUSTERS=k] [GROUPS=links|copies]     groups in your own images
#   LABELS=folders   sub-folders score the groups; without it they are no more than a property
#   BROKEN=0.3       up to this part of the images may be unreadable; 0.1 without it
# make assign NEW=path [DATASET=name]                         new images, into the groups found
# make check  the experiment is checked; nothing runs
# make test   lint and all tests that need no cluster
# make test-slurm  the same through a Slurm of its own; as root on Debian 12
# make test-independent  the models against ClustPy, in an environment of its own
# make bench [ARGS="--runs 1 --images 1000"]    the whole against the plain way: times, memory, quality
# make stage-times  what each stage of the last run cost
# make scaling  time and memory against the number of images: ARGS="--sizes 1000 10000"
PYTHON ?= python3
CORES ?= all
BIN := .venv/bin
ARGS ?=

# What a user types as a path goes through the environment as it is: `value` and `unexport` keep
# make from reading a $ in it, and quotes keep the shell from it.
OWN = IMAGES CLUSTERS GROUPS LABELS BROKEN NEW DATASET
$(foreach name,$(OWN),$(eval export OWN_$(name) := $$(value $(name))))
unexport $(OWN)

.PHONY: run assign check test test-slurm test-independent bench stage-times scaling lint clean

run: .venv/run-ready
ifdef IMAGES
	@$(BIN)/python workflow/scripts/own_images.py --cores $(CORES) run --images="$$OWN_IMAGES" \
	  --clusters="$$OWN_CLUSTERS" --groups="$$OWN_GROUPS" \
	  --labels="$$OWN_LABELS" --broken="$$OWN_BROKEN" $(ARGS)
else
	@$(BIN)/python workflow/scripts/run_workflow.py --cores $(CORES) $(ARGS)
endif

assign: .venv/run-ready
	@$(BIN)/python workflow/scripts/own_images.py --cores $(CORES) assign --new="$$OWN_NEW" \
	  --dataset="$$OWN_DATASET" $(ARGS)

check: .venv/run-ready
	@$(BIN)/python workflow/scripts/run_workflow.py --quiet rules progress --dry-run $(ARGS)

test: .venv/test-ready lint
	$(BIN)/python -m pytest $(ARGS)

test-slurm: .venv/test-ready
	$(BIN)/python -m pytest -rs tests/slurm $(ARGS)

test-independent: .venv-independent/ready
	.venv-independent/bin/python -m pytest tests/independent $(ARGS)

lint: .venv/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

clean:
	rm -rf results .snakemake

.venv/run-ready: envs/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Error: $(PYTHON) is older than Python 3.11; give a newer one: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement envs/requirements.txt
	@touch $@

.venv/test-ready: envs/requirements-dev.txt .venv/run-ready
	$(BIN)/python -m pip install --quiet --requirement envs/requirements-dev.txt
	@touch $@

.venv-independent/ready: envs/requirements-independent.txt envs/requirements.txt
	$(PYTHON) -m venv .venv-independent
	.venv-independent/bin/python -m pip install --quiet --no-deps --requirement $<
	@touch $@

bench: .venv/run-ready
	$(BIN)/python -m bench $(ARGS)

stage-times: .venv/run-ready
	$(BIN)/python bench/stage_times.py

scaling: .venv/run-ready
	$(BIN)/python bench/scaling.py $(ARGS)
