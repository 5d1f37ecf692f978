# Functions that the rules share; no rules here.
import functools
import hashlib
import json
import os
import re
import tempfile
from pathlib import Path

from snakemake.utils import update_config

from aecluster.artifacts import load_text
from aecluster.digest import code_digest
from aecluster.experiment.checks import check_experiment
from aecluster.experiment.schema import complete_experiment, with_types
from aecluster.home import make_up_for_home
from aecluster.lock import hold_lock
from aecluster.methods import kind_of_architecture, locate
from aecluster.reductions.steps import methods_of, steps_to
from aecluster.sources.changes import identity
from aecluster.sources.find import (
    fingerprints,
    listing,
    source_arguments,
    source_files,
    without_labels,
)

make_up_for_home(Path(".snakemake/cache"))

# Snakemake leaves numbers inside the lists and mappings of --config as text. Where this workflow is a
# module of another one, there may be values for that one.
given = {key: value for key, value in workflow.config_settings.config.items() if key in config}
update_config(config, or_exit(with_types, given))

EXPERIMENT = or_exit(complete_experiment, config, ROOT / "workflow/schemas/config.schema.yaml")
or_exit(check_experiment, EXPERIMENT)

DATASETS, MODELS = EXPERIMENT["datasets"], EXPERIMENT["models"]
REDUCTIONS, CLUSTERINGS = EXPERIMENT["reductions"], EXPERIMENT["clusterings"]
# Models that are trained here, and encoders that come trained.
TRAINED = [m for m in MODELS if kind_of_architecture(MODELS[m]["architecture"]) == "models"]
ENCODERS = [model for model in MODELS if model not in TRAINED]
SEEDS = EXPERIMENT["seeds"]
FIRST_SEED = SEEDS[0]


def one_of(names):
    """Wildcard constraint: these names; without any, nothing matches."""
    return "|".join(map(str, names)) or "(?!)"


wildcard_constraints:
    dataset=one_of(DATASETS),
    model=one_of(MODELS),
    reduction=one_of(REDUCTIONS),
    clustering=one_of(CLUSTERINGS),
    seed=r"\d+",
    size=r"\d+",
    shard=r"\d+",
    new=one_of(EXPERIMENT["assign"]),


def as_json(settings):
    """Settings as one param: Snakemake compares the values of params, but not their names."""
    return json.dumps(settings, sort_keys=True)


@functools.cache
def code(script, *modules):
    """Digest of a script and of the project's modules that it runs."""
    return code_digest(SCRIPTS / script, *modules)


def method_code(script, kind, method):
    """Digest of a script and of a method that it builds by name."""
    return code(script, locate(kind, method)[0])


def clusterer(clustering):
    """Settings that a clustering depends on: not those that say what it is applied to."""
    return {key: CLUSTERINGS[clustering][key] for key in ("method", "n_clusters", "params")}


def reductions_of(clustering):
    """The reductions that a clustering is applied to."""
    return CLUSTERINGS[clustering]["on"] or list(REDUCTIONS)


def dimension(reduction):
    """How many dimensions a reduction gives, None where it keeps those of the latents."""
    dims = [REDUCTIONS[step]["dim"] for step in steps_to(REDUCTIONS, reduction)]
    return next((dim for dim in reversed(dims) if dim is not None), None)


@functools.cache
def cells():
    """All (model, seed, reduction, clustering), in alphabetical order."""
    return [
        (model, seed, reduction, clustering)
        for model in MODELS
        for seed in SEEDS
        for reduction in REDUCTIONS
        for clustering in CLUSTERINGS
        if reduction in reductions_of(clustering)
    ]


def chains():
    """Of each reduction the methods that lead to it, which tell what is approximate."""
    return {reduction: methods_of(REDUCTIONS, reduction) for reduction in REDUCTIONS}


def trained_on(dataset):
    """The data set whose models are used for a data set."""
    return DATASETS[dataset]["trained_on"] or dataset


def of_runs(pattern, models=MODELS, seeds=SEEDS):
    """Input function: a pattern of paths, expanded for every model and seed."""
    return lambda wildcards: expand(pattern, **dict(wildcards.items()), model=models, seed=seeds)


def reconstructions(wc, models=TRAINED, seeds=SEEDS):
    """Summaries of what the models that are trained here reconstruct of a data set."""
    pattern = "results/{dataset}/{model}/seed{seed}/reconstruction.json"
    models = [model for model in models if model in TRAINED]
    return expand(pattern, dataset=wc.dataset, model=models, seed=seeds)


def results(pattern, models=MODELS):
    """Paths of a pattern in every data set, model, seed, reduction and clustering it names."""
    return sorted(
        {
            pattern.format(
                dataset=dataset,
                trained_on=trained_on(dataset),
                model=m,
                seed=s,
                reduction=r,
                clustering=c,
            )
            for dataset in DATASETS
            for m, s, r, c in cells()
            if m in models
        }
    )


def image_settings(dataset):
    """What the images of a data set depend on: its labels only where they choose images."""
    settings = {
        key: DATASETS[dataset][key] for key in ("source", "size", "fit", "limit", "balance", "seed")
    }
    images = DATASETS[dataset]
    if settings["balance"]:
        settings["positive"] = images["positive"]
    else:
        images = without_labels(images)
    changes = contents(DATASETS[dataset], "images", f"results/{dataset}")
    return {**settings, "arguments": source_arguments(images), **changes}


def label_settings(dataset):
    """What the labels and the description of a data set depend on."""
    keys = ("source", "size", "limit", "balance", "seed", "positive", "split")
    settings = {key: DATASETS[dataset][key] for key in keys}
    arguments = source_arguments(DATASETS[dataset])
    changes = contents(DATASETS[dataset], "labels", f"results/{dataset}")
    return {**settings, "arguments": arguments, **changes}


def score_settings(dataset):
    """What the scores of a data set depend on in the config, for their provenance."""
    images = {key: value for key, value in DATASETS[dataset].items() if key != "metadata"}
    return {
        "dataset": images,
        "models": MODELS,
        "reductions": REDUCTIONS,
        "clusterings": CLUSTERINGS,
        "seeds": SEEDS,
    }


def model_settings(model):
    """Settings that a training depends on: those of the model that it goes on from, too."""
    after = MODELS[model]["after"]
    return {**MODELS[model], "after": after and model_settings(after)}


def model_images(wc):
    """The images of a data set as a model sees them; an encoder resizes a batch at a time."""
    size, known = MODELS[wc.model]["size"], DATASETS[wc.dataset]["size"]
    smaller = f"-{size}" if wc.model in TRAINED and size not in (None, known) else ""
    return f"results/{wc.dataset}/images{smaller}.npy"


def code_of_chain(script, *reductions):
    """Digest of a script and of the methods that lead to reductions, which tell what is
    approximate."""
    methods = {method for reduction in reductions for method in methods_of(REDUCTIONS, reduction)}
    return code(script, *sorted(locate("reductions", method)[0] for method in methods))


def architectures(model):
    """Modules of the architecture of a model, and of the models that it goes on from."""
    steps = [MODELS[step]["architecture"] for step in steps_to(MODELS, model)]
    return [locate(kind_of_architecture(step), step)[0] for step in steps]


def model_code(script, model, *modules):
    """Digest of a script and of the architectures that it builds by name."""
    return code(script, *architectures(model), *modules)


def can_name(file):
    """Whether Snakemake takes a path as it is: it fills in {wildcards} and <pathvars>."""
    return not re.search(r"[{}]|<[a-z][a-z0-9_]*>", file)


@functools.cache
def digest_of(file):
    """Digest of the content of a file."""
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def contents(images, what, folder):
    """What tells in the params whether the "images" or "labels" of a source changed, whose results
    are in a folder: fingerprints of parts of an archive, the identity of the pictures in a folder,
    and digests of the files that cannot be inputs."""
    files = or_exit(source_files, images, what)
    nameless = {file: digest_of(file) for file in files if not can_name(file)}
    pictures = or_exit(listing, images)
    if pictures is not None:
        seen = Path(".snakemake/aecluster.pictures", ".".join(Path(folder).parts))
        nameless |= {"pictures": identity(pictures, seen, Path(folder, "read.json"))}
    return {**fingerprints(images, what), "files": nameless}


def files_of(images, what):
    """Files that the "images" or "labels" of a source are read from; where fingerprints tell what
    changed in them, their time stamps do not matter."""
    files = [file for file in or_exit(source_files, images, what) if can_name(file)]
    return ancient(files) if fingerprints(images, what) else files


def benchmarks_of(dataset, model, seed, reduction, clustering):
    """Benchmark files of the jobs that make a cell."""
    folder = "results/benchmarks"
    steps = steps_to(REDUCTIONS, reduction)
    training = [f"{folder}/{trained_on(dataset)}/{model}/seed{seed}/train.tsv"]
    return [
        *(training if model in TRAINED else []),
        *latents_benchmarks(dataset, model, seed),
        *(f"{folder}/{dataset}/{model}/seed{seed}/{step}/reduce.tsv" for step in steps),
        cluster_benchmark(dataset, model, seed, reduction, clustering),
    ]


def cell_files(dataset, file, chosen=None):
    """A file of each cell of a data set, or of some of them, without repetition."""
    folder = f"results/{dataset}/{{model}}/seed{{seed}}/{{reduction}}/{file}"
    paths = (
        folder.format(model=model, seed=seed, reduction=reduction, clustering=clustering)
        for model, seed, reduction, clustering in chosen or cells()
    )
    return list(dict.fromkeys(paths))


def check_writable(folder):
    """End before any job starts where no job could write its results."""
    if Path(folder).is_symlink() and not Path(folder).exists():
        raise InputError(
            f"{folder} is a link to {os.readlink(folder)}, which is not there; make that folder, "
            "or remove the link."
        )
    try:
        Path(folder).mkdir(exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(
            f"{folder}/ cannot be written to ({error.strerror}); make it writable or make room, "
            "and give the same command again."
        ) from error


def remove_empty_folders(folder):
    """Remove the folders that trainings leave behind when they are done."""
    for path, _, _ in os.walk(folder, topdown=False):
        if not os.listdir(path):
            os.rmdir(path)


def show_results():
    """Print the result tables and where to look."""
    for dataset in DATASETS:
        summary = Path(f"results/{dataset}/summary.md")
        if summary.exists():
            tables = or_exit(load_text, summary).split("## All scores")[0]
            print(f"\n{tables}")
    print("Look at:")
    for path in ("results/report.html", *(f"results/{dataset}/plots" for dataset in DATASETS)):
        if Path(path).exists():
            print(f"  {path}")


include: "common/assign.smk"
include: "common/consensus.smk"
include: "common/encode.smk"
include: "common/estimate.smk"
include: "common/interpreter.smk"
include: "common/machine.smk"
include: "common/n_clusters.smk"
include: "common/orphans.smk"
include: "common/plots.smk"
include: "common/progress.smk"
include: "common/report.smk"
include: "common/resources.smk"
include: "common/shards.smk"
include: "common/together.smk"
include: "common/warm.smk"
