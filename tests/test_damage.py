"""A damaged artifact is found and named by the next stage, instead of a wrong number."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("damage_inputs.py")
SHARDS = "workflow/scripts/aecluster/experiment/plan.py"
# Rules that read no results, what is gone when they have read it, or what this experiment has not
# (test_encoders.py, test_vectors.py, test_reruns.py), and rules files of what is made on request.
NOT_SEEN = {
    "read_images", "math_lstm", "math_skipgram", "join_latents",
    "resize_images", "export_encoder", "extract_features", "join_features", "take_vectors",
    "link_features", "encode_sample",
}  # fmt: skip
ON_REQUEST = {"n_clusters.smk", "groups.smk", "assign.smk"}
SCRIPT = re.compile(r"^rule (\w+):\n(?:[ \n].*\n|\n)*?    script:", re.MULTILINE)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_every_rule_names_any_damaged_file_it_reads(project):
    """Images of one data set and all cells are in shards, too."""
    project.edit(SHARDS, "IMAGES_A_SHARD = 25_600", "IMAGES_A_SHARD = 40")
    project.edit(SHARDS, "CELLS_A_JOB = 200", "CELLS_A_JOB = 11")
    finished = subprocess.run(
        [sys.executable, str(PROGRAM)], cwd=project.folder, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr
    cases = json.loads(finished.stdout.splitlines()[-1])
    for rule, file, code, text in cases:
        assert code == 1, f"{rule} did not find the damage of {file}"
        assert f"Error: {file} was damaged or changed" in text, (rule, text)
    rules = {rule for rule, *_ in cases}
    files = (project.folder / "workflow/rules").glob("*.smk")
    texts = [file.read_text() for file in files if file.name not in ON_REQUEST]
    with_script = {name for text in texts for name in SCRIPT.findall(text)}
    assert with_script - rules == NOT_SEEN
    names = {Path(file).name for _, file, *_ in cases}
    assert names >= {
        "images.npy", "labels.npy", "dataset.json", "model.pt", "snapshots.pt", "history.csv",
        "latents.npy", "reconstruction.json", "reconstructions.npz", "embedding.npy",
        "clusters.csv", "progress.npy", "progress.csv", "scores.csv", "summary.csv", "summary.json",
        "page.json.gz", "thumbnails.npz", "images.parquet", "properties.csv", "neighbors.npy",
        "runner_up.csv", "scores.png", "lstm.md",
    }  # fmt: skip


@pytest.mark.parametrize("damage", ["flipped", "truncated"])
def test_the_run_says_it_and_the_deleted_file_is_made_again(project, damage):
    run = project.folder / "results/shapes/baseline/seed0"
    latents, embedding = run / "latents.npy", run / "kpca6/embedding.npy"
    whole, expected = latents.read_bytes(), embedding.read_bytes()
    if damage == "flipped":
        flip(latents)
    else:
        latents.write_bytes(whole[:-1])
    embedding.unlink()
    target = str(embedding.relative_to(project.folder))
    finished = project.run("--cores", "1", target)
    assert finished.returncode == 1
    sentence = "results/shapes/baseline/seed0/latents.npy was damaged or changed after the workflow"
    assert f"Error: {sentence} wrote it; delete it and run again." in finished.stderr
    assert not embedding.exists()
    latents.unlink()
    assert project.run("--cores", "1", target).returncode == 0
    assert latents.read_bytes() == whole and embedding.read_bytes() == expected
