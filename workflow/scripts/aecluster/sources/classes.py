"""Labels as people write them, brought to indices into a list of class names."""

import numpy as np

from aecluster.errors import InputError


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
        values = np.char.decode(values, "utf-8")
    elif kind == "b":
        values = values.astype(np.int64)
    elif kind not in "iuU":
        raise InputError(
            f"{where} holds {values.dtype} values; labels are whole numbers or text: "
            "save them with .astype('int64')."
        )
    labelled = values != "" if values.dtype.kind == "U" else values >= 0
    names, indices = np.unique(values[labelled], return_inverse=True)
    labels = np.full(n_images, -1, np.int64)
    labels[labelled] = indices
    return labels, [str(name) for name in names]


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
