"""In which order the pictures of images lie on the sheets of a page."""

import numpy as np
import pyarrow as pa


def placement(table: pa.Table) -> np.ndarray:
    """Return the images in the order of their pictures: group by group, the most typical first."""
    group, typicality = table["group"].to_numpy(), table["typicality"].to_numpy()
    return np.lexsort((-typicality, np.where(group < 0, np.iinfo(int).max, group)))
