# What jobs ask of a cluster: memory (MB), time (minutes), GPUs. Not params: a change here makes
# nothing run again. Memory and time are estimates on the safe side and double with each attempt.
import math

from aecluster.experiment.checks import latent_dim
from aecluster.reductions.approximation import large
from aecluster.sources.find import n_images
from aecluster.sources.shape import image_shape

# What a job takes before it has any data: two Snakemakes (100 MB each) and what the script imports.
START_MB = 700
START_TORCH_MB = 1000
# Methods that hold matrices of images x images: how many of them, 8 bytes a number.
SQUARE_MATRICES = {"kernel_pca": 3, "agglomerative": 2}
USUAL_LATENT_DIM = 512
MOST_THREADS = 8  # of a job whose result is the same with any number of them
MOST_FEATURES = 1600  # of encoders that come trained
# What a reduction in blocks, or of landmarks, holds beside its input and its result.
BLOCKS_MB = 1500
# Arrays of one number an image, some at the same time: labels, clusters, orders, counts.
BYTES_AN_IMAGE = 400
MOST_SHOWN = 20_000  # images that figures and the page read


@functools.cache
def images_of(dataset):
    """How many images a data set has at most, and how many numbers an image."""
    return n_images(DATASETS[dataset]), math.prod(image_shape(DATASETS[dataset])[0])


def growing(amount):
    """Resource function: an amount of the wildcards that doubles with each attempt."""
    return lambda wildcards, attempt: math.ceil(amount(wildcards) * 2 ** (attempt - 1))


def megabytes(n_bytes):
    return n_bytes / 1e6


def images_mb(wc):
    """Images of a data set, one byte a number."""
    return megabytes(math.prod(images_of(wc.dataset)))


def latents_of(model):
    return latent_dim(MODELS[model], MODELS) or USUAL_LATENT_DIM


def batch_mb(wc):
    """What a network holds of a batch: some hundred floats a pixel, and their gradients."""
    _, numbers = images_of(wc.dataset)
    return megabytes(max(MODELS[wc.model]["batch_size"], 64) * numbers * 1000)


def numbers_mb(wc):
    """Arrays of one number an image."""
    n, _ = images_of(wc.dataset)
    return megabytes(BYTES_AN_IMAGE * n)


def square_mb(wc, method):
    n, _ = images_of(wc.dataset)
    return megabytes(8 * n**2 * SQUARE_MATRICES.get(method, 0))


def features_mb(wc, dim):
    """Some copies of an array of 8-byte numbers."""
    n, _ = images_of(wc.dataset)
    return megabytes(6 * 8 * n * dim)


def thousands(dataset):
    return images_of(dataset)[0] / 1000


def start_mb(wc):
    return START_MB


def start_torch_mb(wc):
    return START_TORCH_MB


def reading_threads(images):
    """Of the threads of a job that reads; how many there are changes no image."""
    return MOST_THREADS if images["source"] == "folder" else 1


def read_mb(wc):
    """They are written in blocks; afterwards they are memory-mapped. Photographs are decoded side
    by side."""
    photographs = 1500 if DATASETS[wc.dataset]["source"] == "folder" else 0
    return START_MB + photographs + 1.2 * images_mb(wc) + numbers_mb(wc)


def train_mb(wc):
    return START_TORCH_MB + images_mb(wc) + batch_mb(wc)


def encode_mb(wc):
    return train_mb(wc) + features_mb(wc, latents_of(wc.model))


def shard_share(wc):
    """Which part of the images a shard has."""
    return min(1, images_a_shard(wc.dataset) / images_of(wc.dataset)[0])


def encode_shard_mb(wc):
    n_mb = images_mb(wc) + features_mb(wc, latents_of(wc.model))
    return START_TORCH_MB + batch_mb(wc) + n_mb * shard_share(wc)


def encode_shard_minutes(wc):
    return 2 + 2 * thousands(wc.dataset) * shard_share(wc)


def join_mb(wc):
    """The latents of a shard, and two numbers an image."""
    shard_mb = features_mb(wc, latents_of(wc.model)) * shard_share(wc)
    return START_MB + shard_mb + features_mb(wc, 2)


def reduce_mb(wc):
    dims = [latents_of(wc.model), dimension(wc.reduction) or 0]
    method = REDUCTIONS[wc.reduction]["method"]
    n, _ = images_of(wc.dataset)
    if large(method, n):
        return START_MB + BLOCKS_MB + megabytes(2 * 4 * n * sum(dims))
    return START_MB + features_mb(wc, max(dims)) + square_mb(wc, method)


def cluster_mb(wc):
    """Those that share a process are made one after the other, none with a matrix of all pairs."""
    dim = dimension(wc.reduction) or latents_of(wc.model)
    alone = "clustering" in wc.keys()
    method = CLUSTERINGS[wc.clustering]["method"] if alone else None
    return START_MB + features_mb(wc, dim) + square_mb(wc, method)


def score_mb(wc):
    """The silhouette holds distances of at most 4,000 images, of which alone features are read."""
    n, _ = images_of(wc.dataset)
    dim = max(dimension(reduction) or USUAL_LATENT_DIM for reduction in REDUCTIONS)
    sample = min(n, 4000)
    return START_MB + numbers_mb(wc) + megabytes(6 * 8 * sample * dim + 3 * 8 * sample**2)


def assign_mb(wc):
    """The latents of all runs, whole."""
    latents = max(latents_of(model) for model in MODELS)
    return score_mb(wc) + len(MODELS) * len(SEEDS) * features_mb(wc, latents) / 6


def properties_mb(wc):
    """The latents twice as 4-byte numbers, and a graph or blocks of neighbours; images in blocks."""
    n, _ = images_of(wc.dataset)
    latents = MOST_FEATURES if ENCODERS else max(latents_of(model) for model in MODELS)
    return START_MB + BLOCKS_MB + megabytes(2 * 4 * n * latents)


def shown_mb(dataset):
    """Images of a data set that are shown somewhere."""
    n, numbers = images_of(dataset)
    return megabytes(min(n, MOST_SHOWN) * numbers)


def draw_mb(wc):
    return START_MB + 2 * shown_mb(wc.dataset) + numbers_mb(wc)


def thumbnails_mb(wc):
    """The pictures of all images, 10 kB each at most, and some copies of them."""
    n, _ = images_of(wc.dataset)
    return draw_mb(wc) + megabytes(3 * n * (10_000 if n <= 2000 else 2000))


def page_mb(wc):
    """Those of all data sets."""
    n_images = sum(images_of(dataset)[0] for dataset in DATASETS)
    return START_MB + megabytes(3 * 2000 * n_images)


def train_minutes(wc):
    """10 ms an image of 32 x 32 colours: some times what one thread of a slow machine takes."""
    n, numbers = images_of(wc.dataset)
    images = n * MODELS[wc.model]["epochs"]
    return 10 + images * (numbers / 3072) * 0.010 / 60


def minutes(start, per_thousand=0):
    """Resource function: minutes for a job, and for each thousand images."""
    return growing(lambda wc: start + (per_thousand and per_thousand * thousands(wc.dataset)))


def reduce_minutes(wc):
    """Kernel PCA by a dense solver takes the cube of the number of images."""
    n, method = thousands(wc.dataset), REDUCTIONS[wc.reduction]["method"]
    if large(method, 1000 * n):
        return 60 + n / 2
    return 5 + 3 * n + SQUARE_MATRICES.get(method, 0) * n**3 / 20


def score_minutes(wc):
    return 5 + len(cells()) * (1 / 6 + thousands(wc.dataset) / 200)


def score_run_minutes(wc):
    return 5 + len(cells_by_run()[run_of(wc)]) * (1 / 6 + thousands(wc.dataset) / 200)


def gpus(wc):
    """One for `device: cuda`. `auto` takes what a node has and asks for none: it also has to start
    where there are no GPUs."""
    return int(MODELS[wc.model]["device"] == "cuda")


def most_groups():
    """The most groups that a clustering is asked for. No job's result depends on it: a training
    refuses them before it starts, where there are fewer different images."""
    return max((c["n_clusters"] or 1 for c in CLUSTERINGS.values()), default=1)
