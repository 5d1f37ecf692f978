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
