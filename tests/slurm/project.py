"""The experiment of these tests, in a copy of the repository, and a Slurm to run it on."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from conftest import Project, new_project, write_shapes  # noqa: E402

FAULTS = ["Failing", "Hungry", "Cancelled", "Crashed", "Isolated"]
EXPERIMENT = {
    "seeds": [0],
    "datasets": {
        "shapes": {"source": "npy", "images": "data/images.npy", "labels": "data/labels.npy"}
    },
    # One batch an epoch.
    "models": {"net": {"architecture": "patient", "epochs": 5, "batch_size": 1024}},
    "reductions": {
        "pca": {"method": "pca", "dim": 2},
        **{name.lower(): {"method": f"faulty.{name}", "dim": 2} for name in FAULTS},
    },
    "clusterings": {"kmeans": {"method": "minibatch_kmeans", "n_clusters": 2}},
}
# Of a test cluster, where a site has its own.
SITE = {"slurm_partition": "main", "slurm_account": "test"}
RECORDS = Path(os.environ.get("SLURM_TEST_STATE", "/var/tmp/aecluster-slurm"), "jobs.txt")


def cluster(*arguments: str) -> None:
    """Call cluster.sh."""
    finished = subprocess.run([HERE / "cluster.sh", *arguments], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def has_another_slurm() -> bool:
    """Return whether this machine is set up for a Slurm that is not that of the tests."""
    configuration = Path("/etc/slurm/slurm.conf")
    mark = "# written by the tests of aecluster"
    return configuration.exists() and mark not in configuration.read_text().splitlines()


def small_project(folder: Path) -> "SlurmProject":
    """Copy the repository, with the experiment and the site's values in the profile."""
    new_project(folder)
    project = SlurmProject(folder)
    project.experiment = EXPERIMENT
    data = folder / "data"
    write_shapes(data / "images.npy", data / "labels.npy", n_images=600, seed=0)
    scripts = folder / "workflow/scripts"
    shutil.copy(HERE / "faulty.py", scripts)
    shutil.copy(HERE / "patient.py", scripts / "aecluster/models")
    profile = folder / "profiles/slurm/config.yaml"
    settings = yaml.safe_load(profile.read_text())
    settings["default-resources"] |= SITE
    profile.write_text(yaml.safe_dump(settings))
    return project


class SlurmProject(Project):
    """A project that is run with the profile of Slurm."""

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        """Start Snakemake there; what it prints goes to run.log."""
        command = [
            *(sys.executable, "-m", "snakemake", *arguments, "--configfile", "experiment.yaml"),
            *("--profile", "profiles/slurm", "--slurm-init-seconds-before-status-checks", "8"),
            *("--slurm-keep-successful-logs", "--latency-wait", "5"),
        ]
        with (self.folder / "run.log").open("a") as log:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **environment},
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> str:
        """What all Snakemakes of this project printed."""
        return (self.folder / "run.log").read_text()

    def slurm_logs(self, pattern: str) -> str:
        """What the jobs printed."""
        files = sorted(self.folder.glob(f".snakemake/slurm_logs/{pattern}/**/*.log"))
        return "\n".join(file.read_text() for file in files)

    def records(self) -> dict[str, dict[str, str]]:
        """Slurm's records of this project's jobs that have ended, by their IDs."""
        rows = [
            dict(re.findall(r"(\w+)=(\S*)", line))
            for line in (RECORDS.read_text() if RECORDS.exists() else "").splitlines()
        ]
        return {row["JobId"]: row for row in rows if row["WorkDir"] == str(self.folder)}

    def attempts(self, fault: str) -> list[dict[str, str]]:
        """Slurm's records of the attempts of a faulty reduction."""
        return [self.records()[job] for job, _ in self.noted(fault)]

    def noted(self, fault: str) -> list[tuple[str, int]]:
        """Slurm job and process of every attempt of a faulty reduction so far."""
        path = self.folder / "faults" / fault
        lines = path.read_text().splitlines() if path.exists() else []
        return [(job, int(process)) for job, process in map(str.split, lines)]

    def artifacts(self) -> dict[str, bytes]:
        """Everything in results/ that has to be the same whenever and wherever it is made."""
        results = self.folder / "results"
        return {
            str(path.relative_to(results)): without_times(path)
            for path in sorted(results.rglob("*"))
            if path.is_file()
            and not path.name.startswith(".")
            and path.name != "provenance.json"
            and path.relative_to(results).parts[0] not in ("logs", "benchmarks")
        }


def without_times(path: Path) -> bytes:
    """The content of a file; of a table, all columns but those of times."""
    if path.suffix != ".csv":
        return path.read_bytes()
    table = pd.read_csv(path, dtype=str)
    return table[[name for name in table if not name.startswith("seconds")]].to_csv().encode()


def in_queue(project: SlurmProject) -> list[str]:
    """IDs of the project's jobs that wait or run."""
    lines = subprocess.check_output(["squeue", "-h", "-o", "%A %Z"], text=True).splitlines()
    return [line.split()[0] for line in lines if line.split()[1] == str(project.folder)]


def wait_for(what, seconds: float = 300):
    """Wait until a function returns something true, and return it."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.2)
    return found


def kill(process: subprocess.Popen) -> None:
    """Kill Snakemake as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def end_processes_in(folder: Path) -> None:
    """Kill what still works in a folder.

    Without control groups Slurm loses sight of a process whose parent died: of the Snakemake around
    a cancelled job, which then waits for ever, and does nothing else.
    """
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                process.kill()
        except psutil.Error:
            continue
