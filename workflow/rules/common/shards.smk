# What is computed in shards: jobs that each take a part of the images or of the cells, and travel
# to a cluster one by one. The sizes change no result, so they are no keys of the config; and no
# values of a run, since other shards are other inputs, which make results run again. How many
# shards share a submission is said in the profile.
IMAGES_A_SHARD = 25_600  # whole batches of 256, so that the bytes are those of one piece
MOST_SHARDS = 16  # then they are larger: each job checks the whole file of images
CELLS_A_JOB = 200  # with more of them, a job scores those of one model and seed


def images_a_shard(dataset):
    """How many images of a data set are encoded by one job."""
    return IMAGES_A_SHARD * math.ceil(images_of(dataset)[0] / (IMAGES_A_SHARD * MOST_SHARDS))


def n_shards(dataset):
    """In how many shards the images of a data set are encoded; the last ones are empty if it turns
    out to have fewer images."""
    return math.ceil(images_of(dataset)[0] / images_a_shard(dataset))


def in_shards(wanted):
    """Wildcard constraint: the data sets that are encoded in shards, or those that are not."""
    return one_of(name for name in DATASETS if (n_shards(name) > 1) == wanted)


def of_shards(pattern):
    """Input function: a pattern of paths, expanded for every shard."""
    return lambda wc: expand(pattern, **dict(wc.items()), shard=range(n_shards(wc.dataset)))


def latents_benchmarks(dataset, model, seed):
    """Benchmark files of the jobs that make the latents of a model."""
    made = f"results/benchmarks/{dataset}/{model}/"
    made += f"seed{seed}/latents" if model in TRAINED else "features"
    n = n_shards(dataset)
    parts = [f"{made}.{shard}.tsv" for shard in range(n)] if n > 1 else []
    return [*parts, f"{made}.tsv"]


SCORED_BY_RUN = len(cells()) > CELLS_A_JOB


def scored_runs(wc):
    """The tables of each model and seed, in the order of the cells; none where one job scores all."""
    pattern = "results/{dataset}/{model}/seed{seed}/scores.csv"
    return of_runs(pattern)(wc) if SCORED_BY_RUN else []


def unless_scored(files):
    """Input function: what the cells are scored from, unless other jobs do it."""
    return lambda wc: [] if SCORED_BY_RUN else files(wc)


@functools.cache
def cells_by_run():
    """The cells of each model and seed."""
    runs = {}
    for cell in cells():
        runs.setdefault(cell[:2], []).append(cell)
    return runs


def cells_with_benchmarks(dataset, *run):
    """The cells of a model and a seed, or all, each with the benchmark files of its jobs."""
    chosen = cells_by_run()[run] if run else cells()
    return [[*cell, benchmarks_of(dataset, *cell)] for cell in chosen]


def files_of_run(file):
    """Input function: a file of each cell of a model and a seed."""
    return lambda wc: cell_files(wc.dataset, file, cells_by_run()[run_of(wc)])


def run_of(wc):
    return wc.model, int(wc.seed)
