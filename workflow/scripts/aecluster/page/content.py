"""What the page knows of each image of a data set: plots/page.json.gz, unpacked by the browser."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

from aecluster.exchange.table import OWN
from aecluster.groups.corrections import fingerprint
from aecluster.groups.naming import suggestions, words_of
from aecluster.metrics.matching import numbered_like
from aecluster.page.levels import parts
from aecluster.page.packing import as_fraction, pack
from aecluster.page.placement import placement
from aecluster.properties.table import FLAGS

MOST_VALUES = 1_000  # a column of text with more different ones can be read, but not chosen from


def page_content(
    dataset: str,
    table: pa.Table,
    views: list[dict],
    planes: dict[str, np.ndarray],
    clusters: dict[str, np.ndarray],
    originals: str | None,
    levels: pd.DataFrame | None = None,
) -> bytes:
    """Return what the page shows of a data set beside its pictures, packed.

    Parameters
    ----------
    dataset : str
    table : pyarrow.Table
        See `aecluster.exchange.table.image_table`.
    views : list of dict
        See `aecluster.experiment.views.map_views`.
    planes : dict of ndarray, shape (N, 1 or more)
        Embedding of each file that `views` names.
    clusters : dict of ndarray of int64, shape (N,)
        Clusters of each file that `views` names.
    originals : str or None
        Where the files are, relative to the page; None where the images have no files.
    levels : DataFrame or None
        The tree of the images cut at several levels, see `levels.parts`.
    """
    groups = _numbers(table, "group")
    order = placement(table)
    place = np.empty(len(order), np.uint32)
    place[order] = np.arange(len(order))
    arrays = {
        "group": groups.astype(np.int32),
        "runnerUp": _numbers(table, "runner_up").astype(np.int32),
        "confidence": as_fraction(_numbers(table, "confidence")),
        "typicality": as_fraction(_numbers(table, "typicality")),
        "outlier": as_fraction(_numbers(table, "outlier")),
        "distance": _numbers(table, "distance").astype(np.float32),
        "duplicates": _numbers(table, "duplicates").astype(np.int32),
        "quality": _flags(table["quality"].to_pylist()),
        "neighbors": _neighbours(table["neighbors"].to_pylist()),
        "place": place,
    }
    if "width" in table.column_names:
        arrays |= {side: _known(table[side]) for side in ("width", "height")}
    names = list(planes)
    for k, plane in enumerate(planes.values()):
        arrays[f"plane{k}"] = _on_a_square(plane)
    for k, found in enumerate(clusters.values()):
        arrays[f"clusters{k}"] = numbered_like(found, groups).astype(np.int32)
    columns = _columns(table, arrays)
    nested = None
    if levels is not None:
        nested, arrays["parts"] = parts(levels)
    content = {
        "name": dataset,
        "n": len(groups),
        "fingerprint": fingerprint(groups),
        "files": table["file"].to_pylist() if "file" in table.column_names else None,
        "originals": originals,
        "flags": FLAGS,
        "columns": columns,
        "labelled": "label" in table.column_names,
        "planes": [
            {"plane": names.index(view["embedding"]), "title": f"{view['plane']}, {view['model']}"}
            for view in {view["embedding"]: view for view in views}.values()
        ],
        "clusterings": [
            {
                "clusters": list(clusters).index(view["clusters"]),
                "title": f"{view['clustering']} of {view['grouped']}, {view['model']}",
            }
            for view in {view["clusters"]: view for view in views}.values()
        ],
        "flat": views[0]["flat"],
        "levels": nested,
        "suggestions": suggestions(groups, _words(table)),
    }
    return pack(content, arrays)


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    return table[name].to_numpy()


def _known(values: pa.ChunkedArray) -> np.ndarray:
    """Return whole numbers, -1 for what is not known."""
    return values.fill_null(-1).to_numpy().astype(np.int32)


def _flags(quality: list[str]) -> np.ndarray:
    """Return a bit for each flag."""
    known = {}
    for text in set(quality):
        known[text] = sum(1 << k for k, flag in enumerate(FLAGS) if flag in text.split())
    return np.array([known[text] for text in quality], np.uint8)


def _neighbours(rows: list[list[int]]) -> np.ndarray:
    width = max(map(len, rows), default=0)
    found = np.full((len(rows), width), -1, np.int32)
    for row, own in zip(found, rows, strict=True):
        row[: len(own)] = own
    return found


def _on_a_square(plane: np.ndarray) -> np.ndarray:
    """Return x and y, one after the other, as uint16: the longer side is 0 to 65535. A screen's y
    points down, that of a figure up."""
    y = plane[:, 1] if plane.shape[1] > 1 else np.zeros(len(plane))
    points = np.stack([plane[:, 0], -y]).astype(np.float64)
    low, high = points.min(1, keepdims=True), points.max(1, keepdims=True)
    span = (high - low).max() or 1.0
    middle = (low + high) / 2
    return as_fraction((points - middle) / span + 0.5)


def _columns(table: pa.Table, arrays: dict[str, np.ndarray]) -> list[dict]:
    """Describe the columns that images are found by; their numbers go to `arrays`."""
    found = []
    for name in table.column_names:
        if name in OWN and name not in ("label", "folder", "taken"):
            continue
        key, values = f"column{len(found)}", table[name]
        if pa.types.is_floating(values.type):
            arrays[key] = values.to_numpy().astype(np.float32)
            found.append({"name": name, "kind": "number", "array": key})
            continue
        texts = values.to_pylist()
        if name == "taken":
            texts = [text and text[:7] for text in texts]
        distinct = sorted({text for text in texts if text is not None})
        if len(distinct) <= MOST_VALUES:
            codes = {text: code for code, text in enumerate(distinct)} | {None: -1}
            arrays[key] = np.array([codes[text] for text in texts], np.int16)
            found.append({"name": name, "kind": "category", "array": key, "values": distinct})
        else:
            found.append({"name": name, "kind": "text", "values": texts})
    return found


def _words(table: pa.Table) -> list[set[str]]:
    """Return what may tell the groups apart; classes, and folders that name classes, may not."""
    labelled = "label" in table.column_names
    words: list[set[str]] = [set() for _ in range(len(table))]
    if "file" in table.column_names:
        for found, file in zip(words, table["file"].to_pylist(), strict=True):
            found |= words_of(file, folders=not labelled)
    if "taken" in table.column_names:
        _add(words, ((text and text[:7]) for text in table["taken"].to_pylist()))
    for name in table.column_names:
        if name not in OWN and pa.types.is_string(table[name].type):
            texts = table[name].to_pylist()
            if len(set(texts)) <= MOST_VALUES:
                _add(words, (text and f"{name}: {text}" for text in texts))
    return words


def _add(words: list[set[str]], texts: Iterable[str | None]) -> None:
    for found, text in zip(words, texts, strict=True):
        if text:
            found.add(text)
