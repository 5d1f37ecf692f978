"""Made-up results, and the page of them, for the tests of the page."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from score_tables import scores_of

from aecluster.clusterings.file import load_clusters, save_clusters
from aecluster.consensus.file import save_consensus
from aecluster.exchange.table import image_table
from aecluster.experiment.experiment import Experiment
from aecluster.experiment.views import map_views
from aecluster.jobs.artifacts import (
    load_array,
    save_array,
    save_json,
    save_table,
    save_text,
    written_whole,
)
from aecluster.page.assemble import build_page
from aecluster.page.content import page_content
from aecluster.page.placement import placement
from aecluster.page.thumbnails import make_sheets, save_sheets
from aecluster.properties.neighbours import nearest
from aecluster.properties.run import properties
from aecluster.report.choices import choices_section
from aecluster.report.section import Section, Table, save_sections
from aecluster.scoring.summary import summarise
from aecluster.sources.equal import first_equal
from aecluster.statistics.choices import side_by_side
from aecluster.statistics.evidence import COLUMNS as EVIDENCE

EVIL = "<script>alert(1)</script>"
MODELS = {"baseline": {}, "deeper": {}}
REDUCTIONS = {"pca8": {"dim": 8, "after": None}, "pca8-tsne": {"dim": 2, "after": "pca8"}}
CLUSTERINGS = {"kmeans": {"on": None}}
EXPERIMENT = Experiment(
    {"seeds": [0], "models": MODELS, "reductions": REDUCTIONS, "clusterings": CLUSTERINGS}
)
MARKDOWN = f"""# By hand {EVIL}

| a | b |
| --- | --- |
| 1 | {EVIL} |

**Erratum.** Both.

## More

- `x` {EVIL}
"""


def noise(n: int, side: int = 32, channels: int = 3) -> np.ndarray:
    """Images that no codec can make small."""
    shape = (n, side, side, channels)
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def make_results(
    folder: Path,
    name: str,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    names: list[str] | None = None,
    groups: np.ndarray | None = None,
    plane: np.ndarray | None = None,
    metadata: pd.DataFrame | None = None,
    originals: str | None = None,
    levels: pd.DataFrame | None = None,
    class_names: tuple[str, ...] = ("plain", EVIL),
    sides: tuple[list, list] | None = None,
) -> dict:
    """Write the results of a data set; return what `build_page` needs of it."""
    rng = np.random.default_rng(1)
    home, n = folder / name, len(images)
    class_names = list(class_names) if (labels >= 0).any() else []
    names = names or [""] * n
    counts = {c: int((labels == k).sum()) for k, c in enumerate(class_names)}
    save_array(home / "images.npy", images)
    save_array(home / "labels.npy", labels)
    split = {"public": 0.5, "seed": 0, "n_public": n // 2, "n_private": n - n // 2}
    about = {"source": f"made up {EVIL}", "licence": EVIL, "n_images": n, "split": split}
    about |= {"shape": list(images.shape[1:]), "class_names": class_names, "counts": counts}
    about["skipped"] = {"broken": {f"{EVIL}.png": f"is {EVIL}"}, "other": {}}
    about |= {"damaged": {}, "read_as": []}
    save_json(home / "dataset.json", {**about, "n_unlabelled": int((labels < 0).sum())})
    cells = []
    for model in MODELS:
        for seed in (0, 1):
            run = home / model / f"seed{seed}"
            save_json(run / "reconstruction.json", {"mse": 0.01 + 0.001 * seed})
            for reduction, settings in REDUCTIONS.items():
                embedding = rng.normal(size=(n, settings["dim"])).astype(np.float32)
                save_array(run / reduction / "embedding.npy", embedding)
                (run / reduction / "kmeans").mkdir()
                clusters = (embedding[:, 0] > 0).astype(np.int64)
                save_clusters(run / reduction / "kmeans" / "clusters.csv", clusters)
                cells.append([model, seed, reduction, "kmeans", []])
    scores = scores_of(home, cells, dataset=name)
    save_table(home / "scores.csv", scores)
    save_table(home / "summary.csv", summarise(scores))
    configurations = scores.drop_duplicates(["model", "reduction"])[
        ["model", "reduction", "clustering"]
    ]
    chosen = (configurations["model"] == "deeper") & (configurations["reduction"] == "pca8")
    selection = configurations.assign(chosen=chosen, chosen_on_public=chosen)
    choices = side_by_side(scores, pd.DataFrame(columns=EVIDENCE), selection)
    save_table(home / "choices.csv", choices)
    told = {
        "grid kmeans": Section("Drawn by the page itself"),
        "reconstruction": Section("Reconstruction", Table(["model"], [[EVIL]])),
        "choices": choices_section(choices, f"mean_rank {EVIL}"),
        "discussion": Section("Discussion", points=[f"One `model` is < another: {EVIL}."]),
        "criteria": Section("Criteria without labels", sentences=[f"None {EVIL}."]),
        "comparisons": Section(
            "Comparisons", Table(["a", "**b**"], [[EVIL, "-"]]), ["One.", "Two."]
        ),
    }
    save_sections(home / "summary.json", told)
    groups = np.arange(n) % 2 if groups is None else groups
    confidence = np.linspace(0.3, 1, n)
    save_consensus(home / "consensus/clusters.csv", groups, confidence)
    views = map_views(EXPERIMENT)
    embeddings = {view["embedding"]: load_array(home / view["embedding"]) for view in views}
    if plane is not None:
        embeddings[views[0]["embedding"]] = plane
    first = embeddings[views[0]["embedding"]]
    neighbours, distances = nearest(np.column_stack([first - first.min() + 1, first[:, 0]]))
    table = image_table(
        names,
        (groups, confidence, (groups + 1) % (groups.max() + 1)),
        first,
        neighbours,
        properties(images, first_equal(images), groups, first, (neighbours, distances)),
        sides,
        labels,
        class_names,
        None,
        metadata,
    )
    clusters = {view["clusters"]: load_clusters(home / view["clusters"], n) for view in views}
    content = page_content(name, table, views, embeddings, clusters, originals, levels)
    with written_whole(home / "page.json.gz") as draft:
        draft.write_bytes(content)
    save_sheets(home / "thumbnails.npz", make_sheets(images, placement(table)))
    Image.fromarray(images[0].squeeze()).save(home / "figure.png")
    (home / "train.tsv").write_text("s\tmax_rss\n1.5\t200\n")
    figure = {"path": home / "figure.png", "caption": "figure", "names": {"dataset": name}}
    figure["of_models"] = False
    files = {"about": home / "dataset.json", "content": home / "page.json.gz"}
    files |= {"thumbnails": home / "thumbnails.npz", "corrections": None}
    files["consensus"] = home / "consensus/clusters.csv"
    files |= {key: home / f"{key}.csv" for key in ("scores", "summary", "choices")}
    files["sections"] = home / "summary.json"
    benchmarks = [("train", [home / "train.tsv"]), ("reduce", [home / "missing.tsv"])]
    return {"name": name, **files, "figures": [figure], "benchmarks": benchmarks}


def make_page(folder: Path, datasets: list[dict], files: Path | None = None) -> str:
    """Return the page of data sets that `make_results` wrote; `files` is its folder, if any."""
    save_text(folder / "problem.md", MARKDOWN)
    problem = {
        "name": "lstm",
        "text": folder / "problem.md",
        "figure": datasets[0]["figures"][0]["path"],
    }
    none = Section("Across data sets", sentences=[f"No test {EVIL}."])
    save_sections(folder / "across.json", {"across": none})
    across = {"sections": folder / "across.json", "figure": problem["figure"]}
    named = {"datasets": {d["name"]: {"trained_on": None, "path": EVIL} for d in datasets}}
    kinds = {
        "models": MODELS,
        "reductions": REDUCTIONS,
        "clusterings": CLUSTERINGS,
        "seeds": [0, 1],
    }
    caption = f"Of {{{{ snakemake.wildcards.dataset }}}}, *plain* {EVIL}. And more."
    return build_page({**named, **kinds}, datasets, across, [problem], {"figure": caption}, files)
