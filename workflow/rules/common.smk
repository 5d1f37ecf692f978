# The experiment and what the rules ask of it; no rules here.
import functools
import json
import math
import os
from pathlib import Path

from snakemake.utils import update_config

from aecluster.experiment.checks import check_experiment
from aecluster.experiment.contents import Contents, named_files
from aecluster.experiment.experiment import Experiment
from aecluster.experiment.needs import MOST_THREADS, Needs, reading_threads
from aecluster.experiment.plan import Plan
from aecluster.experiment.schema import complete_experiment, with_types
from aecluster.figures.from_files import figures_from_files
from aecluster.jobs.digest import code_digest
from aecluster.jobs.folders import check_temporary, check_writable, remove_empty_folders
from aecluster.jobs.home import make_up_for_home
from aecluster.jobs.lock import LOCK, hold_lock
from aecluster.methods import locate
from aecluster.report.markdown import to_markdown
from aecluster.report.places import on_screen
from aecluster.report.section import load_sections
from aecluster.results import SPEEDS, STATES, Results
from aecluster.sources.find import fingerprints, pictures

make_up_for_home(Path(".snakemake/cache"))

# Snakemake leaves numbers inside the lists and mappings of --config as text. Where this workflow is a
# module of another one, there may be values for that one.
given = {key: value for key, value in workflow.config_settings.config.items() if key in config}
update_config(config, or_exit(with_types, given))

completed = or_exit(complete_experiment, config, ROOT / "workflow/schemas/config.schema.yaml")
or_exit(check_experiment, completed)

experiment = Experiment(completed)
plan = Plan(experiment)
needs = Needs(experiment, plan)
results = Results(experiment, plan)
contents = Contents(experiment, Path(".snakemake/aecluster.pictures"))


def one_of(names):
    """Wildcard constraint: these names; without any, nothing matches."""
    return "|".join(map(str, names)) or "(?!)"


wildcard_constraints:
    dataset=one_of(experiment.datasets),
    model=one_of(experiment.models),
    reduction=one_of(experiment.reductions),
    clustering=one_of(experiment.clusterings),
    seed=r"\d+",
    size=r"\d+",
    shard=r"\d+",
    new=one_of(experiment.new_images),
    figure=one_of(or_exit(figures_from_files)),


def as_json(settings):
    """Settings as one param: Snakemake compares the values of params, but not their names."""
    return json.dumps(settings, sort_keys=True)


def settings_of(function, *names):
    """Settings that depend on files of the user's, as one param."""
    return as_json(or_exit(function, *names))


@functools.cache
def code(script, *modules, apart=None):
    """Digest of a script and of the project's modules that it runs."""
    return code_digest(SCRIPTS / script, *modules, apart=apart)


def exporting_code(script):
    """Digest of a script that may export a network, for which another process loads PyTorch."""
    return code(script, apart="aecluster.encoders.export")


def method_code(script, kind, method):
    """Digest of a script and of a method that it builds by name."""
    return code(script, locate(kind, method)[0])


def model_code(script, model, *modules):
    """Digest of a script and of the architectures that it builds by name."""
    return code(script, *experiment.architectures(model), *modules)


def code_of_chain(script, *reductions):
    """Digest of a script and of the methods that lead to reductions, which tell what is
    approximate."""
    methods = {method for reduction in reductions for method in experiment.methods(reduction)}
    return code(script, *sorted(locate("reductions", method)[0] for method in methods))


def files_of(images, what):
    """Files that the "images" or "labels" of a source are read from; where fingerprints tell what
    changed in them, their time stamps do not matter."""
    files = or_exit(named_files, images, what)
    return ancient(files) if fingerprints(images, what) else files


def of_runs(pattern, models=None, seeds=None):
    """Input function: a pattern of paths, expanded for every model and seed; all models by name,
    for what is computed of them together."""
    models = sorted(experiment.models) if models is None else models
    seeds = experiment.seeds if seeds is None else seeds
    return lambda wc: expand(pattern, **dict(wc.items()), model=models, seed=seeds)


def of_shards(pattern):
    """Input function: a pattern of paths, expanded for every shard."""
    return lambda wc: expand(pattern, **dict(wc.items()), shard=range(plan.n_shards(wc.dataset)))


def of_cells(file):
    """Input function: a file of every cell."""
    return lambda wc: results.of_cells(wc.dataset, file)


def cells_by_file(wc):
    """The cell that each file of clusters is of.

    Settings are mappings of files, not lists: their JSON is the same in any order of the config. A
    job takes that order from its inputs, which Snakemake compares as a set.
    """
    files = results.of_cells(wc.dataset, "{clustering}/clusters.csv")
    return dict(zip(files, experiment.cells, strict=True))


def runs_by_file(dataset, file):
    """The model and seed that a file of each training is of."""
    runs = experiment.trained_runs()
    return {results.of_run(dataset, *run, file): run for run in runs}


def pretrained_features(wc):
    """The features of each pretrained model; they are the same for every seed."""
    models, seed = sorted(experiment.exported), experiment.first_seed
    return [results.of_run(wc.dataset, model, seed, "latents.npy") for model in models]


def sample_features(wc):
    """What the network of `selection: encoder` makes of a sample of the images, if there is one."""
    if experiment.settings["selection"]["encoder"] is None:
        return []
    return [results.of_dataset(wc.dataset, "sample-features.npy")]


def shown_models(wc):
    """The model that each file of reconstructions is of."""
    runs = runs_by_file(wc.dataset, "reconstructions.npz")
    return {file: run.model for file, run in runs.items() if run.seed == experiment.first_seed}


def of_cells_of_run(file):
    """Input function: a file of every cell of a model and a seed."""
    return lambda wc: results.of_cells(wc.dataset, file, experiment.cells_by_run[run_of(wc)])


def unless_scored(files):
    """Input function: what the cells are scored from, unless other jobs do it."""
    return lambda wc: [] if plan.scored_by_run else files(wc)


def run_of(wc):
    return wc.model, int(wc.seed)


def model_images(wc):
    """The images of a data set as a model sees them."""
    return results.images(wc.dataset, wc.model)


def encoder_graph(wc):
    """The graph of an encoder that is exported here; another's is the user's own file."""
    exported = wc.model in experiment.exported
    return results.of_dataset(wc.dataset, f"{wc.model}/encoder.onnx") if exported else []


def of_training(file):
    """Input function: a file of the training whose model is used."""
    return lambda wc: results.of_training(wc.dataset, wc.model, wc.seed, file)


def growing(amount):
    """Resource function: an amount of the wildcards that doubles with each attempt."""
    return lambda wildcards, attempt: math.ceil(amount(wildcards) * 2 ** (attempt - 1))


def minutes(start, per_thousand=0):
    """Resource function: minutes for a job, and for each thousand images."""
    return growing(lambda wc: start + (per_thousand and per_thousand * needs.thousands(wc)))


def workers(wc):
    """Threads of a job whose result is the same with any number: the cores that a container pays for
    (see common/machine.smk). On a cluster one, since what is larger travels in shards."""
    if workflow.non_local_exec:
        return 1
    return min(MOST_THREADS, workflow.global_resources["_cores"].value or 1)


def show_results():
    """Print the result tables and where to look."""
    for dataset in experiment.datasets:
        summary = Path(results.of_dataset(dataset, "summary.json"))
        if summary.exists():
            told = on_screen(or_exit(load_sections, summary))
            print(f"\n{to_markdown(dataset, told)}")
    print("Look at:")
    for path in (
        "results/report.html",
        *(f"results/{dataset}/plots" for dataset in experiment.datasets),
    ):
        if Path(path).exists():
            print(f"  {path}")


include: "common/estimate.smk"
include: "common/interpreter.smk"
include: "common/machine.smk"
include: "common/orphans.smk"
include: "common/report.smk"
include: "common/scheduler.smk"
include: "common/warm.smk"
include: "common/code.smk"
