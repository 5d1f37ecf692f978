"""Versions of what the numbers depend on, without importing any of it."""

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (
    "torch",
    "torchvision",
    "scikit-learn",
    "openTSNE",
    "umap-learn",
    "onnxruntime",
    "efficientnet-lite-pytorch",
    "numpy",
    "scipy",
    "pandas",
    "pillow",
    "matplotlib",
    "snakemake",
)


def versions(packages: tuple[str, ...] = PACKAGES) -> dict[str, str]:
    """Return the version of Python and of each package that is installed."""
    found = {"Python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
