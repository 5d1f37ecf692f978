"""Mixed images as people have them, cut from packaged photographs."""

from pathlib import Path

import matplotlib
import numpy as np
import sklearn.datasets
from PIL import Image

ENDS = ("png", "jpg", "webp", "tiff", "bmp", "gif")
PHOTOS = ("china", "flower", "portrait")


def photographs() -> list[Image.Image]:
    """Return the two photographs of scikit-learn and the one of matplotlib."""
    packaged = Path(sklearn.datasets.__file__).parent / "images"
    portrait = Path(matplotlib.get_data_path()) / "sample_data/grace_hopper.jpg"
    files = [packaged / "china.jpg", packaged / "flower.jpg", portrait]
    return [Image.open(file).convert("RGB") for file in files]


def write_images(folder: Path, n_images: int, seed: int = 0) -> None:
    """Write parts of the photographs, in mixed sizes, formats and colours."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    photos = photographs()
    for number in range(n_images):
        photo = photos[number % len(photos)]
        width, height = rng.integers(36, 90, 2).tolist()
        left = int(rng.integers(photo.width - width))
        top = int(rng.integers(photo.height - height))
        part = photo.crop((left, top, left + width, top + height))
        part = part.convert("L") if number % 10 == 0 else part
        odd = " {é} 'x'" if number % 7 == 0 else ""
        name = f"{PHOTOS[number % len(photos)]} {number:03d}{odd}"
        part.save(folder / f"{name}.{ENDS[number % len(ENDS)]}")


def write_broken(folder: Path, n_files: int) -> list[str]:
    """Write files that end like images and are none; return their names."""
    contents = [b"", b"\x89PNG\r\n\x1a\n and then nothing", b"GIF89a", b"=SUM(A1:A9)"]
    names = [f"broken {number}.{ENDS[number % 2]}" for number in range(n_files)]
    for number, name in enumerate(names):
        (folder / name).write_bytes(contents[number % len(contents)])
    return names
