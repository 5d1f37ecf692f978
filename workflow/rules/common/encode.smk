# Functions of encode.smk.
EXPORTED = [model for model in ENCODERS if MODELS[model]["architecture"] == "pretrained"]
# Those whose vectors somebody has already.
GIVEN = [model for model in ENCODERS if MODELS[model]["architecture"] == "vectors"]
COMPUTED = [model for model in ENCODERS if model not in GIVEN]


def encoder_settings(model):
    """What the features of an encoder depend on; of a file of the user's, its content."""
    settings = {key: MODELS[model][key] for key in ("architecture", "params", "size", "device")}
    if model in EXPORTED:
        return settings
    return {**settings, "content": digest_of(Path(settings["params"]["path"]).expanduser())}


def encoder_file(wc):
    """The graph of an encoder: exported, or the user's own."""
    if wc.model in EXPORTED:
        return f"results/{wc.dataset}/{wc.model}/encoder.onnx"
    return []


def workers(wc):
    """Threads of a job that encodes; what is larger travels in shards."""
    return 1 if workflow.non_local_exec else min(MOST_THREADS, workflow.cores or 1)


def features_of_images_mb(wc):
    """Images are memory-mapped, and some batches of each thread held as floats."""
    return START_TORCH_MB + images_mb(wc) + 100 * workers(wc)
