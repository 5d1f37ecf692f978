"""How large the images of a data set are, before they are read."""

from aecluster.sources import find

_USUAL_SHAPE = (3, 32, 32)


def image_shape(dataset: dict) -> tuple[tuple[int, int, int], bool]:
    """Return the shape (C, H, W) of a data set's images, and whether their size is known.

    What only reading tells is taken to be that of colour images of 32 x 32.
    """
    height, width, channels = find.image_shape(dataset)
    usual = zip((channels, height, width), _USUAL_SHAPE, strict=True)
    return tuple(found or side for found, side in usual), height is not None
