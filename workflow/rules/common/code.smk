# What the code of each job is made of is kept, so that `aecluster why` can say which of it changed.
from aecluster.jobs.code_record import record_code

CODE_RECORDS = Path(".snakemake/aecluster.code")
execute_script = PythonScript._execute_cmd  # of warm.smk or interpreter.smk


def run_recorded(script, command, **values):
    """Run the command of a script; before, keep the digests of the modules behind its job."""
    record_code(CODE_RECORDS, script.params.get("code"))
    return execute_script(script, command, **values)


PythonScript._execute_cmd = run_recorded
