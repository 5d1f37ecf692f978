from aecluster.jobs.job import job

with job(snakemake.log[0]):
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from aecluster.encoders.features import write_features
    from aecluster.encoders.kept_graph import write_graph
    from aecluster.encoders.pretrained import Encoder
    from aecluster.jobs.artifacts import load_array
    from aecluster.sampling import sample_of
    from aecluster.selection.samples import ENCODED

    images = load_array(snakemake.input.images, mmap=True)
    chosen = images[sample_of(len(images), ENCODED)]
    network = snakemake.params.network
    with TemporaryDirectory() as folder:
        graph = Path(folder, "encoder.onnx")
        write_graph(graph, network)
        encoder = Encoder(str(graph), network)
        name = f"{snakemake.wildcards.dataset}/{network}"
        write_features(snakemake.output[0], encoder, chosen, name=name)
