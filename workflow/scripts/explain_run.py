"""Say of each job that would run why: `aecluster why`.

No rule's script. The arguments are targets and options of Snakemake, such as --configfile.
"""

import sys
from pathlib import Path

import snakemake.api  # noqa: F401 - first: it and snakemake.workflow import each other
from snakemake.exceptions import MissingRuleException
from snakemake.persistence import MetadataRecord
from snakemake.settings.types import DAGSettings
from snakemake.workflow import Workflow

from aecluster.jobs.code_record import recorded_code
from aecluster.jobs.digest import digests_behind
from aecluster.screen.reasons import (
    changed_params,
    files_in_words,
    modules_in_words,
    settings_in_words,
)
from run_job import (
    config_of,
    errors_in_one_sentence,
    files_made,
    in_order,
    not_made,
    options_of,
    planned,
)


def plan(options) -> Workflow:
    """Return the plan of a command line: what Snakemake would run, by the same settings.

    Raises
    ------
    InputError
        If no job makes a target.
    """
    settings = DAGSettings(
        targets=options.targets,
        forcetargets=options.force,
        forceall=options.forceall,
        forcerun=options.forcerun,
        until=options.until,
        omit_from=options.omit_from,
        force_incomplete=options.rerun_incomplete,
        rerun_triggers=options.rerun_triggers,
        max_checksum_file_size=options.max_checksum_file_size,
    )
    config, snakefile = config_of(options), Path("Snakefile").absolute()
    try:
        return planned(settings, config, snakefile)
    except MissingRuleException:
        made = files_made(config, snakefile)
        target = next(target for target in options.targets if target not in made)
        raise not_made(target, options, lambda: made) from None


def reasons(job, workflow: Workflow) -> tuple[list[str], list[str]]:
    """Return in words why a job would run: what changed in itself, and what others make for it.

    Where others make something for a job, Snakemake looks no further; here each job is compared.
    """
    reason, records = workflow.dag.reason(job), workflow.persistence
    missing = [str(file) for file in job.output if not Path(file).exists()]
    own = files_in_words(missing, "there is no {}", "there are no {}")
    there = next((file for file in job.output if file not in missing), None)
    if there is None:
        return own, []
    if reason.forced:
        asked = workflow.dag_settings
        by_hand = asked.forceall or asked.forcetargets or asked.forcerun
        own.append("the command line says so" if by_hand else "its last run was not finished")
    before = records.metadata(there)
    if before and not records.has_outdated_metadata(job):
        own += _changes(job, workflow, before)
    changed = reason.updated_input - reason.updated_input_run
    own += files_in_words(changed, "{} has changed", "{} have changed")
    made = reason.updated_input_run
    return own, files_in_words(made, "{} is made anew", "{} are made anew")


def _changes(job, workflow: Workflow, before: MetadataRecord) -> list[str]:
    """Return in words what is not as it was in the last run: params, code, names of files read."""
    now = {name: repr(value) for name, value in job.params.items()}
    folder = workflow.globals["CODE_RECORDS"]
    pairs, code = changed_params(before.params or [], now, lambda d: recorded_code(folder, d))
    words = settings_in_words(pairs, workflow.globals["experiment"].settings, job.wildcards_dict)
    if code is not None:
        words += modules_in_words(recorded_code(folder, code), digests_behind(job.params.code))
    known, read = set(before.input or []), set(map(str, job.input))
    words += files_in_words(read - known, "it now reads {}", "it now reads {}")
    return words + files_in_words(known - read, "it no longer reads {}", "it no longer reads {}")


def told(workflow: Workflow) -> list[str]:
    """Return a line for each job that would run, after those that it needs, and a last one."""
    jobs = [job for job in in_order(workflow) if job.output and workflow.dag.needrun(job)]
    if not jobs:
        return ["Nothing would run: all results are there, and nothing they depend on has changed."]
    found = [(str(job.output[0]), *reasons(job, workflow)) for job in jobs]
    n_others = sum(not own for _, own, _ in found)
    return [
        *(f"{file}: {'; '.join(own + others)}" for file, own, others in found),
        f"{len(jobs):,} job{'s' * (len(jobs) > 1)} would run, {n_others:,} of them only because of "
        "files that are made anew.",
    ]


def main(*arguments: str) -> None:
    """Print the lines; say every error in one sentence."""
    options = options_of(arguments)
    with errors_in_one_sentence():
        print("\n".join(told(plan(options))))


if __name__ == "__main__":
    main(*sys.argv[1:])
