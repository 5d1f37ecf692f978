# make run    the experiment of config.yaml, from nothing to results/
# make check  the experiment is checked; nothing runs
# make test   lint and all tests that need no cluster
# make test-slurm  the same through a Slurm of its own; as root on Debian 12
# make bench  times of every stage
PYTHON ?= python3
CORES ?= all
BIN := .venv/bin
ARGS ?=

.PHONY: run check test test-slurm bench lint clean

run: .venv/run-ready
	$(BIN)/snakemake --cores $(CORES) $(ARGS)

check: .venv/run-ready
	$(BIN)/snakemake --dry-run --quiet all $(ARGS)
	@echo "The experiment is sound; nothing was run."

test: .venv/test-ready lint
	$(BIN)/python -m pytest $(ARGS)

test-slurm: .venv/test-ready
	$(BIN)/python -m pytest -rs tests/slurm $(ARGS)

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

bench: .venv/run-ready
	$(BIN)/python bench/stage_times.py
