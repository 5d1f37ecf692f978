"""Files that are made to run code, to fill memory or to write elsewhere: none of them does."""

import gzip
import json
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from conftest import REPOSITORY, new_project
from test_cases import NAMES, Opens, image, promised

from aecluster.errors import InputError
from aecluster.experiment.config_file import check_config_file
from aecluster.jobs.artifacts import save_table
from aecluster.training.checkpoints import load_model, load_snapshots, load_state

# --- code in files -----------------------------------------------------------------------------


@pytest.mark.parametrize("load", [load_model, load_snapshots, lambda path: load_state(path, "x")])
@pytest.mark.parametrize("content", [Opens(), {"identity": "x", "settings": Opens()}])
def test_a_checkpoint_runs_nothing(tmp_path, monkeypatch, load, content):
    monkeypatch.chdir(tmp_path)
    torch.save(content, "model.pt")
    try:
        assert load("model.pt") is None
    except InputError as error:
        assert "model.pt is not a whole" in str(error) and "delete it and run again" in str(error)
    assert not Path("pwned").exists()


def test_the_pickle_of_these_tests_would_run():
    """Otherwise the tests above could not fail."""
    function, (path,) = Opens().__reduce__()
    assert function is Path.touch and path == Path("pwned")


def test_text_in_a_table_is_no_formula(tmp_path):
    texts = ["=1+1", "+1", "-1", "@A1", "\t=1", "plain", "a=b", None]
    table = pd.DataFrame({"name": texts, "number": [-1.5] * 8, "whole": [-2] * 8})
    save_table(tmp_path / "a.csv", table)
    read = pd.read_csv(tmp_path / "a.csv")
    assert read["name"].tolist()[:7] == ["'=1+1", "'+1", "'-1", "'@A1", "'\t=1", "plain", "a=b"]
    assert (read["number"] == -1.5).all() and (read["whole"] == -2).all()


# --- config files ------------------------------------------------------------------------------

LAUGHS = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
CONFIGS = {
    "yte": (
        '__use_yte__: true\nseeds: ?open("pwned", "w").close() or [0]\n',
        "contains __use_yte__, which makes Snakemake run Python code",
    ),
    "tag": (
        '\nseeds: !!python/object/apply:os.system ["touch pwned"]\n',
        "line 2: the tag !!python/object/apply:os.system is not allowed",
    ),
    "own tag": ("seeds: !seeds [0]\n", "line 1: the tag !seeds is not allowed"),
    "laughs": (LAUGHS, "holds more than 100,000 values, once its aliases (*) are filled in"),
    "itself": ("seeds: &a [*a]\n", "line 1: an alias (*) contains itself"),
    "deep": ("seeds: " + "[" * 5000, "is nested too deeply; take out brackets"),
    "tabs": ("seeds:\n\t- 1\n", "is not valid YAML (line 2: "),
    "text": ("hello", "must be a mapping, beginning"),
    "nothing": ("", "must be a mapping, beginning"),
    "bytes": (b"\xff\xfe\x00", "is not a text in UTF-8"),
    "huge": ("#" * 1_000_001, "has more than 1,000,000 bytes; is it an experiment?"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_config_file_is_refused_before_it_is_built(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    content, words = CONFIGS[name]
    content = content if isinstance(content, bytes) else content.encode()
    Path("theirs.yaml").write_bytes(content)
    with pytest.raises(InputError) as caught:
        check_config_file("theirs.yaml")
    assert str(caught.value).startswith("theirs.yaml") and words in str(caught.value)
    assert [path.name for path in Path().iterdir()] == ["theirs.yaml"]


def test_an_honest_config_file_passes(tmp_path):
    for file in (REPOSITORY / "config.yaml", *(REPOSITORY / "config").glob("*.yaml")):
        check_config_file(file)
    (tmp_path / "a.json").write_text(json.dumps({"seeds": [0]}, indent="\t"))
    check_config_file(tmp_path / "a.json")
    (tmp_path / "a.yaml").write_text("a: &a {b: 1}\nc: {<<: *a, d: 2020-01-01}\n")
    check_config_file(tmp_path / "a.yaml")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """A copy of the repository, with a folder of images of all names beside the experiment."""
    project = new_project(tmp_path_factory.mktemp("theirs") / "project")
    for name in NAMES[:14]:
        (project.folder / "$(touch pwned) 'photos'" / name).parent.mkdir(exist_ok=True)
        image(project.folder / "$(touch pwned) 'photos'" / name)
    return project


def check_refused(finished, project, words: str) -> None:
    text = finished.stdout + finished.stderr
    assert finished.returncode == 1, text
    assert words in text and "Traceback" not in text
    assert not (project.folder / "pwned").exists()


def test_the_default_config_runs_no_python(theirs):
    default = theirs.folder / "config.yaml"
    honest = default.read_text()
    default.write_text(CONFIGS["yte"][0])
    command = [sys.executable, "-m", "snakemake", "--dry-run"]
    try:
        finished = subprocess.run(command, cwd=theirs.folder, capture_output=True, text=True)
    finally:
        default.write_text(honest)
    check_refused(finished, theirs, "Error: " + str(default) + " contains __use_yte__")


@pytest.mark.parametrize("name", ["tag", "laughs"])
def test_another_config_runs_no_python(theirs, name):
    content, words = CONFIGS[name]
    (theirs.folder / "theirs.yaml").write_text(content)
    finished = theirs.run("--dry-run", config="theirs.yaml")
    check_refused(finished, theirs, "is not valid JSON or YAML" if name == "tag" else words)


@pytest.mark.parametrize("command", [["check"], ["run"], ["job", "results/d/images.npy"]])
def test_a_config_is_looked_at_before_snakemake_is_started(theirs, command):
    file = theirs.folder / "theirs.yaml"
    file.write_text(CONFIGS["yte"][0])
    finished = theirs.aecluster(*command, "--configfile", "theirs.yaml")
    check_refused(finished, theirs, f"Error: {file} contains __use_yte__")


def test_names_and_settings_reach_no_shell(theirs):
    before = listing(theirs.folder)
    finished = theirs.run(
        "--cores",
        "1",
        "results/d/labels.npy",
        "--config",
        'datasets={"d": {"source": "folder", "path": "$(touch pwned) \'photos\'", "size": 8}}',
        config="experiment.yaml",
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert listing(theirs.folder) == before
    about = json.loads((theirs.folder / "results/d/dataset.json").read_text())
    assert about["n_images"] == 14 and not about["skipped"]["broken"]


def listing(root: Path) -> set[Path]:
    own = ("results", ".snakemake", "__pycache__")
    return {p for p in root.rglob("*") if not set(own) & set(p.relative_to(root).parts)}


# --- memory ------------------------------------------------------------------------------------

LIMITED = """
import resource, sys
sys.path[:0] = {paths!r}
import numpy, yaml, PIL.Image, PIL.PngImagePlugin
import in_process
from pathlib import Path
jobs = in_process.planned_jobs({config!r}, "results/d/labels.npy")
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 150_000_000,) * 2)
in_process.run_jobs(jobs)
"""
ZEROS = 800_000_000  # bytes, more than a child may take


def written_npz(path: Path, member: bytes) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("images.npy", "w", force_zip64=True) as file,
    ):
        file.write(member)
        for _ in range(ZEROS // 10**7):
            file.write(b"\0" * 10**7)


def npz_long_header(path):
    written_npz(path, b"\x93NUMPY\2\0" + struct.pack("<I", ZEROS))


def npz_many_images(path):
    written_npz(path, promised((ZEROS // 100, 10, 10)))


def idx_gz(path):
    with gzip.open(path, "wb", 1) as file:
        file.write(bytes([0, 0, 8, 3]) + struct.pack(">3I", ZEROS // 100, 10, 10))
        for _ in range(ZEROS // 10**7):
            file.write(b"\0" * 10**7)


def idx_gz_that_lies(path):
    with gzip.open(path, "wb", 1) as file:
        file.write(bytes([0, 0, 8, 3]) + struct.pack(">3I", 20, 10, 10))
        for _ in range(ZEROS // 10**7):
            file.write(b"\0" * 10**7)


def tar_long_header(path):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, ZEROS
    with gzip.open(path, "wb", 1) as file:
        file.write(info.tobuf())
        for _ in range(ZEROS // 10**7):
            file.write(b"\0" * 10**7)


def sparse_npy(path):
    with path.open("wb") as file:
        header = promised((10**9, 10, 10))
        file.write(header)
        file.truncate(len(header) + 10**11)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is measured from /proc")
@pytest.mark.parametrize(
    "source, write, words",
    [
        ("npz", npz_long_header, "its header has 800000000 bytes"),
        ("npz", npz_many_images, "the values of 'images' in i need 0.8 GB of memory"),
        ("idx", idx_gz, "the values of i need 0.8 GB of memory"),
        ("idx", idx_gz_that_lies, "i has more than 2000 values, and its header promises 2000"),
        ("cifar", tar_long_header, "i is not a whole CIFAR archive"),
        ("npy", sparse_npy, "Cannot allocate memory"),
    ],
)
def test_a_bomb_stays_folded(tmp_path, source, write, words):
    write(tmp_path / "i")
    key = "images" if source in ("npy", "idx") else "path"
    config = {"datasets": {"d": {"source": source, key: "i"}}}
    config["reductions"] = {"p": {"method": "pca", "dim": 2}}
    paths = [str(REPOSITORY / "tests"), str(REPOSITORY / "workflow/scripts")]
    finished = subprocess.run(
        [sys.executable, "-c", LIMITED.format(paths=paths, config=config)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert finished.returncode == 1, finished.stderr
    assert words in finished.stderr and "Traceback" not in finished.stderr


def test_a_million_copies_of_an_image_are_not_read_twice(tmp_path):
    """Values are scaled in blocks: a 16-bit image of 36 million pixels takes 36 MB, not 288."""
    from aecluster.sources.pixels import scale_to_uint8

    values = np.full((6000, 6000), 257 * 7, np.uint16)
    assert (scale_to_uint8(values, 1 / 257) == 7).all()
