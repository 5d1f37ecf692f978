# Functions of plots.smk.
def map_reductions():
    """The reductions that are drawn as a plane: those to two dimensions, or else the first."""
    planes = [reduction for reduction in REDUCTIONS if dimension(reduction) == 2]
    return planes or list(REDUCTIONS)[:1]


def mapped_groups(reduction):
    """The (reduction, clustering) whose groups are drawn on a plane: its own, or else those of
    the step nearest before it that is clustered, or else the first."""
    clustered = list(dict.fromkeys((r, c) for _, _, r, c in cells()))
    nearest_first = reversed(steps_to(REDUCTIONS, reduction))
    own = [pair for step in nearest_first for pair in clustered if pair[0] == step]
    return [*own, *clustered][0]


def groups_file(wc):
    """The clusters that a label map shows."""
    reduction, clustering = mapped_groups(wc.reduction)
    return f"results/{wc.dataset}/{wc.model}/seed{FIRST_SEED}/{reduction}/{clustering}/clusters.csv"


def map_settings(wc):
    """What the titles of a label map say."""
    clustered, clustering = mapped_groups(wc.reduction)
    names = {"dataset": wc.dataset, "model": wc.model, "reduction": wc.reduction}
    names["methods"] = methods_of(REDUCTIONS, wc.reduction)
    return {**names, "seed": FIRST_SEED, "clustering": clustering, "clustered": clustered}


def models_of(dataset):
    """What a title says of whose models are shown."""
    trained = trained_on(dataset)
    return dataset if trained == dataset else f"{dataset}, with the models trained on {trained}"


def plot_files(dataset, suffix="png"):
    """All figures of a data set."""
    maps = [f"label-map-{model}-{reduction}" for model in MODELS for reduction in map_reductions()]
    extremes = ["extremes"] if EXPERIMENT["show"]["extremes"] else []
    training = ["reconstructions", *extremes, "learning-curves", "progress"] if TRAINED else []
    names = ["consensus", "scores", *maps, *training]
    return [f"results/{dataset}/plots/{name}.{suffix}" for name in names]


def without_clashes(files):
    """The files, if no two figures have the same one."""
    if len(set(files)) < len(files):
        raise InputError(
            "two label maps would have the same file name (label-map-MODEL-REDUCTION); "
            "rename a model or a reduction."
        )
    return files


PLOTS = or_exit(without_clashes, [file for name in DATASETS for file in plot_files(name)])
