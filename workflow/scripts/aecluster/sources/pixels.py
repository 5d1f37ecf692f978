"""Pixels of any common layout and type, brought to uint8 and (N, H, W, C)."""

from collections.abc import Iterator

import numpy as np

from aecluster.errors import InputError

MIN_SIDE = 8
NEARLY_BLACK = 16  # of 255: images without a brighter pixel were hardly meant to be 0..255
_BLOCK_VALUES = 2**22


def check_sides(height: int, width: int, where: str) -> None:
    """Raise InputError if an image is smaller than 8 pixels on a side."""
    if min(height, width) < MIN_SIDE:
        raise InputError(
            f"{where} is {height} x {width} pixels; images need at least {MIN_SIDE} x {MIN_SIDE}."
        )


def layout_of(shape: tuple[int, ...], where: str) -> str:
    """Tell what the axes of an array of images mean.

    Parameters
    ----------
    shape : tuple of int
    where : str
        What the array is called in an error.

    Returns
    -------
    str
        "NHW", "NHWC" or "NCHW".

    Raises
    ------
    InputError
        If the shape fits none or two of them, or has no images, or too small ones.
    """
    layouts = _fitting_layouts(shape)
    found = f"{where} has the shape {tuple(shape)}"
    if not layouts:
        opaque = "; leave transparency out, with images[..., :3]" if shape[3:] == (4,) else ""
        raise InputError(
            f"{found}; images need (N, H, W), (N, H, W, C) or (N, C, H, W) with C 1 or 3{opaque}."
        )
    if len(layouts) > 1:
        raise InputError(
            f"{found}, which reads as (N, H, W, C) = {_sides('NHWC', shape)} pixels and as "
            f"(N, C, H, W) = {_sides('NCHW', shape)} pixels; save it as (N, H, W) or with sides "
            f"of at least {MIN_SIDE}."
        )
    if shape[0] == 0:
        raise InputError(f"{found}: it holds no images; at least one is needed.")
    height, width = shape[layouts[0].index("H")], shape[layouts[0].index("W")]
    if layouts == ["NHW"] and width in (1, 3) and height >= MIN_SIDE:
        raise InputError(
            f"{found}, which reads as {shape[0]} grey images of {height} x {width} pixels and as "
            f"one image of {shape[0]} x {height} with {width} channel{'s' * (width > 1)}; save "
            "many images as (N, H, W, C)."
        )
    check_sides(height, width, f"{found}, read as {layouts[0]}: each image")
    return layouts[0]


def nhwc_shape(shape: tuple[int, ...], where: str) -> tuple[int, int, int, int]:
    """Return (N, H, W, C) of an array of images; errors as in `layout_of`."""
    layout = layout_of(shape, where)
    return tuple(shape[layout.index(axis)] if axis in layout else 1 for axis in "NHWC")


def to_nhwc(array: np.ndarray, layout: str) -> np.ndarray:
    """Return a view of shape (N, H, W, C)."""
    if layout == "NHW":
        return array[..., np.newaxis]
    return np.moveaxis(array, 1, -1) if layout == "NCHW" else array


def factor_to_8bit(array: np.ndarray, where: str) -> float:
    """Return what the values are multiplied with to span 0..255.

    uint8 and whole numbers in 0..255 stay; bool and floats in 0..1 times 255; floats in 0..255
    stay; uint16 by 257. All of the array is looked at, so that the answer does not depend on
    which images are chosen.

    Raises
    ------
    InputError
        If values are not numbers, not finite, outside these ranges, or so small that another
        range may be meant: 0 and 1 in bytes, up to NEARLY_BLACK in other types.
    """
    kind = array.dtype.kind
    if array.dtype == np.uint8:
        _check_meant(_highest(array, enough=2), 1, array.dtype, where)
        return 1.0
    if kind == "b":
        return 255.0
    if kind not in "iuf":
        raise InputError(
            f"{where} holds {array.dtype} values; pixels need whole numbers in 0..255 or "
            "floats in 0..1."
        )
    if kind == "f":
        _check_finite(array, where)
    low, high = _value_range(array)
    if kind == "u" and array.dtype.itemsize == 2:
        return _factor_of_16bit(high, where)
    if low < 0 or high > 255:
        raise InputError(
            f"{where} holds {array.dtype} values from {low:g} to {high:g}; pixels need 0..255, "
            "floats in 0..1, or uint16: rescale the values and save again."
        )
    if kind == "f" and high <= 1:
        return 255.0
    _check_meant(high, NEARLY_BLACK, array.dtype, where)
    return 1.0


def scale_to_uint8(values: np.ndarray, factor: float) -> np.ndarray:
    """Multiply, round to the nearest whole number, and return as uint8."""
    if values.dtype == np.uint8 and factor == 1.0:
        return values
    scaled = np.empty(values.shape, np.uint8)
    for start, block in blocks(values):  # not all at once, as 8-byte floats
        scaled[start : start + len(block)] = np.rint(np.multiply(block, factor, dtype=np.float64))
    return scaled


def blocks(array: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Give (index of the first image, images) for blocks that are small in memory."""
    per_image = max(1, int(np.prod(array.shape[1:])))
    step = max(1, _BLOCK_VALUES // per_image)
    for start in range(0, len(array), step):
        yield start, array[start : start + step]


def _fitting_layouts(shape: tuple[int, ...]) -> list[str]:
    if len(shape) == 3:
        return ["NHW"]
    if len(shape) != 4:
        return []
    return [layout for layout in ("NHWC", "NCHW") if shape[layout.index("C")] in (1, 3)]


def _sides(layout: str, shape: tuple[int, ...]) -> str:
    return f"{shape[layout.index('H')]} x {shape[layout.index('W')]}"


def _check_finite(array: np.ndarray, where: str) -> None:
    for start, block in blocks(array):
        finite = np.isfinite(block)
        if not finite.all():
            index = [int(i) for i in np.argwhere(~finite)[0]]
            value = block[tuple(index)]
            index[0] += start
            raise InputError(
                f"{where} holds {value} (first at index {index}); pixels must be finite: "
                "replace such values or leave these images out."
            )


def _value_range(array: np.ndarray) -> tuple[float, float]:
    ranges = [(block.min(), block.max()) for _, block in blocks(array)]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _highest(array: np.ndarray, enough: int) -> int:
    """Return the greatest value, or one of at least `enough` if that is found first."""
    highest = 0
    for _, block in blocks(array):
        highest = max(highest, int(block.max()))
        if highest >= enough:
            break
    return highest


def _check_meant(high: float, nearly_black: int, dtype: np.dtype, where: str) -> None:
    if 0 < high <= nearly_black:
        raise InputError(
            f"{where} holds {dtype} values up to {high:g}, which reads as 0..255 (all images "
            f"nearly black) and as 0..{high:g} (black to white); if the second is meant, save "
            f"(images * (255 / {high:g})).round().astype('uint8')."
        )


def _factor_of_16bit(high: int, where: str) -> float:
    if 0 < high <= 255:
        raise InputError(
            f"{where} is uint16 but its greatest value is {high}, which reads as 16-bit pixels "
            "(all images nearly black) and as 8-bit pixels (0..255); if the second is meant, save "
            "images.astype('uint8')."
        )
    return 1 / 257
