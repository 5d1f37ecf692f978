"""A table of what people (and worse) point the workflow at: input, exit code, and the sentence.

The jobs run in this process (in_process.py). After each, nothing may have appeared
outside of results/, and hostile files may not have run anything.
"""

import gzip
import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import matplotlib.font_manager  # noqa: F401  its list of fonts is written when first imported
import numpy as np
import pytest
from conftest import REPOSITORY
from in_process import SMALL, run
from PIL import Image

from aecluster.jobs.artifacts import load_json

RNG = np.random.default_rng(0)


class Opens:
    """What a pickle would do when it is loaded: leave a file behind."""

    def __reduce__(self):
        return Path.touch, (Path("pwned"),)


def pixels(*shape):
    return RNG.integers(0, 256, shape, dtype=np.uint8)


def config(dataset: dict, **sections) -> dict:
    return {**SMALL, "datasets": {"d": dataset}, **sections}


def npy(images, labels=None, *, pickle=False, **dataset):
    """Input: images (and labels) in .npy files."""

    def make():
        np.save("i.npy", images, allow_pickle=pickle)
        files = {"images": "i.npy"}
        if labels is not None:
            np.save("l.npy", labels, allow_pickle=True)
            files["labels"] = "l.npy"
        return config({"source": "npy", **files, **dataset})

    return make


def experiment(images, labels=None, **sections):
    """Input: images in a .npy file, and parts of the experiment of its own."""

    def make():
        return {**npy(images, labels)(), **sections}

    return make


def file(content: bytes | Callable[[], bytes], source="npy", key="images", **dataset):
    """Input: any bytes as a file, or a function that makes them, where that takes long."""

    def make():
        Path("i.data").write_bytes(content() if callable(content) else content)
        return config({"source": source, key: "i.data", **dataset})

    return make


def npz(**members):
    """Input: an archive of numpy."""

    def make():
        np.savez_compressed("i.npz", **members)
        return config({"source": "npz", "path": "i.npz"})

    return make


def folder(files: dict, *, good=20, size=16, **dataset):
    """Input: a folder of `good` images, and files that are given as images, bytes or functions."""

    def make():
        root = Path("photos")
        root.mkdir()
        flat = not any("/" in name for name in files)
        for number in range(good):
            save(root / ("" if flat else "good") / f"{number}.png", Image.fromarray(pixels(20, 24)))
        for name, content in files.items():
            save(root / name, content)
        return config({"source": "folder", "path": "photos", "size": size, **dataset})

    return make


def save(path: Path, content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if callable(content):
        content(path)
    elif isinstance(content, Image.Image):
        content.save(path)
    else:
        path.write_bytes(content)


def colour(mode="RGB", side=16):
    return Image.fromarray(pixels(side, side, 3)).convert(mode)


def cut(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()[: buffer.tell() * 2 // 3]


def rotated(path):
    exif = Image.Exif()
    exif[0x0112] = 6
    colour().save(path, exif=exif)


def animated(path):
    colour("P").save(path, save_all=True, append_images=[colour("P")])


def sixteen_bit(path):
    Image.fromarray(pixels(16, 16).astype(np.uint16) * 257).save(path)


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises many pixels."""
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    content = chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + content


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\n(pwned) (w) file closefile\n"


def npy_header(text: str, version=1) -> bytes:
    size = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + size + text.encode("latin1")


def promised(shape, descr="|u1") -> bytes:
    return npy_header(f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}\n")


def sparse() -> dict:
    """A file of a terabyte that takes no room on the disk."""
    header = promised((10**6, 1000, 1000))
    with Path("i.npy").open("wb") as file:
        file.write(header)
        file.truncate(len(header) + 10**12)
    return config({"source": "npy", "images": "i.npy"})


def idx(shape, content: bytes, kind=8) -> bytes:
    return bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + content


def zip_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "../") + ".npy", content)
    return buffer.getvalue()


def tar_of(**members) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name.replace("__", "../").replace("_bin", ".bin"))
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def long_header() -> bytes:
    """An archive whose first header is 300 MB of zeros, folded to 300 kB."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 300_000_000
    buffer = io.BytesIO()
    with gzip.open(buffer, "wb") as packed:
        packed.write(info.tobuf() + b"\0" * 300_000_000)
    return buffer.getvalue()


CIFAR = b"".join(bytes([k % 10]) + pixels(3072).tobytes() for k in range(20))
BOTH = {f"{kind}.npy": promised((20, 9, 9)) for kind in ("images", "labels")}


def links(path: Path) -> None:
    """A link to itself, one to the folder around it, one to the root, one to nothing, a pipe."""
    path.symlink_to(path.name)
    (path.parent / "around").symlink_to("..")
    (path.parent / "root").symlink_to("/")
    (path.parent / "nothing.png").symlink_to("none.png")
    os.mkfifo(path.parent / "pipe.png")


def image(path):
    Image.fromarray(pixels(20, 24, 3)).save(path, "PNG")


NAMES = [
    "two words.png",
    "it's.png",
    '"quoted".png',
    "$(touch pwned).png",
    ";touch pwned;.png",
    "`touch pwned`.png",
    "{wildcard}.png",
    "-rf.png",
    "*.png",
    "=1+1.png",
    "<script>.png",
    "日本語.png",
    "עברית.png",
    "éà😀.PNG",
    "..png",
    "new\nline.png",
    "\x1b[31mred.png",
    os.fsdecode(b"\xff\xfe.png"),
]

FEW = pixels(20, 16, 16)
WIDE = pixels(20, 16, 16, 3)
with_nan = FEW / 255
with_nan[3, 4, 5] = np.nan

# (name, input, exit code, words of the sentence; of what is skipped where the code is 0)
READING = [
    # arrays: types
    ("uint8", npy(FEW), 0, ""),
    ("bool", npy(FEW > 99), 0, ""),
    ("int64", npy(FEW.astype(int)), 0, ""),
    ("uint16", npy(FEW.astype(np.uint16) * 257), 0, ""),
    ("big-endian uint16", npy(FEW.astype(">u2") * 257), 0, ""),
    ("big-endian floats", npy(FEW.astype(">f8") / 255), 0, ""),
    ("float 0..1", npy(FEW / 255), 0, ""),
    ("float16 0..1", npy((FEW / 255).astype(np.float16)), 0, ""),
    ("float 0..255", npy(FEW.astype(np.float32)), 0, ""),
    ("Fortran order", npy(np.asfortranarray(WIDE)), 0, ""),
    ("0 and 1 as bytes", npy((FEW > 99).astype(np.uint8)), 1, "and as 0..1 (black to white)"),
    ("0 and 1 as int64", npy((FEW > 99).astype(int)), 1, "reads as 0..255"),
    ("0..16 as floats", npy(FEW / 16), 1, "nearly black) and as 0..15.9375"),
    ("8 bit in uint16", npy(FEW.astype(np.uint16)), 1, "and as 8-bit pixels (0..255)"),
    ("-1..1", npy(FEW / 127.5 - 1), 1, "float64 values from -1 to 1; pixels need 0..255"),
    ("int32 to 1000", npy(FEW.astype(np.int32) * 4), 1, "int32 values from 0 to 1020"),
    ("nan", npy(with_nan), 1, "holds nan (first at index [3, 4, 5]); pixels must be finite"),
    ("infinity", npy(np.full((9, 9, 9), np.inf)), 1, "holds inf (first at index [0, 0, 0])"),
    ("complex", npy(FEW * 1j), 1, "holds complex128 values; pixels need whole numbers"),
    ("text for pixels", npy(np.full((9, 9, 9), "a")), 1, "holds <U1 values"),
    ("dates for pixels", npy(FEW.astype("M8[s]")), 1, "holds datetime64[s] values"),
    ("a structured array", npy(np.zeros((9, 9, 9), "u1,u1")), 1, "pixels need whole numbers"),
    # arrays: shapes
    ("N,H,W,1", npy(FEW[..., None]), 0, ""),
    ("N,H,W,3", npy(WIDE), 0, ""),
    ("N,3,H,W", npy(WIDE.transpose(0, 3, 1, 2)), 0, ""),
    ("N,1,H,W", npy(FEW[:, None]), 0, ""),
    ("sides that are no square", npy(pixels(9, 8, 30)), 0, ""),
    ("one colour image", npy(pixels(32, 32, 3)), 1, "and as one image of 32 x 32 with 3 channels"),
    ("channels at both ends", npy(pixels(20, 3, 9, 3)), 1, "and as (N, C, H, W) = 9 x 3 pixels"),
    ("four channels", npy(pixels(20, 9, 9, 4)), 1, "leave transparency out, with images[..., :3]"),
    ("two axes", npy(pixels(20, 64)), 1, "has the shape (20, 64); images need (N, H, W)"),
    ("no axis", npy(np.uint8(3)), 1, "has the shape ()"),
    ("no images", npy(pixels(0, 9, 9)), 1, "it holds no images; at least one is needed"),
    ("one image", npy(pixels(1, 9, 9)), 1, "only 1 image, and groups need at least 2"),
    ("limited to one", npy(FEW, limit=1), 1, "`limit` is 1, and groups need at least 2"),
    ("2 x 2 pixels", npy(pixels(20, 2, 2)), 1, "each image is 2 x 2 pixels; images need at least"),
    ("two images", npy(pixels(2, 9, 9)), 0, ""),
    ("a million pixels", npy(pixels(2, 1000, 1000)), 0, ""),
    ("all equal", npy(np.repeat(FEW[:1], 9, 0)), 1, "all 9 images of i.npy are equal"),
    ("all black", npy(np.zeros((9, 9, 9), np.uint8)), 1, "are equal, so there are no groups"),
    # labels
    ("labels as numbers with gaps", npy(FEW, np.arange(20) % 3 * 7), 0, ""),
    ("labels as text", npy(FEW, np.array(["sea", "", "cat", "it's <b>"] * 5)), 0, ""),
    ("labels as UTF-8 bytes", npy(FEW, np.array(["é".encode(), b"a"] * 10)), 0, ""),
    ("no image labelled", npy(FEW, np.full(20, -1)), 0, ""),
    ("one class", npy(FEW, np.zeros(20, int)), 0, ""),
    ("a class each", npy(FEW, np.arange(20)), 0, ""),
    ("labels true and false", npy(FEW, np.arange(20) > 9), 0, ""),
    ("labels as large numbers", npy(FEW, np.full(20, 2**64 - 1, np.uint64)), 0, ""),
    ("labels in Latin 1", npy(FEW, np.array([b"\xe9"] * 20)), 1, "bytes that are not UTF-8"),
    ("labels with nan", npy(FEW, np.full(20, np.nan)), 1, "and -1 for an image without a label"),
    ("too few labels", npy(FEW, np.arange(19)), 1, "19 labels for 20 images; give one label per"),
    ("one-hot labels", npy(FEW, np.eye(20)), 1, "the shape (20, 20); labels need one axis"),
    ("labels as objects", npy(FEW, np.array(["a"] * 20, object)), 1, "with .astype('U')"),
    ("a label as a novel", npy(FEW, np.array(["x" * 300] * 20)), 1, "a label of 300 characters"),
    ("a half character", npy(FEW, np.array(["\ud800"] * 20)), 1, "the label '\\ud800', which is"),
    # hostile and broken arrays
    ("pickle in npy", npy(np.array([Opens()] * 9), pickle=True), 1, "it holds Python objects"),
    ("pickle in npz", npz(images=np.array([Opens()] * 9)), 1, "they may run code"),
    ("npz as npy", file(zip_of(images=b"")), 1, "is an .npz archive; use `source: npz`"),
    ("nothing", file(b""), 1, "plain numbers (it does not begin as one)"),
    ("a text", file(b"these are no pixels"), 1, "write it again with numpy.save"),
    ("a header without end", file(npy_header("{" * 9999)), 1, "(its header is broken)"),
    ("minus, minus, ...", file(npy_header("-" * 9000 + "1")), 1, "(its header is broken)"),
    ("code in a header", file(npy_header("__import__('os')\n")), 1, "(its header is broken)"),
    ("a shape below zero", file(promised((-1, 9, 9)) + b"\0" * 810), 1, "the shape (-1, 9, 9)"),
    ("a shape as text", file(promised("'abc'")), 1, "is not a whole .npy file"),
    ("more than memory", sparse, 1, "i.npy need 1,000.0 GB, but the disk"),
    ("more promised than there", file(promised((10**12, 9, 9))), 1, "it ends before its"),
    ("npz: other members", npz(x=FEW), 1, "has no member 'images'; it has x: name the one"),
    ("npz: half", file(zip_of(**{"images": pixels(999)})[:500], "npz", "path"), 1, "not a whole"),
    (
        "npz: names that climb out",
        file(zip_of(images=promised((9, 9, 9)) + pixels(729).tobytes(), ____x=b"a"), "npz", "path"),
        0,
        "",
    ),
    (
        "npz: more promised than memory",
        file(zip_of(images=promised((10**8, 99, 99))), "npz", "path"),
        1,
        "of memory",
    ),
    ("idx", file(idx((9, 9, 9), pixels(729).tobytes()), "idx"), 0, ""),
    ("idx: gzip", file(gzip.compress(idx((9, 9, 9), pixels(729).tobytes())), "idx"), 0, ""),
    ("idx: too short", file(idx((9, 9, 9), b"\0"), "idx"), 1, "has 1 values, and its header"),
    (
        "idx: a bomb",
        file(lambda: gzip.compress(idx((9, 9, 9), b"\0" * 100_000_000)), "idx"),
        1,
        "more than 729 values",
    ),
    ("idx: more than memory", file(idx((2**32 - 1, 999, 9), b""), "idx"), 1, "of memory"),
    ("cifar", file(tar_of(data_batch_1_bin=CIFAR), "cifar", "path"), 0, ""),
    ("cifar: another version", file(tar_of(test_bin=CIFAR), "cifar", "path"), 1, "CIFAR-100 reco"),
    ("cifar: climbs out", file(tar_of(____test_batch_bin=CIFAR), "cifar", "path"), 0, ""),
    ("cifar: a long header", file(long_header, "cifar", "path"), 1, "not a whole CIFAR archive"),
    (
        "cifar: class names of 1 MB",
        file(tar_of(test_batch_bin=CIFAR, **{"batches.meta.txt": b"a" * 10**6}), "cifar", "path"),
        1,
        "batches.meta.txt (i.data) is no list of class names",
    ),
    ("a device", lambda: config({"source": "npy", "images": "/dev/zero"}), 1, "is no regular file"),
    ("a folder for a file", lambda: config({"source": "npy", "images": "/"}), 1, "is a folder"),
    ("a name that runs", lambda: config({"source": "npy", "images": "$(touch pwned)"}), 1, "not"),
    # folders: formats
    ("PNG", folder({"a.png": colour()}), 0, ""),
    ("JPEG", folder({"a.jpg": colour(), "b.JPEG": colour("L")}), 0, ""),
    ("JPEG in CMYK", folder({"a.jpg": colour("CMYK")}), 0, ""),
    ("JPEG turned by EXIF", folder({"a.jpg": rotated}), 0, ""),
    ("WebP", folder({"a.webp": colour("RGBA")}), 0, ""),
    ("TIFF", folder({"a.tif": colour("CMYK"), "b.tiff": colour("1")}), 0, ""),
    ("BMP", folder({"a.bmp": colour()}), 0, ""),
    ("GIF", folder({"a.gif": animated}), 0, ""),
    ("16 bit", folder({"a.png": sixteen_bit, "b.tiff": sixteen_bit}), 0, ""),
    ("palette and transparency", folder({"a.png": colour("P"), "b.png": colour("RGBA")}), 0, ""),
    ("another suffix than content", folder({"a.png": cut(colour(), "BMP")[:0] + EPS}), 0, "a.png"),
    ("a million-pixel PNG", folder({"a.png": colour(side=1000)}), 0, ""),
    ("sizes that differ", folder({"a.png": colour()}, size=None), 1, "images of different sizes"),
    # folders: what is skipped
    ("an empty file", folder({"a.png": b""}), 0, "a.png: is empty"),
    ("half a PNG", folder({"a.png": cut(colour(side=64), "PNG")}), 0, "a.png: does not decode"),
    ("half a JPEG", folder({"a.jpg": cut(colour(side=200), "JPEG")}), 0, "does not decode"),
    ("half a WebP", folder({"a.webp": cut(colour(side=64), "WEBP")}), 0, "does not decode"),
    ("a text as PNG", folder({"a.png": b"hello"}), 0, "a.png: is not an image that Pillow knows"),
    (
        "a bomb as PNG",
        folder({"a.png": png_header(30_000, 30_000)}),
        0,
        "of memory to decode (900,000,000 pixels), above the limit of 1.0 GB",
    ),
    ("a PostScript as PNG", folder({"a.png": EPS}), 0, "a.png: is not an image that Pillow knows"),
    ("a tiny one", folder({"a.png": colour(side=4)}), 0, "is 4 x 4 pixels, and images need"),
    ("other files", folder({"a.txt": b"a", ".b.png": b""}), 0, "a.txt: no image by its suffix"),
    ("hidden", folder({".git/a.png": b"", "good/.b.png": b""}), 0, ".git/: hidden"),
    ("links in circles and a pipe", folder({"c/loop.png": links}), 0, "pipe.png: no regular file"),
    ("names of all kinds", folder(dict.fromkeys(NAMES, image)), 0, "new\\nline.png: its name is"),
    ("folders of all names", folder({f"{n}/a.png": image for n in NAMES[:14]}), 0, ""),
    ("nested", folder({"a/b/c/d/e/f.png": image}), 0, ""),
    # folders: refused
    ("many broken", folder({f"{k}.gif": b"" for k in range(9)}), 1, "9 of 29 images of photos can"),
    (
        "all broken",
        folder({"a.png": b"", "b.gif": b""}, good=0),
        1,
        "b.gif (is empty); remove them",
    ),
    (
        "all broken, and all of that allowed",
        folder({"a.png": b"", "b.png": b""}, good=0, params={"max_broken": 1}),
        1,
        "2 of 2 images of photos cannot be read",
    ),
    ("none allowed", folder({"a.png": b""}, params={"max_broken": 0}), 1, "at most 0% may be left"),
    (
        "a part above 1",
        folder({}, params={"max_broken": 2}),
        1,
        "max_broken must be a share from 0 to 1",
    ),
    ("an empty folder", folder({}, good=0), 1, "photos holds no images; put them there"),
    (
        "images at two levels",
        folder({"a/a.png": image, "b.png": image}),
        1,
        "at its top level (b.png",
    ),
    # the experiment
    ("course: size", experiment(FEW, models={"c": {"architecture": "course"}}), 1, "`size: 32`"),
    (
        "course: latents",
        experiment(pixels(9, 32, 32), models={"c": {"architecture": "course", "latent_dim": 9}}),
        1,
        "models.c.latent_dim is 9, but architecture course has latents of 4096",
    ),
    (
        "fewer images than clusters",
        experiment(FEW, clusterings={"k": {"method": "kmeans", "n_clusters": 21}}),
        1,
        "clusterings.k.n_clusters is 21, but data set d has only 20 images",
    ),
    (
        "fewer images than dimensions",
        experiment(FEW[:5], reductions={"p": {"method": "pca", "dim": 6}}),
        1,
        "dim is 6, but there are only 5 images",
    ),
    (
        "t-SNE of few images",
        experiment(FEW[:3], reductions={"t": {"method": "tsne", "dim": 2}}),
        1,
        "t-SNE needs at least 4 images, but there are 3",
    ),
    (
        "a data set that climbs out",
        lambda: {"datasets": {"../x": {}}},
        1,
        "the name '../x' is not allowed",
    ),
    ("a list of itself", lambda: {"seeds": endless()}, 1, "nested more than 20 levels deep"),
    ("a billion laughs", lambda: {"seeds": laughs()}, 1, "holds more than 100,000 values"),
]


def endless() -> list:
    inside = []
    inside.append(inside)
    return inside


def laughs() -> list:
    value = [1] * 10
    for _ in range(9):
        value = [value] * 10
    return value


ALL_METHODS = {
    "reductions": {
        "kpca": {"method": "kernel_pca", "dim": 3},
        "tsne": {"method": "tsne", "dim": 2, "params": {"perplexity": 2}},
        "plain": {"method": "identity"},
    },
    "clusterings": {
        **{name: {"method": name, "n_clusters": 3} for name in ("kmeans", "gmm", "agglomerative")},
        "hdbscan": {"method": "hdbscan", "params": {"min_cluster_size": 3}},
    },
}
SHADES = np.repeat(np.arange(0, 200, 20, dtype=np.uint8), 64).reshape(10, 8, 8)
COPIES = np.concatenate([np.repeat(pixels(1, 9, 9, 3), 18, 0), pixels(2, 9, 9, 3)])
EVIL = ["<script>alert(1)</script>", "$\\frac{1}{", "_hidden", "=1+1", "日本"]

# to the page; (name, input, exit code, words)
WHOLE = [
    ("each image one shade", experiment(SHADES, **ALL_METHODS), 0, ""),
    ("fewer different images than clusters", experiment(COPIES[-3:].repeat(6, 0)), 0, ""),
    ("many copies", experiment(COPIES, **ALL_METHODS), 0, ""),
    ("two images to the page", npy(pixels(2, 9, 9)), 0, ""),
    ("evil class names", npy(FEW, np.array(EVIL * 4)), 0, ""),
    ("one class, more clusters", npy(FEW, np.zeros(20, int)), 0, ""),
    ("one image labelled", npy(FEW, np.array([5] + [-1] * 19)), 0, ""),
    ("skipped on the page", folder({"<b>.png": b"", "=1.txt": b""}), 0, "<b>.png: is empty"),
    (
        "no memory for the model",
        experiment(FEW, models={"m": {"latent_dim": 10**12}}),
        1,
        "out of memory",
    ),
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder to run in, beside a home and a folder for temporary files."""
    for name in ("project", "home", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


def listing(root: Path) -> set[Path]:
    own = {"results", ".snakemake"}
    return {path for path in root.rglob("*") if not own & set(path.relative_to(root).parts)}


def sentence_of(text: str) -> str:
    """Return the one sentence of an error; nothing of it may be a traceback."""
    lines = [line for line in text.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1 and "Traceback" not in text, text
    assert lines[0].isprintable()
    return lines[0]


def check(place, make, expected_code, words, *targets):
    settings = make()
    before = listing(place)
    code, text = run(settings, *targets)
    assert code == expected_code, text
    assert listing(place) == before, "something was written outside of results/"
    if code:
        assert words in sentence_of(text)
        return
    about = load_json("results/d/dataset.json")
    skipped = {**about["skipped"]["broken"], **about["skipped"]["other"]}
    assert words in "\n".join(f"{name}: {why}" for name, why in skipped.items())
    images, labels = np.load("results/d/images.npy"), np.load("results/d/labels.npy")
    assert images.dtype == np.uint8 and images.ndim == 4 and images.shape[3] in (1, 3)
    assert len(images) == len(labels) == about["n_images"]


@pytest.mark.parametrize("name, make, code, words", READING, ids=[row[0] for row in READING])
def test_what_is_read(place, name, make, code, words):
    check(place, make, code, words, "results/d/labels.npy")


@pytest.mark.parametrize("name, make, code, words", WHOLE, ids=[row[0] for row in WHOLE])
def test_what_goes_to_the_page(place, name, make, code, words):
    check(place, make, code, words)
    if code:
        return
    page = Path("results/report.html").read_text()
    assert "<script>alert(1)" not in page and "<b>.png" not in page


def test_the_table_is_as_long_as_promised():
    assert len(READING) + len(WHOLE) >= 80
    assert len({row[0] for row in READING + WHOLE}) == len(READING + WHOLE)


def test_no_case_wrote_into_the_repository():
    assert not list(REPOSITORY.rglob("pwned"))
