"""How large the images of a data set are, before they are read."""

from aecluster.artifacts import load_array
from aecluster.sources.paths import existing_file
from aecluster.sources.pixels import layout_of, to_nhwc

_USUAL_SHAPE = (3, 32, 32)


def image_shape(dataset: dict) -> tuple[tuple[int, int, int], bool]:
    """Return the shape (C, H, W) of a data set's images, and whether it is known.

    It is known from the header of a .npy file or from `size`; elsewhere it is taken to be that of
    colour images of 32 x 32.
    """
    channels, height, width = _USUAL_SHAPE
    size = dataset["size"]
    known = size is not None
    if dataset["source"] == "npy":
        array = load_array(existing_file(dataset["images"]), mmap=True)
        layout = layout_of(array.shape, dataset["images"])
        _, height, width, channels = to_nhwc(array, layout).shape
        known = True
    if size is not None:
        height = width = size
    return (channels, height, width), known
