# Functions of report.smk.
import hashlib

from aecluster.experiment.views import map_views

PAGE = SCRIPTS / "aecluster/page"
MATH = ["lstm", "skipgram"] if experiment.show["math"] else []
MAP_VIEWS = map_views(experiment)


def map_files(kind):
    """Input function: the embeddings or the clusters that the map of a data set shows."""
    return lambda wc: list(dict.fromkeys(view[kind] for view in views(wc.dataset)))


def views(dataset):
    """The views of the map of a data set, with the paths of their files."""
    return [
        {**view, **{k: results.of_dataset(dataset, view[k]) for k in ("embedding", "clusters")}}
        for view in MAP_VIEWS
    ]


def originals(dataset):
    """Where the pictures of a data set are, as seen from the page; None if it has none."""
    folder = pictures(experiment.datasets[dataset])
    return folder and Path(os.path.relpath(folder, "results")).as_posix()


def page_digest():
    """Digest of the files that the page is made of, beside code."""
    files = [PAGE / name for name in ("template.html.jinja", "assets/page.css", "assets/page.js")]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def caption_texts():
    """Captions by the names of their figures."""
    return {
        **{
            file.stem: file.read_text(encoding="utf-8")
            for file in sorted((ROOT / "workflow/report").glob("*.rst"))
        },
        **{name: figure.caption for name, figure in figures_from_files().items()},
    }
