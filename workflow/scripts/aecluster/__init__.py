"""Groups in images without labels. In a notebook: `from aecluster import cluster_images`."""

import importlib


def __getattr__(name: str):
    # By name, so that jobs neither load what a notebook needs nor depend on it.
    if name == "cluster_images":
        return importlib.import_module("aecluster.notebook").cluster_images
    raise AttributeError(f"module aecluster has no attribute {name}")
