"""The experiment through a real Slurm, well and with every fault of the table in tests/README.md.

All runs share one cluster and go on at the same time; the tests then look at what they left.
"""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from project import (
    FAULTS,
    cluster,
    end_processes_in,
    has_another_slurm,
    in_queue,
    kill,
    small_project,
    wait_for,
)

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="a Slurm of the tests' own needs root"),
    pytest.mark.skipif(
        shutil.which("slurmctld") is None and shutil.which("apt-get") is None,
        reason="Slurm is not installed, and there is no apt-get to install it",
    ),
    pytest.mark.skipif(has_another_slurm(), reason="this machine has a Slurm of its own"),
]
TIMEOUT = 1500


def run_well(project):
    """The latents in shards, and the cells scored by a job of their own."""
    shards = "workflow/scripts/aecluster/experiment/plan.py"
    project.edit(shards, "IMAGES_A_SHARD = 25_600", "IMAGES_A_SHARD = 256")
    project.edit(shards, "CELLS_A_JOB = 200", "CELLS_A_JOB = 5")
    process = project.start("score")
    assert process.wait(TIMEOUT) == 0, project.log


def run_with_faults(project):
    """The faulty reductions, each in a Slurm job and on a node of its own."""
    process = project.start(
        *(
            "reduce",
            "--default-resources",
            "slurm_partition=faulty",
            "slurm_account=test",
            "lane=1",
        ),
        *("--resources", "lane=1", "--group-components", "reductions=1"),
        FAULTS="yes",
    )
    nodes = {}
    for fault in ("Cancelled", "Crashed", "Isolated"):
        job, _ = wait_for(lambda fault=fault: project.noted(fault))[0]
        nodes[fault] = node_of(job)
        match fault:
            case "Cancelled":
                subprocess.run(["scancel", job], check=True)
            case "Crashed":
                cluster("crash", nodes[fault])
            case "Isolated":
                cluster("isolate", nodes[fault])
    assert process.wait(TIMEOUT) == 0, project.log
    # The process on the isolated node may still work; it is part of the test.
    _, late = project.noted("Isolated")[0]
    wait_for(lambda: not Path(f"/proc/{late}").exists())
    for node in (nodes["Crashed"], nodes["Isolated"]):
        cluster("revive", node)


def node_of(job):
    return subprocess.check_output(["squeue", "-h", "-j", job, "-o", "%N"], text=True).strip()


def run_over_time(project):
    """A training of more than 100 seconds, with a minute in the first attempt."""
    process = project.start(
        "train", "--set-resources", "train_model:runtime=attempt", PATIENCE="20"
    )
    assert process.wait(TIMEOUT) == 0, project.log


def run_killed(project):
    """Kill Snakemake while the training runs, and run the same command again."""
    target = "results/shapes/net/seed0/pca/kmeans/clusters.csv"
    first = project.start(target, PATIENCE="6")
    state = project.folder / "results/.resume/shapes/net/seed0.pt"
    wait_for(state.exists)
    kill(first)
    project.left = in_queue(project)
    images = project.folder / "results/shapes/images.npy"
    project.finished = images.stat().st_mtime_ns
    second = project.start(target)
    assert second.wait(TIMEOUT) == 0, project.log


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """All runs, each in a project of its own, at the same time."""
    folder = tmp_path_factory.mktemp("slurm")
    names = ["local", "well", "faults", "over_time", "killed"]
    projects = {name: small_project(folder / name) for name in names}
    tasks = [
        (run_well, projects["well"]),
        (run_with_faults, projects["faults"]),
        (run_over_time, projects["over_time"]),
        (run_killed, projects["killed"]),
    ]
    cluster("up")
    try:
        with ThreadPoolExecutor() as threads:
            futures = [threads.submit(*task) for task in tasks]
            local = projects["local"].run("--cores", "1", "score")
            assert local.returncode == 0, local.stdout + local.stderr
        failed = [future.exception() for future in futures if future.exception()]
        if failed:
            raise failed[0]
        yield SimpleNamespace(**projects)
    finally:
        cluster("down")
        end_processes_in(folder)


def test_all_jobs_go_through_slurm(runs):
    assert "29 of 29 steps (100%) done" in runs.well.log
    records = runs.well.records().values()
    assert {record["JobState"] for record in records} == {"COMPLETED"}
    assert len(records) == runs.well.log.count("has been submitted with SLURM jobid")
    assert len({record["Name"] for record in records}) == 1, "one name for all jobs of a run"


def test_short_jobs_of_a_kind_travel_together(runs):
    """Images, labels, training, joined latents, 6 reductions, 6 clusterings, all that sums up;
    beside them 3 shards of latents and 1 of scores."""
    assert len(runs.well.records()) == 7 + 3 + 1


def test_shards_travel_one_by_one_and_give_the_bytes_of_one_piece(runs):
    """600 images, 256 a shard; the local run has no shards."""
    logs = runs.well.folder / ".snakemake/slurm_logs"
    assert len(list(logs.glob("rule_encode_shard/**/*.log"))) == 3
    assert len(list(logs.glob("rule_score_run/**/*.log"))) == 1
    assert not list(runs.local.folder.glob("results/logs/**/latents.0.log"))
    whole, sharded = runs.local.artifacts(), runs.well.artifacts()
    for file in ("net/seed0/latents.npy", "net/seed0/reconstruction.json", "scores.csv"):
        assert sharded[f"shapes/{file}"] == whole[f"shapes/{file}"]


def test_a_run_in_slurm_gives_the_bytes_of_a_local_one(runs):
    whole, sharded = runs.local.artifacts(), runs.well.artifacts()
    assert len([name for name in whole if name.endswith("embedding.npy")]) == 6
    assert sharded.keys() - whole.keys() == {"shapes/net/seed0/scores.csv"}
    assert {name: sharded[name] for name in whole} == whole


def test_a_job_that_fails_is_run_again(runs):
    assert states(runs.faults, "Failing") == ["FAILED", "COMPLETED"]
    assert "a fault of the test" in runs.faults.slurm_logs("group_reductions*")


def test_a_job_killed_for_memory_comes_back_with_twice_as_much(runs):
    first, second = runs.faults.attempts("Hungry")
    assert first["JobState"] in ("FAILED", "OUT_OF_MEMORY", "CANCELLED")
    assert second["JobState"] == "COMPLETED"
    assert memory(second) in (2 * memory(first), 2 * memory(first) - 1)


def memory(record):
    """Memory of a job in MB; a node's is counted by the megabyte."""
    amounts = dict(part.split("=") for part in record["Tres"].split(","))
    return int(amounts["mem"].removesuffix("M"))


def test_a_job_over_its_time_comes_back_with_more_and_goes_on_from_its_last_epoch(runs):
    limits = {"1", "2", "3"}  # of the images, more
    trainings = [job for job in runs.over_time.records().values() if job["TimeLimit"] in limits]
    *over, last = trainings
    assert {job["JobState"] for job in over} == {"TIMEOUT"}
    assert last["JobState"] == "COMPLETED"
    assert [job["TimeLimit"] for job in trainings] == ["1", "2", "3"][: len(trainings)]
    assert "resumed after epoch" in runs.over_time.slurm_logs("rule_train_model")
    assert not list(runs.over_time.folder.glob("results/.resume/**/*.pt"))
    assert "shapes/net/seed0/model.pt" in check_bytes(runs.over_time, runs)


def test_a_cancelled_job_is_run_again(runs):
    assert states(runs.faults, "Cancelled") == ["CANCELLED", "COMPLETED"]


def test_jobs_of_a_crashed_node_run_on_another(runs):
    assert states(runs.faults, "Crashed") == ["NODE_FAIL", "COMPLETED"]
    first, second = runs.faults.attempts("Crashed")
    assert first["NodeList"] != second["NodeList"]


def test_a_process_that_outlives_its_node_harms_nothing(runs):
    """It wrote its embedding when the second attempt had long written the same."""
    assert states(runs.faults, "Isolated") == ["NODE_FAIL", "COMPLETED"]
    _, second = runs.faults.attempts("Isolated")
    embedding = runs.faults.folder / "results/shapes/net/seed0/isolated/embedding.npy"
    end = subprocess.check_output(["date", "-d", second["EndTime"], "+%s"], text=True)
    assert embedding.stat().st_mtime > int(end)
    check_bytes(runs.faults, runs)


def test_a_run_with_faults_gives_the_same_bytes(runs):
    assert all(len(runs.faults.noted(fault)) == 2 for fault in FAULTS)
    artifacts = check_bytes(runs.faults, runs)
    assert len([name for name in artifacts if name.endswith("embedding.npy")]) == 6


def test_a_killed_run_goes_on_without_its_orphans(runs):
    records = runs.killed.records()
    orphans = [records[job] for job in runs.killed.left]
    assert len(orphans) == 1
    assert "An earlier run left jobs in Slurm, which are cancelled" in runs.killed.log
    assert "COMPLETED" not in {orphan["JobState"] for orphan in orphans}
    ends = [orphan["EndTime"] for orphan in orphans]
    later = [record for record in records.values() if record["Name"] != orphans[0]["Name"]]
    assert len(later) == 4, "all but the images, which were finished"
    assert min(record["StartTime"] for record in later) >= max(ends)
    images = runs.killed.folder / "results/shapes/images.npy"
    assert images.stat().st_mtime_ns == runs.killed.finished
    assert "resumed after epoch" in runs.killed.slurm_logs("rule_train_model")
    assert "shapes/net/seed0/pca/kmeans/clusters.csv" in check_bytes(runs.killed, runs)


def check_bytes(project, runs):
    """All that a project made is as in the local run; return it."""
    artifacts, local = project.artifacts(), runs.local.artifacts()
    assert artifacts == {name: local[name] for name in artifacts}
    return artifacts


def states(project, fault):
    return [record["JobState"] for record in project.attempts(fault)]
