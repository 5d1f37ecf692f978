# What a run does before its first job, so that jobs of a dead one cannot meet its own.
from aecluster.jobs.orphans import end_orphans

IN_SLURM = Path(".snakemake/aecluster.slurm")  # there from the first run in Slurm on


def end_jobs_of_dead_run(lock):
    """End what a run that was killed left in Slurm, wherever this one runs."""
    to_slurm = workflow.executor_plugin.name == "slurm"
    if to_slurm or IN_SLURM.exists():
        or_exit(end_orphans, Path.cwd(), lock)
    if to_slurm:
        IN_SLURM.touch()
    else:
        IN_SLURM.unlink(missing_ok=True)
