"""Whatever is in a file or a config: an answer or one sentence, never another exception."""

import gzip
import io
import re
import struct
import tarfile
import warnings
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from test_experiment import COMPLETE, SCHEMA, VALUES, check, places

from aecluster.clusterings.file import load_clusters
from aecluster.errors import InputError
from aecluster.experiment.config_file import check_config_file
from aecluster.experiment.schema import complete_experiment, with_types
from aecluster.sources import cifar, folder, idx, npy, npz
from aecluster.sources.array_source import ArraySource
from aecluster.sources.classes import encode
from aecluster.sources.prepare import read
from aecluster.sources.source import About

BOUNDED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def answer(function, *args, **kw):
    """Return what a function gives, or None where it raises an InputError in one line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args, **kw)
    except InputError as error:
        assert re.match(r"\S.*\S\Z", str(error)), repr(str(error))
        assert str(error).isprintable()
        return None


# --- configs -----------------------------------------------------------------------------------


@settings(BOUNDED, max_examples=100)
@given(st.dictionaries(st.sampled_from([*COMPLETE, "other"]), VALUES, max_size=3))
def test_any_config(config):
    experiment = answer(check, config)
    assert experiment is None or set(experiment) == set(COMPLETE)


@settings(BOUNDED, max_examples=80)
@given(st.lists(st.tuples(st.sampled_from(list(places(COMPLETE))[1:]), VALUES), max_size=4))
def test_any_values_in_a_complete_config(changes):
    config = yaml.safe_load(yaml.safe_dump(COMPLETE))
    for path, value in changes:
        inner = config
        for key in path[:-1]:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner[path[-1]] = value
    answer(check, config)


@settings(BOUNDED, max_examples=300)
@given(st.text() | st.from_regex(r"[-+0-9:.exbo_ TZ]{1,40}", fullmatch=True))
@example("2001-99-99")
@example("[" * 5000)
@example("9" * 5000)
def test_any_text_of_the_command_line(text):
    with_types({"a": [text]})


@settings(BOUNDED, max_examples=300)
@given(st.text(alphabet="ab:-[]{}&*!<>|?%@`'\"#, \n\t01.~\0\ud800é") | st.binary())
def test_any_config_file(tmp_path, content):
    content = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    (tmp_path / "a.yaml").write_bytes(content)
    answer(check_config_file, tmp_path / "a.yaml")
    try:
        config = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError):
        return
    if isinstance(config, dict):
        answer(complete_experiment, config, SCHEMA)


# --- arrays ------------------------------------------------------------------------------------

DTYPES = (
    hnp.scalar_dtypes()
    | hnp.unicode_string_dtypes(max_len=3)
    | hnp.byte_string_dtypes(max_len=3)
    | hnp.array_dtypes(max_size=2)
)
SHAPES = st.lists(st.sampled_from([0, 1, 2, 3, 4, 8, 9]), max_size=5).map(tuple)
USUAL = st.sampled_from([(2, 8, 8), (1, 8, 9, 3), (2, 3, 8, 9), (3, 9, 8, 1)])


def read_array(array):
    return read_all(ArraySource(array, "i.npy", About("i.npy")))


def read_all(source):
    return source.read(np.arange(source.n_images), None)


@settings(BOUNDED, max_examples=250)
@given(hnp.arrays(DTYPES, SHAPES | USUAL))
def test_any_array(array):
    images = answer(read_array, array)
    if images is not None:
        assert images.dtype == np.uint8 and images.ndim == 4 and images.shape[3] in (1, 3)
        assert len(images) == len(array) and min(images.shape[1:3]) >= 8


@settings(BOUNDED, max_examples=300)
@given(hnp.arrays(DTYPES, st.sampled_from([(5,), (4,), (5, 1), ()])))
def test_any_labels(values):
    found = answer(encode, values, 5, "l.npy")
    if found is not None:
        labels, names = found
        assert labels.dtype == np.int64 and len(labels) == 5
        assert labels.min() >= -1 and labels.max() < len(names)
        "".join(names).encode("utf-8")


# --- files -------------------------------------------------------------------------------------

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 9, 12, 3), dtype=np.uint8)


def in_memory(write) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def tar_of_records() -> bytes:
    def write(buffer):
        content = b"".join(bytes([k]) + bytes(3072) for k in range(3))
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            info = tarfile.TarInfo("data_batch_1.bin")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))

    return in_memory(write)


def picture(kind: str) -> bytes:
    return in_memory(lambda buffer: Image.fromarray(IMAGES[0]).save(buffer, kind))


IDX = bytes([0, 0, 8, 4]) + struct.pack(">4I", *IMAGES.shape) + IMAGES.tobytes()
TARRED = tar_of_records()
WHOLE = {
    "i.npy": (in_memory(lambda buffer: np.save(buffer, IMAGES)), npy, "images"),
    "i.npz": (in_memory(lambda buffer: np.savez(buffer, images=IMAGES)), npz, "path"),
    "z.npz": (in_memory(lambda buffer: np.savez_compressed(buffer, images=IMAGES)), npz, "path"),
    "i.idx": (IDX, idx, "images"),
    "i.idx.gz": (gzip.compress(IDX), idx, "images"),
    "i.tar.gz": (TARRED, cifar, "path"),
    "i.tar": (gzip.decompress(TARRED), cifar, "path"),
}
KINDS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8
)


def mutated(whole: bytes, changes, part: float) -> bytes:
    """Return a file with some bytes changed, most of them near its start, and its end cut off."""
    content = bytearray(whole)
    for place, byte in changes:
        content[int(place**3 * len(content))] = byte
    return bytes(content[: int(part * len(content))])


PART = st.just(1.0) | st.floats(0, 1)


@pytest.mark.parametrize("name", WHOLE)
@settings(BOUNDED, max_examples=150)
@given(changes=MUTATIONS, part=PART)
def test_any_bytes_for_arrays(tmp_path, name, changes, part):
    whole, module, key = WHOLE[name]
    path = tmp_path / name
    path.write_bytes(mutated(whole, changes, part))
    n_images = answer(module.count, **{key: path})
    shape = answer(module.shape, **{key: path})
    source = answer(module.load, **{key: path})
    images = None if source is None else answer(read_all, source)
    if images is not None:
        assert n_images == len(images) and shape == images.shape[1:]


@pytest.mark.parametrize("kind", KINDS)
@settings(BOUNDED, max_examples=120)
@given(changes=MUTATIONS, part=PART)
def test_any_bytes_for_images(tmp_path, kind, changes, part):
    for number in range(3):
        path = tmp_path / f"{number}.{kind.lower()}"
        if number == 0:
            path.write_bytes(mutated(picture(kind), changes, part))
        elif not path.exists():
            Image.fromarray(IMAGES[number]).save(path, kind)
    source = folder.load(path=tmp_path, max_broken=0.5)
    indices, skipped = read(tmp_path / "read.npy", source, 8)
    images = np.load(tmp_path / "read.npy")
    assert len(images) == len(indices) == 3 - len(skipped["broken"])


@settings(BOUNDED, max_examples=200)
@given(
    st.binary(max_size=60)
    | st.text(alphabet="id,label\n0123-.e\r \"'", max_size=60).map(str.encode)
)
def test_any_bytes_for_clusters(tmp_path, content):
    Path(tmp_path, "clusters.csv").write_bytes(content)
    clusters = answer(load_clusters, tmp_path / "clusters.csv", 2)
    assert clusters is None or clusters.shape == (2,)
