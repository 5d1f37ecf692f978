"""What a rule does, in words for somebody who does not know Snakemake."""

import builtins
import re

_WHILE_HANDLING = re.compile(r"\n\s*(?:During handling of|The above exception was)\b")
_OF_RULES = {
    "read_images": "reading the images",
    "read_labels": "describing the data set",
    "read_new_images": "reading the new images",
    "train_model": "training {model}, seed {seed}",
    "resize_images": "making the images {size} pixels wide and high",
    "resize_new_images": "making the new images {size} pixels wide and high",
    "image_properties": "looking at the image files",
    "export_encoder": "loading the network of {model}",
    "extract_features": "describing the images by {model}",
    "extract_shard": "describing the images by {model}, part {shard}",
    "join_features": "describing the images by {model}",
    "link_features": "describing the images by {model}",
    "take_vectors": "taking the vectors of {model}",
    "take_new_vectors": "taking the vectors of the new images, of {model}",
    "extract_new_features": "describing the new images by {model}",
    "link_new_features": "describing the new images by {model}",
    "encode_images": "describing the images by {model}, seed {seed}",
    "reconstruction_errors": "measuring the reconstruction errors of {model}, seed {seed}",
    "encode_shard": "describing the images by {model}, seed {seed}",
    "join_latents": "describing the images by {model}, seed {seed}",
    "encode_new_images": "describing the new images by {model}, seed {seed}",
    "cluster_snapshots": "looking back at the training of {model}, seed {seed}",
    "reconstruct": "reconstructing images by {model}, seed {seed}",
    "reduce_features": "reducing",
    "cluster_embedding": "grouping",
    "cluster_together": "grouping",
    "find_levels": "finding finer and coarser groups",
    "find_consensus": "finding the groups that most agree on",
    "n_clusters_curves": "looking for the number of groups",
    "suggest_n_clusters": "looking for the number of groups",
    "encode_sample": "describing some images to choose a result by",
    "select_configuration": "choosing a result",
    "select_checkpoints": "choosing a result",
    "score_run": "scoring",
    "score_dataset": "scoring",
    "score_progress": "scoring",
    "gather_evidence": "scoring",
    "summarise_scores": "scoring",
    "compare_across_datasets": "comparing the results",
    "group_table": "writing the table of groups",
    "image_table": "writing the table of images",
    "group_folders": "sorting the images into folders",
    "assign_images": "placing the new images",
    "thumbnails": "drawing the thumbnails",
    "page_content": "writing the page",
    "report_page": "writing the page",
    "math_lstm": "working out the mathematics",
    "math_skipgram": "working out the mathematics",
}


def words(rule: str, wildcards: dict[str, str]) -> str:
    """Return what a job of a rule does; of a rule that is not known here, its name."""
    if rule.startswith("plot_"):
        return "drawing"
    return _OF_RULES.get(rule, rule.replace("_", " ")).format(**wildcards)


def counted(phrases: list[str]) -> list[str]:
    """Return phrases in order, each once, with how many times it was there."""
    times = {phrase: phrases.count(phrase) for phrase in phrases}
    return [phrase + (f" ({n} at a time)" if n > 1 else "") for phrase, n in times.items()]


def one_sentence(message: str, error: str = "") -> str:
    """Return what Snakemake says of an exception as one sentence, without where it was raised.

    Parameters
    ----------
    message : str
        As Snakemake logs it: a first line with the class, the file and the line, what was the
        matter, and a traceback.
    error : str
        Name of the exception's class. The sentence names it if it is one of Python's own, for
        then it is part of what was the matter.
    """
    message = _WHILE_HANDLING.split(message)[0]
    lines = message.strip().splitlines() or [error]
    if lines[0].startswith("Traceback (most recent call last)"):
        lines = lines[-1:]
    if error and re.match(rf"{error}\b.*:$", lines[0]) and len(lines) > 1:
        own = hasattr(builtins, error)
        lines = [f"{error}: {lines[1].strip()}" if own else lines[1], *lines[2:]]
    told = [line.strip() for line in lines if not re.match(r'\s*File "', line)]
    text = " ".join(line for line in told if line).removeprefix("Error: ")
    text = re.sub(r"^\w+: \[Errno \d+\] ", "", text)
    text = re.sub(r"^No rule to produce (\S+).*$", r"nothing makes \1; check its name", text)
    return f"Error: {text.rstrip('.')}."
