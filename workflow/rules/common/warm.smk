# Scripts on this machine are run by a process that has imported their libraries before.
import subprocess
import threading
import time

from aecluster.jobs.digest import libraries_behind
from aecluster.jobs.job import THREAD_VARIABLES
from aecluster.jobs.warm import WarmProcess

# AECLUSTER_WARM=0 starts each script in a Python of its own; results are the same.
WARM = sys.platform == "linux" and os.environ.get("AECLUSTER_WARM") != "0"
# Those that a job sets, and two more that Snakemake sets.
OF_THREADS = [*THREAD_VARIABLES, "GOTO_NUM_THREADS", "NUMEXPR_NUM_THREADS"]
OF_PREAMBLE = ["snakemake.iocontainers", "snakemake.io"]  # Snakemake puts them before each script
# Named by code that seldom runs; its first import compiles for many seconds.
SELDOM_USED = {"pynndescent"}
STARTING_WARM = threading.Lock()  # jobs that begin together ask for the process together


@functools.cache
def warm_process(temporary):
    """The process; it lives as long as this one."""
    threads = dict.fromkeys(OF_THREADS, "1")
    folders = dict.fromkeys(["TMPDIR", "TMP", "TEMPDIR", "TEMP"], temporary)
    return WarmProcess({**os.environ, **threads, **folders}, [*OF_PREAMBLE, *libraries_of_run()])


def libraries_of_run():
    """What the jobs of this run import, in the order in which they begin."""
    # A list, since the set may change while jobs end.
    jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
    own = {job for job in jobs if Path(job.rule.snakefile).is_relative_to(ROOT)}
    codes = dict.fromkeys(code_of(job) for level in workflow.dag.toposorted(own) for job in level)
    return dict.fromkeys(name for code in codes for name in libraries_of(code))


def libraries_of(code):
    """What a job imports, by the digest of its code."""
    names = libraries_behind(code) or []
    return sorted(name for name in names if name.partition(".")[0] not in SELDOM_USED)


def code_of(job):
    """The digest of the code of a job. Its other parameters have to wait until it begins: they may
    tell of files that are made before."""
    code = job.rule.params.get("code")
    return code(job.wildcards) if callable(code) else code


def run_warm(script, command, **values):
    """Run a script of this workflow in a fork, where it has no environment of its own."""
    elsewhere = script.conda_env or script.container_img or script.env_modules
    code = script.params.get("code")
    if elsewhere or libraries_behind(code) is None:  # of a workflow that loads this one as a module
        return run_quoted(script, command, **values)
    try:
        with STARTING_WARM:
            warm = warm_process(script.resources.tmpdir)
        job = warm.start(values["fname"], [*OF_PREAMBLE, *libraries_of(code)])
    except ConnectionError as error:
        logger.debug(f"{error}: {values['fname']} is started by itself")
        return run_quoted(script, command, **values)
    began = time.time()
    status = job.wait()
    if record := script.bench_record:
        # The job itself knows best: Snakemake looks at a process twice a second from outside.
        record.running_time = time.time() - began
        vars(record).update(job.usage, cpu_usage=100 * job.usage.get("cpu_time", 0))
        record.data_collected, record.process_gone = bool(job.usage), True
    if status:
        raise subprocess.CalledProcessError(status, command)


# A job on a cluster, or one for a `run:`, is the only one that its Snakemake runs.
if WARM and workflow.is_main_process:
    PythonScript._execute_cmd = run_warm
