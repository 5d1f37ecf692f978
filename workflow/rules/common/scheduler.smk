# Snakemake repeats some work for every job that ends. Here it is done once.
import functools
import inspect
import os
import threading

from snakemake.io import _IOFile

try:
    from snakemake.scheduling.job_scheduler import JobScheduler
except ImportError:  # before Snakemake 9.9
    from snakemake.scheduler import JobScheduler

checksum_each_time = inspect.unwrap(_IOFile.checksum)
checksums = {}
looks = set()  # that are to come


@functools.wraps(checksum_each_time)
async def checksum_once(file, *args, **kwargs):
    """The checksum of a file, read again only if it has changed.

    When a job has ended, Snakemake reads all its inputs once for each output, and starts no other
    job meanwhile.
    """
    try:
        now = os.stat(file.file)
    except OSError:
        now = None
    if now is None or file.is_storage:
        return await checksum_each_time(file, *args, **kwargs)
    state = now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns
    asked = str(file.file), state, args, tuple(kwargs.items())
    if asked not in checksums:
        checksums[asked] = await checksum_each_time(file, *args, **kwargs)
    return checksums[asked]


def look_later(scheduler, delay):
    """Look after a delay, in seconds, which other jobs may start; once, and where a core is free.

    A job that ends makes Snakemake look anyway. Without this, each one also adds one more look a
    second, as long as other jobs wait: with 100 of them that takes a tenth of a core.
    """
    if delay in looks or scheduler.resources["_cores"] == 0:
        return

    def look():
        looks.discard(delay)
        scheduler._open_jobs.release()

    looks.add(delay)
    timer = threading.Timer(delay, look)
    timer.daemon = True  # the run may end before
    timer.start()


_IOFile.checksum = checksum_once
JobScheduler._schedule_reevalutation = look_later
