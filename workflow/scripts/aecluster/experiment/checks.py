"""Check what the schema cannot: names that refer to each other, methods, sizes.

Everything here works from names, signatures and file headers: no data is read, and neither torch
nor scikit-learn is imported.
"""

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from aecluster.errors import InputError
from aecluster.experiment.schema import nearest
from aecluster.experiment.steps import steps_to
from aecluster.methods import check_sizes, kind_of_architecture, locate, short_names, takes
from aecluster.models import first_centres
from aecluster.selection.criteria import RULES
from aecluster.signatures import Signature, constant, find_module, public_names
from aecluster.sources.find import (
    KEYS,
    n_images,
    shape,
    source_arguments,
    without_labels,
)
from aecluster.sources.paths import existing_file

# What the project itself gives to a method, by the keys beside `params`.
_OWN_ARGUMENTS = {
    "sources": KEYS,
    "models": ("image_shape", "latent_dim", "start"),
    "encoders": ("file", "source", "device"),
    "reductions": ("dim", "random_state"),
    "clusterings": ("n_clusters", "random_state"),
}

# What to take where a method has a bound (MAX_IMAGES).
_FOR_MANY_IMAGES = {
    "reductions": "pca, which has none",
    "clusterings": "merged_kmeans, which also finds groups of any shape",
}


def check_experiment(experiment: dict) -> None:
    """Check a completed experiment (see `schema.complete_experiment`).

    Raises
    ------
    InputError
        At the first thing that cannot run, with its key, what was found and the way out.
    """
    n_images_of = {
        name: _check_dataset(name, dataset, experiment["datasets"])
        for name, dataset in experiment["datasets"].items()
    }
    shapes = {name: shape(dataset) for name, dataset in experiment["datasets"].items()}
    for name, dataset in experiment["datasets"].items():
        _check_same_shape(name, dataset["trained_on"], shapes)
    _check_vectors(experiment)
    trained_on = {
        d: n for d, n in n_images_of.items() if not experiment["datasets"][d]["trained_on"]
    }
    for name, model in experiment["models"].items():
        _check_architecture(name, model, experiment["models"], shapes)
        _check_centres(f"models.{name}", model, trained_on)
    for name, reduction in experiment["reductions"].items():
        _check_reduction(name, reduction, experiment, n_images_of)
    for name, clustering in experiment["clusterings"].items():
        _check_clustering(name, clustering, experiment, n_images_of)
    _check_consensus(experiment["consensus"]["n_clusters"], experiment["clusterings"].values())
    for name, images in experiment["assign"].items():
        _check_new_images(name, images, experiment["datasets"])
    if (reference := experiment["reference"]["reduction"]) is not None:
        _check_reference("reference.reduction", reference, experiment["reductions"])
    _check_reference("selection.criterion", experiment["selection"]["criterion"], RULES)
    _check_judge(experiment["selection"]["encoder"], experiment["datasets"])
    progress_clusters = experiment["show"]["progress_clusters"]
    _check_enough("show.progress_clusters", progress_clusters, n_images_of)


def _check_judge(network: str | None, datasets: dict) -> None:
    """Refuse a network that is none, missing packages, and data sets that have no images."""
    if network is None:
        return
    with _said_of("selection.encoder"):
        importlib.import_module(locate("encoders", "pretrained")[0]).check(network=network)
    for name, dataset in datasets.items():
        if dataset["source"] == "vectors":
            raise InputError(
                f"selection.encoder: the data set {name} has vectors, which no network encodes; "
                "set it to null."
            )


def _check_dataset(name: str, dataset: dict, datasets: dict) -> int:
    """Check a data set; return how many images it has."""
    where = f"datasets.{name}"
    _check_method("sources", f"{where}.source", dataset["source"])
    _check_arguments("sources", where, dataset["source"], source_arguments(dataset))
    if dataset["metadata"] is not None:
        with _said_of(f"{where}.metadata"):
            existing_file(dataset["metadata"])
    trained_on = dataset["trained_on"]
    if trained_on is not None:
        _check_reference(f"{where}.trained_on", trained_on, datasets)
        if trained_on == name or datasets[trained_on]["trained_on"] is not None:
            raise InputError(
                f"{where}.trained_on is {trained_on}, which trains no models itself; "
                "name a data set without `trained_on`."
            )
    with _said_of(where):
        available = n_images(dataset)
    if available < 2:
        reason = "`limit` is 1" if dataset["limit"] == 1 else "there is only 1 image"
        raise InputError(f"{where}: {reason}, and groups need at least 2; give more images.")
    return available


def as_dataset(new_images: dict) -> dict:
    """Return new images as the settings of a data set: all of them, and without labels."""
    return without_labels({**new_images, "limit": None, "balance": False})


def _check_new_images(name: str, images: dict, datasets: dict) -> None:
    where = f"assign.{name}"
    _check_method("sources", f"{where}.source", images["source"])
    dataset = as_dataset(images)
    _check_arguments("sources", where, images["source"], source_arguments(dataset))
    if images["into"] is not None:
        _check_reference(f"{where}.into", images["into"], datasets)
    elif len(datasets) > 1:
        raise InputError(
            f"{where}.into is missing: name the data set whose groups they are placed into, "
            f"one of {', '.join(datasets)}."
        )
    into = images["into"] or next(iter(datasets))
    kinds = ["vectors" if d["source"] == "vectors" else "images" for d in (images, datasets[into])]
    if kinds[0] != kinds[1]:
        raise InputError(
            f"{where}.source is {images['source']}, which has {kinds[0]}, but the data set {into} "
            f"has {kinds[1]}; give new {kinds[1]}."
        )
    with _said_of(where):
        n_images(dataset)


def _check_same_shape(name: str, trained_on: str | None, shapes: dict) -> None:
    """Refuse images of another size or colour than the models are trained on, where known."""
    if trained_on is None:
        return
    pairs = zip(shapes[name], shapes[trained_on], strict=True)
    if any(None not in pair and pair[0] != pair[1] for pair in pairs):
        raise InputError(
            f"datasets.{name}: its images are {_shown(shapes[name])}, but the models are trained "
            f"on {trained_on}, whose images are {_shown(shapes[trained_on])}; set `size` so that "
            "both agree, and make both grey or both colour."
        )


def _shown(shape: tuple) -> str:
    height, width, channels = shape
    size = "of unknown size" if height is None else f"{height} x {width} pixels"
    return size + {1: " and grey", 3: " in colour", None: ""}[channels]


def _check_architecture(name: str, model: dict, models: dict, shapes: dict) -> None:
    where, architecture = f"models.{name}", model["architecture"]
    known = [*short_names("models"), *short_names("encoders")]
    if architecture not in known:
        raise InputError(
            f"{where}.architecture is `{architecture}`, but must be one of {', '.join(known)}."
            f"{nearest(architecture, known)}"
        )
    if kind_of_architecture(architecture) == "encoders":
        _check_encoder(where, model)
    else:
        _check_autoencoder(name, model, models, shapes)


def _check_encoder(where: str, model: dict) -> None:
    """Check a model that comes trained."""
    architecture = model["architecture"]
    for key in ("after", "latent_dim"):
        if model[key] is not None:
            raise InputError(
                f"{where}.{key}: architecture {architecture} comes trained as it is; "
                "remove the key."
            )
    if model["size"] is not None and model["params"].get("size") not in (None, model["size"]):
        raise InputError(
            f"{where}.size is {model['size']} and {where}.params.size is "
            f"{model['params']['size']}; keep one of them."
        )
    _check_arguments("encoders", where, architecture, model["params"])
    module = importlib.import_module(locate("encoders", architecture)[0])
    with _said_of(where):
        module.check(**model["params"])


def _check_vectors(experiment: dict) -> None:
    """Refuse to encode vectors, and to take those of a data set that has none."""
    of_vectors = {name: d["source"] == "vectors" for name, d in experiment["datasets"].items()}
    for name, model in experiment["models"].items():
        for dataset, has_vectors in of_vectors.items():
            if (model["architecture"] == "vectors") == has_vectors:
                continue
            raise InputError(
                f"models.{name}: the data set {dataset} "
                + (
                    "has vectors, which no model encodes; set `architecture: vectors`."
                    if has_vectors
                    else "has images, and architecture vectors takes a `source: vectors`; "
                    "choose another architecture."
                )
            )


def _check_autoencoder(name: str, model: dict, models: dict, shapes: dict) -> None:
    where = f"models.{name}"
    known = takes("models", model["architecture"])
    _check_circle("models", name, models, "one of them has to start untrained (after: null).")
    if ("start" in known.arguments) != (model["after"] is not None):
        either = (
            f"is missing: architecture {model['architecture']} goes on from another trained model; "
            "name one"
            if model["after"] is None
            else f"is given, but architecture {model['architecture']} starts untrained; remove it, "
            "or take an architecture such as dec"
        )
        raise InputError(f"{where}.after {either}.")
    takes_latent_dim = "latent_dim" in known.arguments or known.open_ended
    if model["latent_dim"] is None and known.arguments.get("latent_dim") is known.required:
        raise InputError(
            f"{where}.latent_dim is missing: architecture {model['architecture']} needs it."
        )
    if model["latent_dim"] is not None and not takes_latent_dim:
        raise InputError(
            f"{where}.latent_dim: the latents of architecture {model['architecture']} have a "
            "fixed size; remove the key."
        )
    _check_arguments("models", where, model["architecture"], model["params"])
    if "centres" in known.arguments:
        with _said_of(where):
            params = model["params"]
            first_centres.check(params.get("centres", known.arguments["centres"]), params)
    module, _ = locate("models", model["architecture"])
    wanted = constant(module, "LATENT_DIM")
    if wanted is not None and model["latent_dim"] not in (None, wanted):
        raise InputError(
            f"{where}.latent_dim is {model['latent_dim']}, but architecture "
            f"{model['architecture']} has latents of {wanted} numbers; remove the key."
        )
    size = constant(module, "IMAGE_SIZE")
    for dataset, (height, width, _) in shapes.items():
        if model["after"] is not None:
            sizes = [each["size"] for each in (model, models[model["after"]])]
            if len({(size and (size, size)) or (height, width) for size in sizes}) > 1:
                own, first = (size or "null" for size in sizes)
                raise InputError(
                    f"{where}.size is {own}, but that of {model['after']}, from which it goes on, "
                    f"is {first}; give both the same."
                )
        if model["size"] is not None:
            _check_smaller(where, model["size"], dataset, height, width)
            height = width = model["size"]
        if size is not None and height is not None and (height, width) != size:
            raise InputError(
                f"{where}: architecture {model['architecture']} takes images of "
                f"{size[0]} x {size[1]} pixels, but those of data set {dataset} are "
                f"{height} x {width}; set `size: {size[0]}` for the model or the data set."
            )


def _check_centres(where: str, model: dict, n_images_of: dict) -> None:
    """Refuse more centres of clusters than there are images to train on."""
    known = takes(kind_of_architecture(model["architecture"]), model["architecture"]).arguments
    n_clusters = {**known, **model["params"]}.get("n_clusters")
    if isinstance(n_clusters, int):
        _check_enough(f"{where}.params.n_clusters", n_clusters, n_images_of)


def _check_smaller(
    where: str, size: int, dataset: str, height: int | None, width: int | None
) -> None:
    """Refuse to blow images up for a training, which would learn nothing from it."""
    if height is not None and size > min(height, width):
        raise InputError(
            f"{where}.size is {size}, but the images of data set {dataset} are only {height} x "
            f"{width} pixels; lower it, or remove it."
        )


def latent_dim(model: dict, models: dict) -> int | None:
    """Return how many numbers a model makes of an image, None if only the model can tell."""
    if model["after"] is not None:
        return latent_dim(models[model["after"]], models)
    kind = kind_of_architecture(model["architecture"])
    default = takes(kind, model["architecture"]).arguments.get("latent_dim")
    return model["latent_dim"] or default


def _check_reduction(name: str, reduction: dict, experiment: dict, n_images_of: dict) -> None:
    where, reductions = f"reductions.{name}", experiment["reductions"]
    _check_method("reductions", f"{where}.method", reduction["method"])
    _check_arguments("reductions", where, reduction["method"], reduction["params"])
    _check_circle(
        "reductions", name, reductions, "one of them has to start from the latents (after: null)."
    )
    _check_few("reductions", where, reduction["method"], n_images_of)
    known = takes("reductions", reduction["method"])
    if "." in reduction["method"]:
        if reduction["dim"] is not None and not _takes_one_of(known, "dim", "n_components"):
            raise InputError(
                f"{where}.dim: method {reduction['method']} takes no dim; remove the key."
            )
        return
    if reduction["dim"] is None and known.arguments.get("dim") is known.required:
        raise InputError(f"{where}.dim is missing: method {reduction['method']} needs it.")
    if reduction["dim"] is not None and "dim" not in known.arguments:
        raise InputError(f"{where}.dim: method {reduction['method']} takes no dim; remove the key.")
    before = steps_to(reductions, name)[:-1]
    for model_name, model in experiment["models"].items():
        features, origin = (
            latent_dim(model, experiment["models"]),
            f"latents of models.{model_name}",
        )
        for step in before:
            # A class by its import path gives as many numbers as it likes where `dim` is not set.
            if reductions[step]["dim"] is not None or "." in reductions[step]["method"]:
                features, origin = reductions[step]["dim"], f"result of reductions.{step}"
        for dataset_name, n_samples in n_images_of.items():
            with _said_of(f"{where} (of the {origin}, data set {dataset_name})"):
                check_sizes(
                    "reductions",
                    reduction["method"],
                    reduction["params"],
                    n_samples=n_samples,
                    n_features=features,
                    dim=reduction["dim"],
                )


def _check_clustering(name: str, clustering: dict, experiment: dict, n_images_of: dict) -> None:
    where = f"clusterings.{name}"
    _check_method("clusterings", f"{where}.method", clustering["method"])
    _check_arguments("clusterings", where, clustering["method"], clustering["params"])
    for reduction in clustering["on"] or []:
        _check_reference(f"{where}.on", reduction, experiment["reductions"])
    _check_few("clusterings", where, clustering["method"], n_images_of)
    wanted = clustering["n_clusters"]
    if wanted is not None:
        known = takes("clusterings", clustering["method"])
        if not _takes_one_of(known, "n_clusters", "n_components"):
            raise InputError(
                f"{where}.n_clusters: method {clustering['method']} finds the number of clusters "
                "itself; remove the key."
            )
        _check_enough(f"{where}.n_clusters", wanted, n_images_of)
    for dataset, n_samples in n_images_of.items():
        with _said_of(f"{where} (of data set {dataset})"):
            check_sizes(
                "clusterings",
                clustering["method"],
                clustering["params"],
                n_samples=n_samples,
                n_clusters=wanted,
            )


def _check_consensus(wanted: int | None, clusterings: Iterable[dict]) -> None:
    """Refuse a number of clusters that no clustering can have."""
    asked_for = {_n_clusters(clustering) for clustering in clusterings}
    if wanted is not None and not asked_for & {wanted, None}:
        raise InputError(
            f"consensus.n_clusters is {wanted}, but no clustering has that number; use one of "
            f"{', '.join(map(str, sorted(asked_for)))}."
        )


def _n_clusters(clustering: dict) -> int | None:
    """Return how many clusters a method is asked for, None if it may find another number."""
    known = takes("clusterings", clustering["method"]).arguments
    wanted = clustering["n_clusters"] or known.get("n_clusters")
    return wanted if "n_clusters" in known and isinstance(wanted, int) else None


def _check_few(kind: str, where: str, method: str, n_images_of: dict) -> None:
    most = constant(locate(kind, method)[0], "MAX_IMAGES")
    for dataset, available in n_images_of.items():
        if most is not None and available > most:
            raise InputError(
                f"{where}: method {method} takes at most {most:,} images, but data set {dataset} "
                f"has {available:,}; use method {_FOR_MANY_IMAGES[kind]}, or set `limit` of the "
                "data set."
            )


def _check_enough(where: str, n_clusters: int, n_images_of: dict) -> None:
    for dataset, available in n_images_of.items():
        if n_clusters > available:
            raise InputError(
                f"{where} is {n_clusters}, but data set {dataset} has only {available} images; "
                "lower it, or give more images."
            )


def _check_method(kind: str, where: str, method: str) -> None:
    names = short_names(kind)
    if method in names:
        return
    paths_allowed = kind in ("reductions", "clusterings")
    either = " or an import path such as sklearn.decomposition.NMF" if paths_allowed else ""
    if "." not in method or not paths_allowed:
        raise InputError(
            f"{where} is `{method}`, but must be one of {', '.join(names)}{either}."
            f"{nearest(method, names)}"
        )
    module, name = locate(kind, method)
    if not all(part.isidentifier() for part in method.split(".")) or find_module(module) is None:
        raise InputError(
            f"{where} is `{method}`, but there is no module {module} that can be imported; "
            f"install it into .venv, or use one of {', '.join(names)}."
        )
    inside = public_names(module)
    if inside is not None and name not in inside:
        raise InputError(f"{where}: module {module} has no {name}.{nearest(name, inside)}")


def _check_arguments(kind: str, where: str, method: str, given: dict) -> None:
    known = takes(kind, method)
    own = _OWN_ARGUMENTS[kind]
    module, _ = locate(kind, method)
    words, least = constant(module, "ONE_OF") or {}, constant(module, "AT_LEAST") or {}
    # The keys of a source are given like its params; those of other kinds by the project itself.
    allowed = [name for name in known.arguments if name not in own or kind == "sources"]
    for name in given:
        key = f"{where}.{name}" if name in KEYS and kind == "sources" else f"{where}.params.{name}"
        if name not in allowed and not known.open_ended:
            takes_what = f"it takes {', '.join(allowed)}" if allowed else "it takes none"
            raise InputError(
                f"{key} is not known to {method}; {takes_what}.{nearest(name, allowed)}"
            )
        default = known.arguments.get(name)
        _check_kind(key, given[name], default, whole="." not in method)
        if given[name] != default:
            _check_declared(key, given[name], words.get(name), least.get(name))
    for name, default in known.arguments.items():
        if default is known.required and name not in given:
            if name not in own:
                raise InputError(f"{where}.params.{name} is missing: {method} needs it.")
            if kind == "sources":
                raise InputError(f"{where}.{name} is missing: source {method} needs it.")


def _check_kind(where: str, value: object, default: object, *, whole: bool) -> None:
    """Refuse text for a number and the like, as far as the default tells what is meant.

    The methods of the project write a default that stands for any number with a point (30.0).
    """
    if isinstance(default, bool):
        wanted, fits = "true or false", isinstance(value, bool)
    elif isinstance(default, int) and whole:
        wanted, fits = "a whole number", isinstance(value, int) and not isinstance(value, bool)
    elif isinstance(default, int | float):
        wanted, fits = "a number", isinstance(value, int | float) and not isinstance(value, bool)
    else:
        return
    if not fits:
        raise InputError(f"{where} must be {wanted}, but is {value!r}.")


def _check_declared(
    where: str, value: object, words: tuple[str, ...] | None, least: int | float | None
) -> None:
    """Refuse other words than a module declares, and what is no number from its least one on."""
    if words is not None and value not in words:
        raise InputError(
            f"{where} is `{value}`, but must be one of {', '.join(words)}.{nearest(value, words)}"
        )
    if least is not None:
        _check_kind(where, value, least, whole=True)
        if value < least:
            raise InputError(f"{where} is {value}, but must be at least {least:g}.")


def _takes_one_of(known: Signature, *names: str) -> bool:
    return known.open_ended or any(name in known.arguments for name in names)


@contextmanager
def _said_of(where: str) -> Iterator[None]:
    """Put the place in the config before an InputError's sentence."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _check_circle(kind: str, name: str, steps: dict, way_out: str) -> None:
    """Refuse steps that come `after` one that is not there, or in the end after themselves."""
    seen = [name]
    while (after := steps[seen[-1]]["after"]) is not None:
        _check_reference(f"{kind}.{seen[-1]}.after", after, steps)
        if after in seen:
            raise InputError(
                f"{kind}.{name}.after goes in a circle ({' -> '.join([*seen, after])}); {way_out}"
            )
        seen.append(after)


def _check_reference(where: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        raise InputError(
            f"{where} is `{name}`, which is not defined; there are {', '.join(known)}."
            f"{nearest(name, list(known))}"
        )
