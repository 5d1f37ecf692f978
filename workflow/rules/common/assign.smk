# Functions of assign.smk.
from aecluster.experiment.checks import as_dataset

NEW_IMAGES = {name: as_dataset(images) for name, images in EXPERIMENT["assign"].items()}


def placed_into(new):
    """The data set whose groups new images are placed into."""
    return NEW_IMAGES[new]["into"] or next(iter(DATASETS))


def assigned_files(file):
    """A file of all new images, in an order that the config's does not touch."""
    return [f"results/{placed_into(new)}/assigned/{new}/{file}" for new in sorted(NEW_IMAGES)]


def of_new(pattern):
    """Input function: a pattern of paths, expanded for every model and seed."""
    return lambda wildcards: expand(
        pattern, dataset=wildcards.dataset, new=wildcards.new, model=MODELS, seed=SEEDS
    )


def new_files(new):
    """Files that new images are read from."""
    files = list(filter(can_name, or_exit(source_files, NEW_IMAGES[new], "images")))
    return ancient(files) if fingerprints(NEW_IMAGES[new], "images") else files


def new_settings(new):
    """What new images depend on."""
    settings = {"source": NEW_IMAGES[new]["source"], "arguments": source_arguments(NEW_IMAGES[new])}
    nameless = digests_of_nameless(or_exit(source_files, NEW_IMAGES[new], "images"))
    return {**settings, **fingerprints(NEW_IMAGES[new], "images"), **nameless}
