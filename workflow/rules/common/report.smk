# Functions of report.smk.
import hashlib

from aecluster.sources.find import n_images

from aecluster.page.views import map_views

PAGE = SCRIPTS / "aecluster/page"
MATH = ["lstm", "skipgram"] if EXPERIMENT["show"]["math"] else []
ALONE = 10_000  # images of all data sets; with more, their pictures lie in a folder beside the page
MAP_VIEWS = map_views(MODELS, REDUCTIONS, CLUSTERINGS, FIRST_SEED)


def map_files(kind):
    """Input function: the embeddings or the clusters that the map of a data set shows."""
    files = sorted({view[kind] for view in MAP_VIEWS})
    return lambda wildcards: [f"results/{wildcards.dataset}/{file}" for file in files]


def corrections_file(dataset):
    """What a person corrected of the groups on the page, if anything."""
    file = f"results/{dataset}/corrections.json"
    return [file] if Path(file).is_file() else []


def originals(dataset):
    """Where the files of a data set are, as seen from the page; None if it has none."""
    if DATASETS[dataset]["source"] != "folder":
        return None
    return Path(os.path.relpath(Path(DATASETS[dataset]["path"]).expanduser(), "results")).as_posix()


def page_digest():
    """Digest of the files that the page is made of, beside code."""
    files = [PAGE / name for name in ("template.html.jinja", "assets/page.css", "assets/page.js")]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def caption_texts():
    """Captions by their names."""
    return {
        file.stem: file.read_text(encoding="utf-8")
        for file in sorted((ROOT / "workflow/report").glob("*.rst"))
    }


def stage_benchmarks(dataset):
    """Benchmark files of the jobs that were run for a data set, by stage."""
    folder = f"results/benchmarks/{dataset}/"
    stages = {"images": [f"{folder}images.tsv"], "labels": [f"{folder}labels.tsv"]}
    stages |= {stage: [] for stage in ("train", "latents", "reduce", "cluster")}
    stages |= {stage: [f"{folder}{stage}.tsv"] for stage in ("consensus", "selection")}
    files = {file for cell in cells() for file in benchmarks_of(dataset, *cell)}
    for file in sorted(files):
        if file.startswith(folder):
            stage = Path(file).name.split(".")[0]
            stages["latents" if stage == "features" else stage].append(file)
    return list(stages.items())


def page_figures(dataset):
    """The figures of a data set, with the caption and what it names, in an order that the config's
    does not touch."""
    maps = {
        f"label-map-{model}-{reduction}": {"model": model, "reduction": reduction}
        for model in MODELS
        for reduction in map_reductions()
    }
    figures = []
    for path in plot_files(dataset):
        name = Path(path).stem
        caption = "label-map" if name in maps else name
        names = {"dataset": dataset, **maps.get(name, {})}
        figures.append({"path": path, "caption": caption, "names": names})
    return figures


def suggestion_files(dataset):
    """The suggested number of groups and its figure, if the page shows them."""
    if not EXPERIMENT["show"]["n_clusters"]:
        return {}
    folder = f"results/{dataset}"
    return {
        "suggestion": f"{folder}/n_clusters.json",
        "curves": f"{folder}/plots/n-clusters.png",
    }


def page_files(dataset):
    """What the page shows of a data set."""
    folder = f"results/{dataset}"
    return {
        "name": dataset,
        "about": f"{folder}/dataset.json",
        "summary": f"{folder}/summary.csv",
        "text": f"{folder}/summary.md",
        "scores": f"{folder}/scores.csv",
        "choices": f"{folder}/choices.csv",
        "content": f"{folder}/plots/page.json.gz",
        "thumbnails": f"{folder}/plots/thumbnails.npz",
        "consensus": f"{folder}/consensus/clusters.csv",
        "corrections": next(iter(corrections_file(dataset)), None),
        **suggestion_files(dataset),
        "figures": page_figures(dataset),
        "benchmarks": stage_benchmarks(dataset),
    }


PAGE_ALONE = sum(n_images(dataset) for dataset in DATASETS.values()) <= ALONE
