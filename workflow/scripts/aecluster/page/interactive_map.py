"""The interactive map of a data set: points of a plane that show their image, by Bokeh."""

import dataclasses
import json
from pathlib import Path

import numpy as np
from bokeh.embed import json_item
from bokeh.events import MouseLeave, MouseMove, Tap
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    LinearColorMapper,
    Plot,
    RadioButtonGroup,
    Select,
    UIElement,
)
from bokeh.plotting import figure

from aecluster.artifacts import load_array, load_json
from aecluster.clusterings.run import load_clusters
from aecluster.consensus.run import load_consensus
from aecluster.figures.style import GREY
from aecluster.page.colours import codes, nameless
from aecluster.page.sprites import make_sheet
from aecluster.scoring.accuracy import accuracy

MAX_POINTS = 10_000
HEIGHT = 520


def read_map(folder: str | Path, dataset: str, views: list[dict]) -> dict:
    """Read the results of a data set and return the content of its map.

    Parameters
    ----------
    folder : path
        Where the data set's results are.
    dataset : str
    views : list of dict
        See `views.map_views`.
    """
    folder = Path(folder)
    images = load_array(folder / "images.npy", mmap=True)
    files = dict.fromkeys(view["embedding"] for view in views)
    planes = {file: load_array(folder / file, mmap=True)[:, :2] for file in files}
    groups = {
        view["clusters"]: load_clusters(folder / view["clusters"], len(images)) for view in views
    }
    return make_map(
        dataset,
        images,
        load_array(folder / "labels.npy"),
        load_json(folder / "dataset.json")["class_names"],
        views,
        planes,
        groups,
        load_consensus(folder / "consensus/clusters.csv", len(images)),
    )


def make_map(
    dataset: str,
    images: np.ndarray,
    labels: np.ndarray,
    class_names: list[str],
    views: list[dict],
    planes: dict[str, np.ndarray],
    groups: dict[str, np.ndarray],
    consensus: tuple[np.ndarray, np.ndarray],
) -> dict:
    """Return all that the page needs to draw the map, made of JSON's types.

    Parameters
    ----------
    dataset : str
    images : ndarray of uint8, shape (N, H, W, C)
    labels : ndarray of int64, shape (N,)
        -1 for an unlabelled image.
    class_names : list of str
    views : list of dict
    planes : dict of ndarray, shape (N, 1 or 2)
        Embedding of each file that `views` names.
    groups : dict of ndarray of int64, shape (N,)
        Clusters of each file that `views` names; -1 for an image without one.
    consensus : ndarray of int64 and ndarray of float, shape (N,)
        Groups of the consensus and their confidence, 0 to 1.

    Returns
    -------
    dict
        bokeh (JSON for Bokeh.embed.embed_item), sheet, views, legend, classes, shapes, flat,
        plane, n_images, n_points. Above MAX_POINTS images the points are a seeded sample.
    """
    chosen = sample(len(images), MAX_POINTS)
    labelled = bool((labels >= 0).any())
    class_of = {file: _class_of(groups[file], labels) if labelled else None for file in groups}
    if labelled:
        named = codes(class_names)
    else:
        n_groups = 1 + max(int(found.max()) for found in groups.values())
        named = codes([f"group {k}" for k in range(max(1, n_groups))])
    columns = {"index": chosen.astype(np.int32), "label": labels[chosen].astype(np.int32)}
    columns |= {f"group{k}": groups[file][chosen].astype(np.int32) for k, file in enumerate(groups)}
    columns["consensus"] = consensus[0][chosen].astype(np.int32)
    columns["confidence"] = consensus[1][chosen].astype(np.float32)
    for k, plane in enumerate(planes.values()):
        columns[f"x{k}"], columns[f"y{k}"] = _two_columns(plane[chosen])
    shown = [
        {
            "x": f"x{list(planes).index(view['embedding'])}",
            "y": f"y{list(planes).index(view['embedding'])}",
            "group": f"group{list(groups).index(view['clusters'])}",
            "classOf": class_of[view["clusters"]],
        }
        for view in views
    ]
    root = _bokeh_map(dataset, columns, shown, named, _titles(views), labelled)
    return {
        # as text: Bokeh reads keys in the order in which they are written
        "bokeh": json.dumps(_with_own_ids(json_item(root, f"plot-{dataset}"), dataset)),
        "sheet": dataclasses.asdict(make_sheet(np.asarray(images[chosen]))),
        "views": shown,
        "legend": [*named, *_legend_of_the_rest(labels[chosen], groups, labelled)],
        "classes": class_names if labelled else None,
        "shapes": [code["shape"] for code in named],
        "flat": views[0]["flat"],
        "plane": views[0]["plane"],
        "n_images": len(images),
        "n_points": len(chosen),
    }


def sample(n_images: int, n_points: int, seed: int = 0) -> np.ndarray:
    """Return the sorted indices of at most `n_points` images, drawn at random."""
    order = np.random.default_rng(seed).permutation(n_images)
    return np.sort(order[:n_points])


def _class_of(groups: np.ndarray, labels: np.ndarray) -> list[int]:
    """Return the class that each group is matched to, -1 for none."""
    everywhere = np.ones(len(labels), bool)
    predicted = accuracy(groups, labels, everywhere, n_permutations=1).predicted
    classes = np.full(max(0, groups.max()) + 1, -1)
    classes[groups[groups >= 0]] = predicted[groups >= 0]
    return classes.tolist()


def _two_columns(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x = plane[:, 0].astype(np.float32)
    y = plane[:, 1].astype(np.float32) if plane.shape[1] > 1 else np.zeros_like(x)
    return x, y


def _titles(views: list[dict]) -> list[tuple[str, str]]:
    """Say each view in words: its model, and its plane with what the groups are."""
    return [
        (view["model"], f"{view['plane']}, groups: {view['clustering']} of {view['grouped']}")
        for view in views
    ]


def _legend_of_the_rest(labels: np.ndarray, groups: dict, labelled: bool) -> list[dict]:
    if (labelled and (labels < 0).any()) or any((found < 0).any() for found in groups.values()):
        return [nameless("no label or no group" if labelled else "no group")]
    return []


def _bokeh_map(
    dataset: str,
    columns: dict[str, np.ndarray],
    views: list[dict],
    named: list[dict],
    titles: list[tuple[str, str]],
    labelled: bool,
) -> UIElement:
    first = views[0]
    group = columns[first["group"]]
    code = np.append(first["classOf"], -1)[group].astype(np.int32) if labelled else group
    data = {"x": columns[first["x"]], "y": columns[first["y"]], "code": code}
    several_shapes = len({item["shape"] for item in named}) > 1
    if several_shapes:
        data["shape"] = [named[c]["shape"] if c >= 0 else "circle" for c in code]
    points = ColumnDataSource(data)
    ring = ColumnDataSource({"x": [], "y": []})
    plot = _plot()
    plot.scatter(
        "x",
        "y",
        source=points,
        marker="shape" if several_shapes else "circle",
        size=_point_size(len(code)),
        color={"field": "code", "transform": _colour_mapper(named)},
        line_color=None,
        fill_alpha=0.75,
    )
    plot.scatter("x", "y", source=ring, size=14, fill_color=None, line_color="black", line_width=2)
    select = _select(titles)
    switch = RadioButtonGroup(labels=["Predicted group", "True label"], active=0)
    args = {
        "name": dataset,
        "points": points,
        "columns": ColumnDataSource(columns),
        "ring": ring,
        "plot": plot,
        "select": select,
        "switches": switch if labelled else None,
    }
    _connect(plot, select, switch, args)
    controls = [*([select] if len(titles) > 1 else []), *([switch] if labelled else [])]
    return column([*controls, plot], sizing_mode="stretch_width")


def _plot() -> Plot:
    plot = figure(
        height=HEIGHT,
        sizing_mode="stretch_width",
        output_backend="webgl",  # Bokeh falls back to a canvas by itself
        match_aspect=True,
        tools="pan,wheel_zoom,box_zoom,reset",
        active_scroll="wheel_zoom",
        toolbar_location="right",
        min_border=4,
    )
    plot.toolbar.logo = None
    plot.grid.visible = False
    plot.axis.visible = False  # the units of an embedding mean nothing
    plot.outline_line_color = "#CCCCCC"
    return plot


def _point_size(n_points: int) -> float:
    return float(np.clip(220 / np.sqrt(n_points), 4, 10).round(1))


def _colour_mapper(named: list[dict]) -> LinearColorMapper:
    """Colour whole numbers 0, 1, 2, ... by the names' colours, and -1 grey."""
    palette = [code["colour"] for code in named]
    return LinearColorMapper(palette=palette, low=-0.5, high=len(palette) - 0.5, low_color=GREY)


def _select(titles: list[tuple[str, str]]) -> Select:
    options: dict[str, list[tuple[str, str]]] = {}
    for k, (model, title) in enumerate(titles):
        options.setdefault(f"Model {model}", []).append((str(k), f"{model}: {title}"))
    return Select(title="Map", value="0", options=options, sizing_mode="stretch_width")


def _connect(plot: Plot, select: Select, switch: RadioButtonGroup, args: dict) -> None:
    def call(code: str) -> CustomJS:
        return CustomJS(args=args, code=f"const map = aecluster.maps[name]; {code}")

    update = "map.update(points, columns, ring, select, switches)"
    show = call("map.show(cb_obj, plot, points, columns, ring, select)")
    select.js_on_change("value", call(f"{update}; plot.reset.emit()"))
    switch.js_on_change("active", call(update))
    plot.js_on_event(MouseMove, show)
    plot.js_on_event(Tap, show)
    plot.js_on_event(MouseLeave, call("map.leave(ring)"))


def _with_own_ids(node: object, prefix: str, ids: dict | None = None) -> object:
    """Number Bokeh's ids anew: the same in every process, and different in every data set."""
    ids = {} if ids is None else ids
    if isinstance(node, list | tuple):
        return [_with_own_ids(item, prefix, ids) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: ids.setdefault(item, f"{prefix}-{len(ids)}")
        if key in ("id", "root_id")
        else _with_own_ids(item, prefix, ids)
        for key, item in node.items()
    }
