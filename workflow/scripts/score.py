from aecluster.jobs.job import job

with job(snakemake.log[0]):
    import json
    import time

    from aecluster.jobs.artifacts import (
        as_csv,
        load_array,
        load_json,
        load_text,
        save_json,
        save_text,
    )
    from aecluster.jobs.provenance import provenance
    from aecluster.scoring.table import Consensus, join_tables, score_table

    started = time.time()
    to_score = json.loads(snakemake.params.cells)
    cells = [(file, to_score[file]) for file in snakemake.input.clusters]
    of_all, *of_seeds = snakemake.input.consensus
    jobs = json.loads(snakemake.params.consensus)
    table = score_table(
        snakemake.wildcards.dataset,
        load_array(snakemake.input.labels),
        load_json(snakemake.input.about)["split"],
        [(cell, {**files, "clusters": file}) for file, (cell, files) in cells],
        Consensus(of_all, [(s, f, j) for (s, j), f in zip(jobs, of_seeds, strict=True)]),
        json.loads(snakemake.params.methods),
    )
    scored = [load_text(file) for file in snakemake.input.runs]
    save_text(snakemake.output.scores, join_tables([*scored, as_csv(table)]))
    origin = provenance(
        settings=json.loads(snakemake.params.settings),
        code=snakemake.params.code,
        inputs=snakemake.input,
        started=started,
        threads=1,
    )
    save_json(snakemake.output.provenance, origin)
