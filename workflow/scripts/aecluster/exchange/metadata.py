"""What somebody knows of their images: a CSV whose rows are matched to the images."""

import warnings
from pathlib import Path, PurePosixPath

import pandas as pd

from aecluster.errors import InputError

_NUMBERS = 0.98  # part of a column's texts that are numbers: then it is a column of numbers


def read_metadata(path: str | Path, names: list[str], taken: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV (UTF-8, with a header); return one row an image.

    Rows are matched by a column `file`, where images have names (the path below the folder, or the
    file name alone where no two are equal), else by `id` (0 for the first image); without them, by
    the first column as `file`. Columns of numbers become float64, all others text; what is not
    known of an image is missing.

    Parameters
    ----------
    path : path
    names : list of str
        File of each image, "" where it has none.
    taken : tuple of str
        Names after which a column gets underscores.

    Raises
    ------
    InputError
        If it is no such table, or no row fits any image, or several fit one.
    """
    table = _table(path)
    keys = ("file", "id") if any(names) else ("id", "file")
    key = next((name for name in keys if name in table), table.columns[0])
    places = _places(table[key], key, names, path)
    found = table.assign(_image=places)[places >= 0].set_index("_image")
    if found.empty:
        raise InputError(
            f"{path}: no row fits an image by its column {key!r} "
            f"(first value: {table[key].iloc[0]!r}, first image: {(names or [''])[0]!r}); "
            "give the files' names in a column `file`, or their numbers in a column `id`."
        )
    if not found.index.is_unique:
        twice = found.index[found.index.duplicated()][0]
        raise InputError(f"{path} has several rows for image {names[twice] or twice}; leave one.")
    columns = found.drop(columns=key).reindex(range(len(names)))
    return columns.rename(columns=_names(columns.columns, taken)).apply(_typed)


def _table(path: str | Path) -> pd.DataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                path,
                dtype=str,
                index_col=False,
                keep_default_na=False,
                encoding="utf-8-sig",
                skipinitialspace=True,
            )
    except pd.errors.ParserWarning as error:
        raise InputError(
            f"{path} has rows with more values than its header has names; name every column."
        ) from error
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} is not a CSV file with a header ({error}); save it as CSV in UTF-8."
        ) from error
    if table.empty or not len(table.columns):
        raise InputError(f"{path} has no rows; give one for each image.")
    return table


def _names(columns: pd.Index, taken: tuple[str, ...]) -> dict[str, str]:
    """Return new names of the columns whose names are taken."""
    found = {}
    for name in columns.intersection(taken):
        new = f"{name}_"
        while new in taken or new in columns:
            new += "_"
        found[name] = new
    return found


def _places(keys: pd.Series, key: str, names: list[str], path: str | Path) -> pd.Series:
    """Return the image of each row, -1 for none."""
    if key == "id":
        numbers = pd.to_numeric(keys, errors="coerce")
        known = numbers.between(0, len(names) - 1) & (numbers % 1 == 0)
        return numbers.where(known, -1).astype(int)
    known = {name: place for place, name in enumerate(names) if name}
    last: dict[str, int] = {}
    for name, place in known.items():
        part = PurePosixPath(name).name
        last[part] = -1 if part in last else place
    files = keys.str.replace("\\", "/", regex=False).str.removeprefix("./")
    return files.map(lambda file: known.get(file, last.get(file, -1)))


def _typed(column: pd.Series) -> pd.Series:
    """Return a column of text as numbers if nearly all of it are numbers; "" is missing."""
    column = column.where(column.notna() & (column != ""))
    numbers = pd.to_numeric(column, errors="coerce")
    known = column.notna().sum()
    return numbers if known and numbers.notna().sum() >= _NUMBERS * known else column
