# Functions of assign.smk.
from aecluster.experiment.checks import as_dataset

NEW_IMAGES = {name: as_dataset(images) for name, images in EXPERIMENT["assign"].items()}


def placed_into(new):
    """The data set whose groups new images are placed into."""
    return NEW_IMAGES[new]["into"] or next(iter(DATASETS))


def new_model_images(wc):
    """New images as a model sees them."""
    name = Path(model_images(wc)).name
    return f"results/{wc.dataset}/assigned/{wc.new}/{name}"


def assigned_files(file):
    """A file of all new images, in an order that the config's does not touch."""
    return [f"results/{placed_into(new)}/assigned/{new}/{file}" for new in sorted(NEW_IMAGES)]


def new_settings(new):
    """What new images depend on."""
    images, into = NEW_IMAGES[new], placed_into(new)
    settings = {"source": images["source"], "fit": DATASETS[into]["fit"]}
    changes = contents(images, "images", f"results/{into}/assigned/{new}")
    return {**settings, "arguments": source_arguments(images), **changes}
