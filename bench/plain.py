"""The plain way: one script after a tutorial, one step after another.

python -m bench.plain EXPERIMENT.json IMAGES RESULTS SEED

The networks are the workflow's own, so that only the way of computing differs. Each step imports
what it needs, like a cell of a notebook, so that the start-up of a library counts for the step that
wants it, as it does in the workflow.
"""

import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path

# As tutorials have them; the settings of the workflow are in experiment.yaml.
EPOCHS, BATCH_SIZE, LEARNING_RATE = 12, 64, 1e-3


def run(experiment: dict, folder: Path, results: Path, seed: int) -> list[dict]:
    """Compute the experiment; return when each step began and ended.

    Parameters
    ----------
    experiment : dict
        Complete, with the methods kernel_pca, tsne and minibatch_kmeans alone.
    folder : path
        PNG images, a sub-folder a class.
    results : path
        Gets model.pt, latents.npy, embedding.npy and clusters.csv, named as in results/{dataset}.
    seed : int

    Returns
    -------
    list of dict
        stage, began and ended (as time.time() says it), cpu_seconds.
    """
    steps = Steps()
    with steps.step("images"):
        images = read_images(folder)
    for model_name, settings in experiment["models"].items():
        home = results / model_name / f"seed{seed}"
        home.mkdir(parents=True)
        with steps.step("train", model_name):
            model = train(images, settings, seed)
            save_weights(model, home / "model.pt")
        with steps.step("latents", model_name):
            latents = encode(model, images)
            save_array(latents, home / "latents.npy")
        spaces = {None: latents}
        for name, reduction in experiment["reductions"].items():
            with steps.step(reduction["method"], f"{model_name}, {name}"):
                reduce = {"kernel_pca": kernel_pca, "tsne": tsne}[reduction["method"]]
                spaces[name] = reduce(spaces[reduction["after"]], reduction["dim"], seed)
                save_array(spaces[name], home / name / "embedding.npy")
        for name in experiment["reductions"]:
            for clustering_name, clustering in experiment["clusterings"].items():
                with steps.step("cluster", f"{model_name}, {name}"):
                    clusters = k_means(spaces[name], clustering["n_clusters"], seed)
                    save_clusters(clusters, home / name / clustering_name / "clusters.csv")
    return steps.done


def read_images(folder):
    """Read all images into memory, uint8 (N, H, W, C), by path."""
    import numpy as np
    from PIL import Image

    files = sorted(folder.rglob("*.png"))
    return np.stack([np.array(Image.open(file).convert("RGB")) for file in files])


def train(images, settings, seed):
    """Train an autoencoder: a Dataset, a DataLoader, Adam, and a loop."""
    import torch
    from torch import nn
    from torch.utils.data import DataLoader

    from aecluster.models.build import build_model

    torch.manual_seed(seed)
    height, width, channels = images.shape[1:]
    model = build_model(settings, (channels, height, width))
    loader = DataLoader(as_dataset(images), batch_size=BATCH_SIZE, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    criterion = nn.MSELoss()
    model.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in loader:
            reconstruction = model(batch)
            loss = criterion(reconstruction, batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        print(f"  epoch {epoch + 1}, loss {total / len(images):.5f}", flush=True)
    return model


def encode(model, images):
    """Return the latents of all images, (N, D)."""
    import torch
    from torch.utils.data import DataLoader

    model.eval()
    with torch.no_grad():
        loader = DataLoader(as_dataset(images), batch_size=BATCH_SIZE)
        return torch.cat([model.encode(batch) for batch in loader]).numpy()


def as_dataset(images):
    """Return a Dataset whose items are floats in [-1, 1], (C, H, W)."""
    import torch
    from torch.utils.data import Dataset

    class Images(Dataset):
        def __len__(self):
            return len(images)

        def __getitem__(self, index):
            image = torch.from_numpy(images[index]).permute(2, 0, 1)
            return image.float() / 127.5 - 1

    return Images()


def kernel_pca(features, dim, seed):
    """Reduce standardized features with an rbf kernel."""
    from sklearn.decomposition import KernelPCA
    from sklearn.preprocessing import StandardScaler

    standardized = StandardScaler().fit_transform(features)
    return KernelPCA(n_components=dim, kernel="rbf").fit_transform(standardized)


def tsne(features, dim, seed):
    """Reduce features to a plane."""
    from sklearn.manifold import TSNE

    return TSNE(n_components=dim, random_state=seed).fit_transform(features)


def k_means(features, n_clusters, seed):
    """Cluster features."""
    from sklearn.cluster import MiniBatchKMeans

    return MiniBatchKMeans(n_clusters=n_clusters, random_state=seed).fit_predict(features)


def save_weights(model, file):
    """Save the weights of a model."""
    import torch

    torch.save(model.state_dict(), file)


def save_array(array, file):
    """Save an array."""
    import numpy as np

    file.parent.mkdir(exist_ok=True)
    np.save(file, array)


def save_clusters(clusters, file):
    """Save the columns id and label."""
    import pandas as pd

    file.parent.mkdir(exist_ok=True)
    pd.DataFrame({"id": range(len(clusters)), "label": clusters}).to_csv(file, index=False)


class Steps:
    """A clock for one step after another."""

    def __init__(self):
        self.done = []

    @contextmanager
    def step(self, stage, what=""):
        """Time the block, and say how long it took."""
        began, cpu = time.time(), time.process_time()
        yield
        ended, cpu = time.time(), time.process_time() - cpu
        self.done.append({"stage": stage, "began": began, "ended": ended, "cpu_seconds": cpu})
        print(f"  {stage}{f' ({what})' if what else ''}: {ended - began:.1f} s", flush=True)


if __name__ == "__main__":
    experiment_file, folder, results, seed = sys.argv[1:]
    experiment = json.loads(Path(experiment_file).read_text())
    done = run(experiment, Path(folder), Path(results), int(seed))
    Path(results, "steps.json").write_text(json.dumps(done))
