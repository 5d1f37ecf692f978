# Snakemake repeats some work for every job that ends. Here it is done once, or only when it is due.
import functools

from snakemake.io import _IOFile

try:
    from snakemake.scheduling.job_scheduler import JobScheduler
except ImportError:  # before Snakemake 9.9
    from snakemake.scheduler import JobScheduler

checksum_each_time = _IOFile.checksum
look_in_any_case = JobScheduler._schedule_reevalutation
checksums = {}


@functools.wraps(checksum_each_time)
async def checksum_once(file, *args, **kwargs):
    """The checksum of a file, read again only if it has changed.

    Snakemake reads all inputs of a job that has ended once for each of its outputs, and starts no
    other job meanwhile.
    """
    try:
        now = None if file.is_storage else os.stat(file.file)
    except OSError:
        now = None
    if now is None:
        return await checksum_each_time(file, *args, **kwargs)
    asked = str(file.file), args, tuple(kwargs.items())
    state = now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns
    if checksums.get(asked, (None,))[0] != state:
        checksums[asked] = state, await checksum_each_time(file, *args, **kwargs)
    return checksums[asked][1]


@functools.wraps(look_in_any_case)
def look_if_held_back(scheduler, delay):
    """Look for jobs to start after a delay, in seconds, if some may start only then.

    Without this, each job that ends adds one more look a second, as long as there are jobs that wait
    for a core. With 100 of them that takes a tenth of a core.
    """
    limiter = scheduler.job_rate_limiter
    waits_for_input = scheduler.workflow.dag.has_unfinished_queue_input_jobs()
    if limiter is None or limiter.get_free_jobs() == 0 or waits_for_input:
        look_in_any_case(scheduler, delay)


_IOFile.checksum = checksum_once
JobScheduler._schedule_reevalutation = look_if_held_back
