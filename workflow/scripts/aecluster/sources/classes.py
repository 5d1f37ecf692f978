"""Labels as people write them, brought to indices into a list of class names."""

import numpy as np

from aecluster.errors import InputError

_LONGEST_NAME = 255  # characters, as for a folder


def encode(values: np.ndarray, n_images: int, where: str) -> tuple[np.ndarray, list[str]]:
    """Turn labels into indices.

    Parameters
    ----------
    values : ndarray, shape (n_images,)
        Whole numbers, where negative means unlabelled, or text, where empty means unlabelled.
    n_images : int
    where : str
        What the labels are called in an error.

    Returns
    -------
    labels : ndarray of int64, shape (n_images,)
        Index into `class_names`; -1 for an unlabelled image.
    class_names : list of str
        The distinct values, sorted (numbers by value), as text.

    Raises
    ------
    InputError
        If the labels are not one number or text per image.
    """
    _check_shape(values.shape, n_images, where)
    kind = values.dtype.kind
    if kind == "S":
        values = _decoded(values, where)
    elif kind == "b":
        values = values.astype(np.int64)
    elif kind not in "iuU":
        raise InputError(
            f"{where} holds {values.dtype} values; labels are whole numbers or text: "
            "save them with .astype('int64'), and -1 for an image without a label."
        )
    labelled = values != "" if values.dtype.kind == "U" else values >= 0
    names, indices = np.unique(values[labelled], return_inverse=True)
    labels = np.full(n_images, -1, np.int64)
    labels[labelled] = indices
    class_names = [str(name) for name in names]
    for name in class_names:
        _check_name(name, where)
    return labels, class_names


def _decoded(values: np.ndarray, where: str) -> np.ndarray:
    try:
        return np.char.decode(values, "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where} holds labels in bytes that are not UTF-8 ({error.object!r}); "
            "save them as text, with .astype('U')."
        ) from error


def _check_name(name: str, where: str) -> None:
    if len(name) > _LONGEST_NAME:
        raise InputError(
            f"{where} holds a label of {len(name)} characters ({name[:20]}...); "
            f"labels are names of at most {_LONGEST_NAME}."
        )
    if not _is_text(name):
        raise InputError(
            f"{where} holds the label {name!a}, which is no text that can be written; rename it."
        )


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _check_shape(shape: tuple[int, ...], n_images: int, where: str) -> None:
    if len(shape) != 1:
        raise InputError(
            f"{where} has the shape {tuple(shape)}; labels need one axis, ({n_images},) here."
        )
    if shape[0] != n_images:
        raise InputError(
            f"{where} has {shape[0]} labels for {n_images} images; "
            "give one label per image, -1 where there is none."
        )
