# Functions of consensus.smk and of what scores and shows the consensus.
def consensus_files(dataset):
    """The consensus of all seeds, and that of each."""
    folder = f"results/{dataset}/consensus"
    return [f"{folder}/clusters.csv", *(f"{folder}/seed{seed}/clusters.csv" for seed in SEEDS)]


def consensus_benchmarks(dataset, of_seed):
    """Benchmark files of the jobs that make the consensus of a seed, each once."""
    files = {
        file
        for model, seed, reduction, clustering in cells()
        if seed == of_seed
        for file in benchmarks_of(dataset, model, seed, reduction, clustering)
    }
    return [*sorted(files), f"results/benchmarks/{dataset}/consensus.tsv"]


def plane_of_consensus():
    """The model and the reduction whose plane shows the consensus: the first that there are."""
    return next(iter(MODELS)), map_reductions()[0]


def consensus_plane(dataset):
    """The embedding that is that plane."""
    model, reduction = plane_of_consensus()
    return f"results/{dataset}/{model}/seed{FIRST_SEED}/{reduction}/embedding.npy"


def first_latents(dataset):
    """The latents by which images are compared: those of the first encoder that came trained, or of
    the first model."""
    model = next(iter([*ENCODERS, *MODELS]))
    return f"results/{dataset}/{model}/seed{FIRST_SEED}/latents.npy"


def consensus_title(dataset):
    """What the figure of the consensus is called."""
    model, reduction = plane_of_consensus()
    return f"{dataset}: consensus of all labellings, on {model}, {reduction}, seed {FIRST_SEED}"


def votes_mb(wc):
    """All labellings of a data set at once, four bytes a cluster, and some copies of them; the
    votes for each group, twice."""
    n, _ = images_of(wc.dataset)
    return START_MB + megabytes(n * (6 * 4 * len(cells()) + 2 * 8 * most_groups()))


def agreement_mb(wc):
    """As votes_mb, and some numbers for each pair of labellings."""
    return votes_mb(wc) + megabytes(6 * 8 * len(cells()) ** 2)
