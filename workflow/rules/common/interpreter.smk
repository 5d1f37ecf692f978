# Snakemake writes the path of Python into shell commands as it is. Here it is quoted there, so that
# a folder may be called `My Projects (ü)`. Where a Snakemake quotes it by itself, nothing changes.
import functools
import inspect
import shlex
import sys

from snakemake.script import PythonScript, ScriptBase
from snakemake_interface_executor_plugins.executors.real import RealExecutor


def run_quoted(script, command, **values):
    """Run the command of a script; quote the Python in it."""
    return ScriptBase._execute_cmd(script, command.replace("{py_exec}", "{py_exec:q}"), **values)


unquoted_command = inspect.unwrap(RealExecutor.format_job_exec)


@functools.wraps(unquoted_command)
def quoted_command(executor, job):
    """The command that starts Snakemake for a job; the Python in it quoted."""
    command, unquoted = unquoted_command(executor, job), f"{sys.executable} -m snakemake"
    return command.replace(unquoted, f"{shlex.quote(sys.executable)} -m snakemake")


PythonScript._execute_cmd = run_quoted
RealExecutor.format_job_exec = quoted_command
