# How much of this machine the jobs of a run may take together; no rules here.
from snakemake.utils import available_cpu_count

from aecluster.jobs import machine


def keep_within_machine():
    """Bound what jobs on this machine take at the same time, where the command line does not.

    As many cores as Snakemake sees (`--cores all`) become those that a container's quota pays for.
    The `mem_mb` of jobs that run together is at most the memory there is. A job whose estimate is
    above that runs alone: Snakemake takes its request for the bound. With too little memory for
    any run, there is a sentence instead.
    """
    # Where jobs go to a cluster, Snakemake counts nodes; and a job's own Snakemake runs that alone.
    if not workflow.is_main_process or workflow.nodes is not None:
        return
    bounds = workflow.global_resources
    if bounds["_cores"].value == available_cpu_count():
        bounds["_cores"] = machine.cores()
    there_is = machine.memory()
    or_exit(machine.check_memory, there_is)
    bounds.setdefault("mem_mb", there_is // 10**6)


keep_within_machine()
