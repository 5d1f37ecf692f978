"""What a person calls an option: a variable of make, or an option of the command `aecluster`."""

import os

_FROM_MAKE = "AECLUSTER_FROM_MAKE"  # set in the Makefile
_ARGUMENTS = ("IMAGES", "NEW")  # without an option's name on the command line


def from_make() -> bool:
    """Return whether make has started this command."""
    return _FROM_MAKE in os.environ


def typed(variable: str, value: object = None) -> str:
    """Return an option as the person types it, with a value if one is given.

    >>> typed("CLUSTERS", 6)  # `CLUSTERS=6` where make has started this
    '--clusters 6'
    """
    if from_make():
        return variable if value is None else f"{variable}={value}"
    if variable in _ARGUMENTS:
        return "the path"
    option = f"--{variable.lower()}"
    return option if value is None else f"{option} {value}"
