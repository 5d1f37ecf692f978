import json
import time

from aecluster.jobs.job import job

started = time.time()
settings = json.loads(snakemake.params.settings)
with job(snakemake.log[0], threads=settings["threads"]):
    from pathlib import Path

    import pandas as pd

    from aecluster.jobs.artifacts import load_array, save_json, save_table
    from aecluster.jobs.provenance import provenance
    from aecluster.sources.different import check_groups
    from aecluster.training.checkpoints import forget_state, load_model, save_model, save_snapshots
    from aecluster.training.devices import choose_device, describe_device
    from aecluster.training.fit import fit
    from aecluster.training.speed import choose_precision

    wc = snakemake.wildcards
    check_groups(load_array(snakemake.input.equal), snakemake.resources.n_groups, wc.dataset)
    state_file = Path(snakemake.params.state)
    images = load_array(snakemake.input.images, mmap=True)
    start = load_model(snakemake.input.start[0])[0].state_dict() if snakemake.input.start else None
    height, width, channels = images.shape[1:]
    shape = (channels, height, width)
    chosen = choose_precision(settings, shape, len(images), Path(snakemake.params.speeds))
    model, history, snapshots, precision = fit(
        images,
        {**settings, "precision": chosen},
        seed=int(wc.seed),
        state_file=state_file,
        identity=snakemake.params.settings + snakemake.params.code,
        start=start,
        name=f"{wc.dataset}/{wc.model}/seed{wc.seed}",
    )
    origin = provenance(
        settings=settings,
        code=snakemake.params.code,
        inputs=snakemake.input,
        started=started,
        seed=int(wc.seed),
        device=describe_device(choose_device(settings["device"])),
        precision=precision,
        threads=settings["threads"],
    )
    save_json(snakemake.output.provenance, origin)
    save_table(snakemake.output.history, pd.DataFrame(history))
    save_snapshots(snakemake.output.snapshots, snapshots)
    save_model(snakemake.output.model, model, settings, shape)
    forget_state(state_file)
