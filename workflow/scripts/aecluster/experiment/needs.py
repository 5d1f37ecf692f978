"""What jobs ask of a cluster: memory (MB), time (minutes), GPUs, threads.

They are not params: a change here makes nothing run again. Memory and time are estimates on the
safe side; the rules double them with each attempt.
"""

from dataclasses import dataclass
from typing import Protocol

from aecluster.experiment.experiment import Experiment
from aecluster.experiment.plan import Plan, Size
from aecluster.methods import locate
from aecluster.reductions.approximation import large
from aecluster.selection.samples import ENCODED
from aecluster.signatures import constant
from aecluster.sources.find import pictures
from aecluster.training.progress import SAMPLE as FOLLOWED

# What a job takes before it has any data: two Snakemakes (100 MB each) and what the script imports.
START_MB = 700
START_TORCH_MB = 1000
USUAL_LATENT_DIM = 512
MOST_THREADS = 8  # of a job whose result is the same with any number of them
MOST_FEATURES = 1600  # of encoders that come trained
# What a reduction in blocks, or of landmarks, holds beside its input and its result.
BLOCKS_MB = 1500
SHEET_MB = 60  # of pictures, that a thread draws and codes
BATCHES_MB = 100  # of images as floats, that a thread holds
# Arrays of one number an image, some at the same time: labels, clusters, orders, counts.
BYTES_AN_IMAGE = 400
MOST_SHOWN = 20_000  # images that figures and the page read


class Job(Protocol):
    """The wildcards of a job; each has those that the paths of its rule name.

    Where there is a `new`, the job works on these new images, not on those of its data set.
    """

    dataset: str
    new: str
    model: str
    seed: str
    reduction: str
    clustering: str


def megabytes(n_bytes: float) -> float:
    return n_bytes / 1e6


def square_matrices(kind: str, method: str) -> int:
    """Return how many matrices of images x images a method holds, of 8 bytes a number: what its
    module declares as SQUARE_MATRICES."""
    return constant(locate(kind, method)[0], "SQUARE_MATRICES") or 0


def reading_threads(images: dict) -> int:
    """Return the threads of a job that reads; how many there are changes no image."""
    return MOST_THREADS if pictures(images) else 1


@dataclass(frozen=True)
class Needs:
    """Estimates for the jobs of an experiment: `NAME_mb` and `NAME_minutes` of a job."""

    experiment: Experiment
    plan: Plan

    # Memory

    def start_mb(self, job: Job) -> float:
        return START_MB

    def start_torch_mb(self, job: Job) -> float:
        return START_TORCH_MB

    def read_mb(self, job: Job) -> float:
        """They are written in blocks; afterwards they are memory-mapped. Photographs are decoded
        side by side."""
        images = self._of(job, self.experiment.datasets, self.experiment.new_images)
        photographs = 1500 if pictures(images) else 0
        return START_MB + photographs + 1.2 * self._images_mb(job) + self._numbers_mb(job)

    def train_mb(self, job: Job) -> float:
        return START_TORCH_MB + self._images_mb(job) + self._batch_mb(job)

    def encode_mb(self, job: Job) -> float:
        return self.train_mb(job) + self._features_mb(job, self._latents(job.model))

    def encode_shard_mb(self, job: Job) -> float:
        n_mb = self._images_mb(job) + self._features_mb(job, self._latents(job.model))
        share = self.plan.shard_share(job.dataset)
        return START_TORCH_MB + self._batch_mb(job) + n_mb * share

    def join_mb(self, job: Job) -> float:
        """The latents of a shard, and two numbers an image."""
        latents_mb = self._features_mb(job, self._latents(job.model))
        shard_mb = latents_mb * self.plan.shard_share(job.dataset)
        return START_MB + shard_mb + self._features_mb(job, 2)

    def features_of_images_mb(self, job: Job, threads: int) -> float:
        """Images are memory-mapped, and some batches of each thread held as floats."""
        return START_TORCH_MB + self._images_mb(job) + BATCHES_MB * threads

    def sample_features_mb(self, job: Job) -> float:
        """A copy of some images, and some batches held as floats."""
        n, numbers = self._size(job)
        return START_TORCH_MB + megabytes(min(n, ENCODED) * numbers) + BATCHES_MB

    def reduce_mb(self, job: Job) -> float:
        dims = [self._latents(job.model), self.experiment.dimension(job.reduction) or 0]
        method = self.experiment.reductions[job.reduction]["method"]
        n = self._n_images(job)
        if large(method, n):
            return START_MB + BLOCKS_MB + megabytes(2 * 4 * n * sum(dims))
        square_mb = self._square_mb(job, "reductions", method)
        return START_MB + self._features_mb(job, max(dims)) + square_mb

    def cluster_mb(self, job: Job) -> float:
        method = self.experiment.clusterings[job.clustering]["method"]
        return self.cluster_together_mb(job) + self._square_mb(job, "clusterings", method)

    def cluster_together_mb(self, job: Job) -> float:
        """One after the other, none with a matrix of all pairs."""
        dim = self.experiment.dimension(job.reduction) or self._latents(job.model)
        return START_MB + self._features_mb(job, dim)

    def score_mb(self, job: Job) -> float:
        """The silhouette holds distances of at most 4,000 images, of which alone features are
        read."""
        dims = (self.experiment.dimension(name) for name in self.experiment.reductions)
        dim = max(dim or USUAL_LATENT_DIM for dim in dims)
        sample = min(self._n_images(job), 4000)
        features_mb = megabytes(6 * 8 * sample * dim + 3 * 8 * sample**2)
        return START_MB + self._numbers_mb(job) + features_mb

    def votes_mb(self, job: Job) -> float:
        """All labellings of a data set at once, four bytes a cluster, and some copies of them; the
        votes for each group, twice."""
        n_bytes = 6 * 4 * len(self.experiment.cells) + 2 * 8 * self.experiment.most_groups
        return START_MB + megabytes(self._n_images(job) * n_bytes)

    def agreement_mb(self, job: Job) -> float:
        """As the votes, and some numbers for each pair of labellings."""
        return self.votes_mb(job) + megabytes(6 * 8 * len(self.experiment.cells) ** 2)

    def selection_mb(self, job: Job) -> float:
        return self.score_mb(job) + self.agreement_mb(job)

    def assign_mb(self, job: Job) -> float:
        """The latents of all runs, whole, and for new images the votes of their neighbours."""
        n, n_known = self._n_images(job), self.plan.sizes[job.dataset].n_images
        latents, votes = 4 * (n + n_known) * self._most_latents(), n * self.experiment.most_groups
        n_bytes = self._n_runs() * (latents + 2 * 8 * votes)
        return START_MB + megabytes(n_bytes + BYTES_AN_IMAGE * (n + n_known))

    def properties_mb(self, job: Job, threads: int) -> float:
        """The latents twice as 4-byte numbers, and a graph or blocks of neighbours; images in
        blocks, some of each thread."""
        latents_mb = megabytes(2 * 4 * self._n_images(job) * self._most_latents())
        return START_MB + BLOCKS_MB + latents_mb + BATCHES_MB * threads

    def levels_mb(self, job: Job) -> float:
        """The features, and the distances of at most 4000 leaves of the tree."""
        features_mb = self._features_mb(job, self._latents(self.experiment.first_model))
        return START_MB + features_mb + megabytes(2 * 8 * 4000**2)

    def follow_mb(self, job: Job) -> float:
        """The images are memory-mapped; a sample of them is copied and encoded."""
        n, numbers = self._size(job)
        n = min(n, FOLLOWED)
        features_mb = megabytes(n * (numbers + 6 * 8 * self._latents(job.model)))
        return START_TORCH_MB + self._batch_mb(job) + features_mb + megabytes(8 * 10 * n)

    def draw_mb(self, job: Job) -> float:
        """Images of a data set that are shown somewhere."""
        n, numbers = self._size(job)
        shown_mb = megabytes(min(n, MOST_SHOWN) * numbers)
        return START_MB + 2 * shown_mb + self._numbers_mb(job)

    def thumbnails_mb(self, job: Job, threads: int) -> float:
        """The pictures of all images, 10 kB each at most, some copies of them, and what each
        thread codes."""
        n = self._n_images(job)
        return (
            self.draw_mb(job)
            + SHEET_MB * threads
            + megabytes(3 * n * (10_000 if n <= 2000 else 2000))
        )

    def page_mb(self, job: Job) -> float:
        """The pictures of all data sets."""
        n_images = sum(size.n_images for size in self.plan.sizes.values())
        return START_MB + megabytes(3 * 2000 * n_images)

    # Time

    def thousands(self, job: Job) -> float:
        """Return how many thousand images there are."""
        return self._n_images(job) / 1000

    def train_minutes(self, job: Job) -> float:
        """10 ms an image of 32 x 32 colours: some times what one thread of a slow machine takes."""
        n, numbers = self._size(job)
        images = n * self.experiment.models[job.model]["epochs"]
        return 10 + images * (numbers / 3072) * 0.010 / 60

    def encode_shard_minutes(self, job: Job) -> float:
        return 2 + 2 * self.thousands(job) * self.plan.shard_share(job.dataset)

    def reduce_minutes(self, job: Job) -> float:
        """Kernel PCA by a dense solver takes the cube of the number of images."""
        n, method = self.thousands(job), self.experiment.reductions[job.reduction]["method"]
        if large(method, 1000 * n):
            return 60 + n / 2
        return 5 + 3 * n + square_matrices("reductions", method) * n**3 / 20

    def score_minutes(self, job: Job) -> float:
        return self._score_minutes(job, len(self.experiment.cells))

    def score_run_minutes(self, job: Job) -> float:
        cells = self.experiment.cells_by_run[job.model, int(job.seed)]
        return self._score_minutes(job, len(cells))

    def assign_minutes(self, job: Job) -> float:
        """In each run, every new image is compared with every known one."""
        known = self.plan.sizes[job.dataset].n_images / 1000
        return 10 + self.thousands(job) * (1 + self._n_runs() * known / 200)

    def follow_minutes(self, job: Job) -> float:
        """The images that are followed are encoded and grouped after each epoch."""
        return 5 + 10 * self._thousands_followed(job)

    def score_progress_minutes(self, job: Job) -> float:
        return 5 + 5 * self._thousands_followed(job)

    # Devices

    def gpus(self, job: Job) -> int:
        """One for `device: cuda`. `auto` takes what a node has and asks for none: it also has to
        start where there are no GPUs."""
        return int(self.experiment.models[job.model]["device"] == "cuda")

    # Parts of them

    def _of(self, job: Job, of_datasets: dict, of_new: dict):
        """Return what is said of the images that a job works on."""
        return of_new[job.new] if hasattr(job, "new") else of_datasets[job.dataset]

    def _size(self, job: Job) -> Size:
        return self._of(job, self.plan.sizes, self.plan.new_sizes)

    def _n_images(self, job: Job) -> int:
        return self._size(job).n_images

    def _images_mb(self, job: Job) -> float:
        """Images of a data set, one byte a number."""
        n, numbers = self._size(job)
        return megabytes(n * numbers)

    def _batch_mb(self, job: Job) -> float:
        """What a network holds of a batch: some hundred floats a pixel, and their gradients."""
        batch_size = self.experiment.models[job.model]["batch_size"]
        return megabytes(max(batch_size, 64) * self._size(job).numbers * 1000)

    def _numbers_mb(self, job: Job) -> float:
        """Arrays of one number an image."""
        return megabytes(BYTES_AN_IMAGE * self._n_images(job))

    def _features_mb(self, job: Job, dim: int) -> float:
        """Some copies of an array of 8-byte numbers."""
        return megabytes(6 * 8 * self._n_images(job) * dim)

    def _square_mb(self, job: Job, kind: str, method: str) -> float:
        return megabytes(8 * self._n_images(job) ** 2 * square_matrices(kind, method))

    def _n_runs(self) -> int:
        return len(self.experiment.models) * len(self.experiment.seeds)

    def _latents(self, model: str) -> int:
        return self.experiment.latent_dim(model) or USUAL_LATENT_DIM

    def _most_latents(self) -> int:
        if self.experiment.encoders:
            return MOST_FEATURES
        return max(self._latents(model) for model in self.experiment.models)

    def _score_minutes(self, job: Job, n_cells: int) -> float:
        return 5 + n_cells * (1 / 6 + self.thousands(job) / 200)

    def _thousands_followed(self, job: Job) -> float:
        return min(self.thousands(job), FOLLOWED / 1000)
