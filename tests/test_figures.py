"""The figures: their files are whole, not blank, equal twice, and bear odd data sets and names."""

import json
import logging
import runpy
from types import SimpleNamespace

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from conftest import REPOSITORY
from matplotlib.colors import to_rgb

from aecluster.clusterings.file import save_clusters
from aecluster.consensus.file import save_consensus
from aecluster.errors import InputError
from aecluster.figures.consensus import consensus_figure, least_sure
from aecluster.figures.density import draw_density
from aecluster.figures.label_map import Names, label_map
from aecluster.figures.learning_curves import learning_curves
from aecluster.figures.points import MAX_POINTS, looks_of
from aecluster.figures.reconstructions import chosen_figure, extremes_figure
from aecluster.figures.scores import score_grid
from aecluster.figures.style import COLOURS, GREY, PALETTE, colour, new_figure, save
from aecluster.figures.text import wrapped
from aecluster.jobs.artifacts import save_array, save_json
from aecluster.metrics.matching import numbered_like
from aecluster.models.build import build_model
from aecluster.training.decoding import reconstruction_errors
from aecluster.training.error_summary import summarise_errors
from aecluster.training.examples import make_examples
from aecluster.training.latents import encode
from aecluster.training.reconstructions import GROUPS, Examples, load_examples, save_examples

LONG = "a-name_of-sixty-four-letters-is-as-long-as-the-schema-lets-it-be"


def texts(fig) -> str:
    """Return all text of a figure, without line breaks."""
    found = fig.findobj(lambda artist: hasattr(artist, "get_text") and artist.get_visible())
    return " | ".join(artist.get_text().replace("\n", " ") for artist in found)


def assert_inside(fig) -> None:
    """Check that nothing that is drawn is cut off."""
    fig.draw_without_rendering()
    box, page = fig.get_tightbbox(), fig.get_size_inches()
    assert min(box.x0, box.y0) > -0.02
    assert box.x1 < page[0] + 0.02
    assert box.y1 < page[1] + 0.02


def assert_good(make, folder) -> None:
    """Check a figure's files: whole, not blank, equal bytes twice, nothing cut off."""
    for name in ("a", "b"):
        save(fig := make(), folder / f"{name}.png", folder / f"{name}.svg")
    assert_inside(fig)
    for suffix in ("png", "svg"):
        first, second = ((folder / f"{name}.{suffix}").read_bytes() for name in ("a", "b"))
        assert first == second
    pixels = matplotlib.image.imread(folder / "a.png")[:, :, :3]
    assert pixels.shape[1] >= 600
    assert pixels.std() > 0.02


# learning curves


def history(n_epochs: int, scale: float = 1.0) -> pd.DataFrame:
    epochs = np.arange(1, n_epochs + 1)
    return pd.DataFrame({"epoch": epochs, "train_loss": scale * (0.02 + np.exp(-epochs / 4))})


@pytest.mark.parametrize(
    ("models", "seeds", "n_epochs"),
    [(["baseline", "deeper"], [0, 1, 2], 12), (["baseline"], [7], 1), ([LONG, *"abcdefg"], [0], 3)],
    ids=["usual", "one epoch of one model", "more models than colours"],
)
def test_learning_curves(tmp_path, models, seeds, n_epochs):
    histories = [(m, s, history(n_epochs, 1 + i)) for i, m in enumerate(models) for s in seeds]

    def make():
        return learning_curves(histories, dict.fromkeys(models, "mse"), "photos: training")

    assert_good(make, tmp_path)
    ax = make().axes[0]
    assert ax.get_yscale() == "log"
    assert len(ax.lines) == len(models) * len(seeds)
    looks = {(line.get_color(), line.get_linestyle()) for line in ax.lines}
    assert len(looks) == len(models)
    assert ax.lines[0].get_color() == colour(models[0], models)


def test_learning_curves_name_losses_that_differ():
    fig = learning_curves(
        [("a", 0, history(3)), ("b", 0, history(3))], {"a": "mse", "b": "l1"}, "photos"
    )
    assert "a (mse)" in texts(fig)
    assert "b (l1)" in texts(fig)


def test_learning_curves_draw_a_loss_below_zero():
    table = history(5).assign(train_loss=[1, 0.5, 0, -0.5, -1])
    assert_inside(fig := learning_curves([("a", 0, table)], {"a": "mse"}, "photos"))
    assert fig.axes[0].get_yscale() == "linear"


# reconstructions


def examples(n: int, shape: tuple, seed: int = 0) -> Examples:
    rng = np.random.default_rng(seed)
    originals, made = rng.integers(0, 256, (2, n, *shape), dtype=np.uint8)
    return Examples(np.arange(n) * 97, originals, made, rng.random(n))


def groups(n: int, shape: tuple, seed: int = 0) -> dict[str, Examples]:
    return {name: examples(n, shape, seed) for name in GROUPS}


def test_examples_are_read_as_they_were_saved(tmp_path):
    for name in ("a.npz", "b.npz"):
        save_examples(tmp_path / name, groups(3, (8, 8, 3)))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    for name, read in load_examples(tmp_path / "a.npz").items():
        for field, array in vars(groups(3, (8, 8, 3))[name]).items():
            np.testing.assert_array_equal(getattr(read, field), array)
            assert getattr(read, field).dtype == array.dtype


def test_damaged_examples_are_refused_in_a_sentence(tmp_path):
    save_examples(whole := tmp_path / "whole.npz", groups(3, (8, 8, 3)))
    content = whole.read_bytes()
    middle = len(content) // 4
    damaged = {
        "cut": content[: len(content) // 2],
        "empty": b"",
        "text": b"not an archive",
        "changed": content[:middle] + b"?" * 40 + content[middle + 40 :],
    }
    for name, wrong in damaged.items():
        path = tmp_path / f"{name}.npz"
        path.write_bytes(wrong)
        with pytest.raises(InputError, match=f"{name}.npz is not a whole file"):
            load_examples(path)
    np.save(tmp_path / "array.npz.npy", np.zeros(3))
    (tmp_path / "array.npz.npy").rename(tmp_path / "array.npz")
    np.savez(tmp_path / "other.npz", other=np.zeros(3))
    np.savez(tmp_path / "pickle.npz", chosen_indices=np.array([{}], dtype=object))
    for name in ("array", "other", "pickle"):
        with pytest.raises(InputError, match="not a whole file"):
            load_examples(tmp_path / f"{name}.npz")
    with pytest.raises(InputError, match="does not exist"):
        load_examples(tmp_path / "missing.npz")


def test_make_examples_shows_what_was_asked_for_and_its_error(caplog):
    images = np.random.default_rng(0).integers(0, 256, (12, 16, 16, 1), dtype=np.uint8)
    shape = (1, 16, 16)
    settings = {"architecture": "baseline", "after": None, "latent_dim": 4, "params": {}}
    model = build_model(settings, shape).eval()
    errors = reconstruction_errors(model, images, encode(model, images, shape))
    show = {"indices": [3, 11, 12, 500], "extremes": 4}
    with caplog.at_level(logging.INFO, logger="aecluster"):
        made = make_examples(model, images, shape, show, summarise_errors(errors))
    assert "12, 500 left out, there are only 12 images" in caplog.text
    order = np.argsort(errors, kind="stable")
    np.testing.assert_array_equal(made["chosen"].indices, [3, 11])
    np.testing.assert_array_equal(made["best"].indices, order[:4])
    np.testing.assert_array_equal(made["worst"].indices, order[::-1][:4])
    for group in made.values():
        np.testing.assert_array_equal(group.originals, images[group.indices])
        np.testing.assert_allclose(group.mse, errors[group.indices], rtol=1e-5)
        # The pixels that are shown have the error that is printed, but for rounding to bytes.
        shown = (group.reconstructions / 127.5 - group.originals / 127.5) ** 2
        np.testing.assert_allclose(shown.mean((1, 2, 3)), group.mse, rtol=0.02)
    empty = make_examples(
        model, images, shape, {"indices": [99], "extremes": 0}, summarise_errors(errors)
    )
    assert all(len(group.indices) == 0 for group in empty.values())


@pytest.mark.parametrize(
    ("draw", "models", "n", "shape"),
    [
        (chosen_figure, ["baseline", "deeper"], 6, (32, 32, 3)),
        (chosen_figure, [LONG], 12, (8, 8, 1)),
        (chosen_figure, ["a"], 1, (300, 200, 3)),
        (extremes_figure, ["baseline", LONG], 3, (8, 8, 1)),
    ],
    ids=["usual", "grey, long name, two lines", "one large image", "extremes"],
)
def test_reconstructions(tmp_path, draw, models, n, shape):
    runs = {model: groups(n, shape) for model in models}
    assert_good(lambda: draw(runs, f"{LONG}: reconstructions, seed 0"), tmp_path)
    shown = texts(draw(runs, "photos"))
    assert f"image {97 * (n - 1)}" in shown
    assert f"{runs[models[0]]['chosen'].mse[0]:.4f}" in shown


def test_reconstructions_are_shown_pixel_by_pixel(tmp_path):
    runs = {"a": groups(2, (32, 32, 3))}
    save(chosen_figure(runs, "photos"), tmp_path / "a.png")
    page = np.rint(255 * matplotlib.image.imread(tmp_path / "a.png")[:, :, :3]).astype(int)
    original = runs["a"]["chosen"].originals[0]
    at = np.argwhere((page == original[16, 16]).all(axis=2))
    assert len(at) == 16  # 4 x 4 dots of exactly this colour
    assert (np.ptp(at, axis=0) == 3).all()


def test_no_image_to_show(tmp_path):
    assert_inside(fig := chosen_figure({"a": groups(0, (8, 8, 1))}, "tiny"))
    assert "none of the selected images" in texts(fig)


# label maps


def names(**changes) -> Names:
    usual = {"dataset": "photos", "model": "deeper", "seed": 0, "reduction": "kpca200-tsne"}
    return Names(**{**usual, "clustering": "kmeans", "clustered": "kpca200-tsne", **changes})


def points(n: int, n_classes: int, dim: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, n_classes, n)
    centres = 8 * rng.normal(size=(n_classes, dim))
    return (centres[labels] + rng.normal(size=(n, dim))).astype(np.float32), labels


def drawn(ax) -> list[tuple[tuple, tuple]]:
    """Return place and colour of every point."""
    return sorted(
        (tuple(place), tuple(shade[:3]))
        for dots in ax.collections
        for place, shade in zip(dots.get_offsets().tolist(), dots.get_facecolors(), strict=True)
    )


@pytest.mark.parametrize("n_classes", [10, 30])
def test_label_map(tmp_path, n_classes):
    plane, labels = points(200, n_classes)
    class_names = [f"{LONG} {i}" if i == 1 else f"class {i}" for i in range(n_classes)]
    assert_good(lambda: label_map(plane, labels, labels, class_names, names()), tmp_path)


def test_groups_have_the_colours_of_their_classes():
    plane, labels = points(400, 2)
    wrong = np.arange(40)
    clusters = 1 - labels
    clusters[wrong] = labels[wrong]
    fig = label_map(plane, clusters, labels, ["other", "scenery"], names())
    left, right = (drawn(ax) for ax in fig.axes)
    assert [place for place, _ in left] == [place for place, _ in right]
    assert sum(a != b for a, b in zip(left, right, strict=True)) == len(wrong)
    shown = texts(fig)
    assert "accuracy 0.900" in shown
    assert "chance level 0.5" in shown
    assert "seed 0" in shown
    assert "scenery" in shown


def test_a_unit_is_equally_long_on_both_axes():
    plane, labels = points(400, 3)
    ax = label_map(plane * [10, 1], labels, labels, None, names()).axes[0]
    ax.figure.draw_without_rendering()
    per_unit = [ax.bbox.width / np.ptp(ax.get_xlim()), ax.bbox.height / np.ptp(ax.get_ylim())]
    assert per_unit[0] == pytest.approx(per_unit[1], rel=0.03)


def test_unlabelled_images_are_grey(tmp_path):
    plane, labels = points(300, 3)
    some = np.where(np.arange(300) < 100, -1, labels)
    assert_good(lambda: label_map(plane, labels, some, list("abc"), names()), tmp_path)
    fig = label_map(plane, labels, some, list("abc"), names())
    greys = [shade for _, shade in drawn(fig.axes[0]) if len(set(shade)) == 1]
    assert len(greys) == 100
    assert "200 of 300 images have one" in texts(fig)


def test_label_map_without_labels_shows_the_groups_alone(tmp_path):
    plane, clusters = points(300, 3)
    clusters[:5] = -1
    none = np.full(300, -1)
    assert_good(lambda: label_map(plane, clusters, none, [], names()), tmp_path)
    fig = label_map(plane, clusters, none, None, names())
    assert len(fig.axes) == 1
    assert "group 2" in texts(fig)
    assert "accuracy" not in texts(fig)


def test_more_groups_than_classes_are_scored_by_purity():
    plane, clusters = points(300, 6)
    fig = label_map(plane, clusters, clusters // 3, None, names(clustered="kpca200"))
    assert "purity 1.000" in texts(fig)
    assert "kmeans on kpca200" in texts(fig)
    colours = {shade for _, shade in drawn(fig.axes[1])}
    assert colours == {to_rgb(colour(name, "ab")) for name in "ab"}


def test_label_map_of_other_dimensions():
    for dim, shown in ((1, "the only coordinate"), (7, "coordinate 2 of 7")):
        plane, labels = points(60, 2, dim)
        assert_inside(fig := label_map(plane, labels, labels, None, names()))
        assert shown in texts(fig)


def test_label_map_of_points_that_are_all_the_same():
    labels = np.array([0, 1, 0])
    assert_inside(label_map(np.ones((3, 2)), labels, labels, None, names()))
    assert_inside(label_map(np.ones((3, 1)), labels * 0, labels, None, names()))


@pytest.mark.parametrize("n_classes", [2, 30, 300])
def test_large_label_maps_are_densities_of_all_images(tmp_path, n_classes):
    plane, labels = points(MAX_POINTS + 1000, n_classes)
    labels[:200] = -1
    fig = label_map(plane, labels, labels, None, names(approximation="t-SNE of 9 landmarks"))
    assert not fig.axes[0].collections and len(fig.axes[0].images) == 1
    assert "(t-SNE of 9 landmarks); density of all 21,000 images" in texts(fig).replace("\n", " ")
    assert ("class 1" in [text.get_text() for text in fig.legends[0].texts]) == (n_classes < 300)
    assert bool(fig.axes[0].texts) == (n_classes > 10)
    assert_inside(fig)
    save(fig, tmp_path / "map.svg")
    assert (tmp_path / "map.svg").stat().st_size < 1_500_000


@pytest.mark.parametrize("n_images", [3000, MAX_POINTS + 1])
@pytest.mark.parametrize("labelled", [True, False])
def test_of_three_hundred_groups_the_largest_are_named(n_images, labelled):
    plane, groups = points(n_images, 300)
    groups[: n_images // 2] = np.arange(n_images // 2) % 12 * 20
    groups[-300:] = np.arange(300)
    labels = groups if labelled else np.full(n_images, -1)
    fig = label_map(plane, groups, labels, None, names())
    kind, dense = ("class", "classes") if labelled else ("group", "groups"), n_images > MAX_POINTS
    [legend] = fig.legends
    heading = f"300 {kind[1]}; the 12 largest are named"
    assert legend.get_title().get_text().startswith(heading)
    named = [text.get_text() for text in legend.texts]
    assert named[:12] == [f"{kind[0]} {20 * k}" for k in range(12)] and len(named) == 12 + dense
    assert_inside(fig)
    places = [text.get_window_extent() for text in fig.axes[0].texts]
    assert bool(places) == dense
    pairs = [(a, b) for a in places for b in places if a is not b]
    assert not [pair for pair in pairs if pair[0].overlaps(pair[1])], "numbers over each other"


def test_more_groups_get_more_colours_and_the_first_ten_theirs():
    looks = looks_of(np.arange(-1, 300))
    assert [looks[k] for k in range(10)] == [(colour, "o") for colour in PALETTE]
    assert len(looks) == 300 and len({looks[k] for k in range(120)}) == 120
    assert len({colour for colour, _ in looks.values()}) == len(COLOURS) == len(set(COLOURS)) == 30


# scores


def scores(models, reductions, clusterings, seeds, labelled=True) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    table = pd.MultiIndex.from_product(
        [models, seeds, reductions, clusterings],
        names=["model", "seed", "reduction", "clustering"],
    ).to_frame(index=False)
    values = rng.normal(0.7, 0.05, len(table)) if labelled else np.nan
    return table.assign(
        dim=200,
        reconstruction_mse=rng.random(len(table)),
        accuracy=values,
        accuracy_public=values,
        accuracy_private=values,
        matching="one-to-one" if labelled else np.nan,
        chance=0.52 if labelled else np.nan,
        approximation=np.nan,
        silhouette=rng.random(len(table)),
        largest_cluster=0.6,
    )


@pytest.mark.parametrize(
    "table",
    [
        scores(["baseline", "deeper"], ["pca200", "kpca200"], ["kmeans"], [0, 1, 2]),
        scores(["baseline"], ["pca200"], ["kmeans"], [0]),
        scores(["baseline", LONG], ["pca200", LONG], ["kmeans", LONG], [0, 1]),
        scores(["baseline", "deeper"], ["pca200"], ["kmeans"], [0, 1], labelled=False),
    ],
    ids=["usual", "one cell", "long names, two clusterings", "no labels"],
)
def test_score_grid(tmp_path, table):
    assert_good(lambda: score_grid(table, LONG), tmp_path)


def test_score_grid_shows_chance_spread_and_parts():
    shown = texts(score_grid(scores(["a", "b"], ["pca"], ["kmeans"], [0, 1]), "photos"))
    for text in ("chance level", "standard deviation", "public part", "pca (200 dimensions)"):
        assert text in shown
    shown = texts(score_grid(scores(["a"], ["pca"], ["kmeans"], [3]), "photos"))
    assert "no spread" in shown
    assert "standard deviation" not in shown


def test_score_grid_says_what_is_approximate():
    table = scores(["a"], ["pca", "kpca"], ["kmeans"], [0, 1])
    assert "Approximate" not in texts(score_grid(table, "photos"))
    table["approximation"] = table["reduction"].map({"kpca": "kernel PCA by Nystroem"})
    fig = score_grid(table, "photos")
    assert_inside(fig)
    assert "Approximate in kpca: kernel PCA by Nystroem." in texts(fig)


def test_score_grid_says_purity_and_silhouette_where_it_shows_them():
    table = scores(["a"], ["pca"], ["kmeans"], [0, 1])
    assert "purity" in texts(score_grid(table.assign(matching="many-to-one"), "photos"))
    table = scores(["a"], ["pca"], ["kmeans"], [0, 1], labelled=False)
    shown = texts(score_grid(table, "mine"))
    assert "silhouette" in shown
    assert "accuracy" not in shown
    assert "chance" not in shown
    assert "not defined" in texts(score_grid(table.assign(silhouette=np.nan), "mine"))


# names


def test_wrapped_keeps_every_letter():
    for width in (8, 20, 26):
        lines = wrapped(LONG, width).split("\n")
        assert max(map(len, lines)) <= width
        assert "".join(lines) == LONG
    assert wrapped("two words", 20) == "two words"
    assert wrapped("two words", 5) == "two\nwords"


@pytest.mark.parametrize("n_groups, dim, channels", [(2, 2, 3), (10, 5, 1), (1, 1, 3), (300, 2, 3)])
def test_the_consensus(tmp_path, n_groups, dim, channels):
    rng = np.random.default_rng(0)
    n = max(60, 3 * n_groups)
    groups = rng.integers(-1, n_groups, n)
    confidence = np.where(groups < 0, 0, rng.uniform(0.4, 1, n))
    images = rng.integers(0, 256, (n, 8, 8, channels), dtype=np.uint8)
    plane = rng.normal(size=(n, dim))
    assert_good(lambda: consensus_figure(plane, images, groups, confidence, LONG), tmp_path)
    shown = texts(consensus_figure(plane, images, groups, confidence, "photos"))
    first = least_sure(groups, confidence)[0]
    assert confidence[first] == confidence[groups >= 0].min(), "those without a group aside"
    assert f"{first}: {groups[first]}, {confidence[first]:.2f}" in shown and "no group" in shown
    assert ("groups; the 12 largest are named" in shown) == (n_groups > 12)


def test_a_density_has_the_colours_of_its_groups_where_they_are():
    plane = np.repeat([[0.0, 0.0], [2.0, 0.0], [0.0, 1.0], [2.0, 1.0]], [90, 5, 40, 2], axis=0)
    groups = np.repeat([0, 1, 7, -1], [90, 5, 40, 2])
    groups[:30] = 1  # a third of the first place
    ax = new_figure(4, 4)[1]
    colours = {0: "#000000", 1: "#ff0000", 7: "#0000ff"}
    sure = np.where(groups == 7, 0.5, 1.0)
    draw_density(ax, plane, groups, colours, opacity=sure, numbered=True)
    (image,) = ax.images
    shown = np.asarray(image.get_array())
    grey = np.array(to_rgb(GREY))
    assert image.origin == "lower" and image.get_extent()[0] == 0
    assert shown[0, 0, :3] == pytest.approx(grey / 3)
    assert shown[0, -1, :3].tolist() == [1, 0, 0] and shown[-1, 0, :3].tolist() == [0, 0, 1]
    assert shown[-1, -1, :3] == pytest.approx(grey)
    assert shown[0, 0, 3] > shown[0, -1, 3] > shown[-1, -1, 3] > 0 and shown[1, 1, 3] == 0
    assert shown[-1, 0, 3] < 0.5
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert set(places) == {"0", "1", "7"} and places["7"] == pytest.approx((0, 1), abs=0.02)


def test_without_labels_a_group_has_the_number_that_it_has_in_the_consensus(tmp_path):
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 3, 60)
    clusters = np.array([2, 0, 1])[groups]
    clusters[:4] = 3, 1, -1, 0
    shared = clusters.copy()
    shared[clusters == 2], shared[clusters == 0], shared[clusters == 1] = 0, 1, 2
    assert numbered_like(clusters, groups).tolist() == shared.tolist()
    assert numbered_like(clusters, np.full(60, -1)).tolist() == clusters.tolist()

    save_array(tmp_path / "embedding.npy", rng.normal(size=(60, 2)).astype(np.float32))
    save_array(tmp_path / "labels.npy", np.full(60, -1))
    save_json(tmp_path / "dataset.json", {"class_names": []})
    save_consensus(tmp_path / "groups.csv", groups, np.ones(60))
    settings = {**vars(names()), "methods": ["pca"]}
    settings.pop("approximation")

    def drawn(name, clusters, groups):
        save_clusters(tmp_path / f"{name}.csv", clusters)
        of = ("embedding.npy", "labels.npy", "dataset.json", f"{name}.csv")
        files = dict(zip(("embedding", "labels", "about", "clusters"), of, strict=True))
        inputs = {key: str(tmp_path / file) for key, file in files.items()} | {"groups": groups}
        output = {kind: str(tmp_path / f"{name}.{kind}") for kind in ("png", "svg")}
        given = SimpleNamespace(
            input=SimpleNamespace(**inputs),
            output=SimpleNamespace(**output),
            params=SimpleNamespace(settings=json.dumps(settings)),
            log=[str(tmp_path / "log")],
        )
        script = REPOSITORY / "workflow/scripts/plot_label_map.py"
        runpy.run_path(str(script), init_globals={"snakemake": given})
        return (tmp_path / f"{name}.png").read_bytes()

    expected = drawn("expected", shared, [])
    assert drawn("found", clusters, [str(tmp_path / "groups.csv")]) == expected
    assert drawn("alone", clusters, []) != expected
