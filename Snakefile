# aecluster: groups in images without labels, and how sure they are.
from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")
ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True))


include: "workflow/rules/common/config.smk"


# An experiment given by --configfile replaces the default one; Snakemake alone would merge them.
if not workflow.configfiles:

    configfile: ROOT / "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/encode.smk"
include: "workflow/rules/reduce.smk"
include: "workflow/rules/cluster.smk"
include: "workflow/rules/n_clusters.smk"
include: "workflow/rules/consensus.smk"
include: "workflow/rules/selection.smk"
include: "workflow/rules/groups.smk"
include: "workflow/rules/exchange.smk"
include: "workflow/rules/assign.smk"
include: "workflow/rules/score.smk"
include: "workflow/rules/across.smk"
include: "workflow/rules/plots.smk"
include: "workflow/rules/progress.smk"
include: "workflow/rules/math.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/targets.smk"


rule all:
    default_target: True
    input:
        rules.consensus.input,
        rules.selection.input,
        rules.score.input,
        rules.plots.input,
        rules.assign.input,
        results.of_datasets("images.parquet"),
        "results/report.html",


onstart:
    or_exit(hold_lock, LOCK)
    end_jobs_of_dead_run(lock=LOCK)
    or_exit(check_writable, "results")
    or_exit(check_temporary)
    announce()


onsuccess:
    remove_empty_folders(STATES)
    show_results()
