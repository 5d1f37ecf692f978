"""End in one sentence where this Python cannot make the environment, before anything is downloaded.

Has to run on a Python that it refuses: from 3.6 on.
"""

import sys

OLDEST, NEWEST = (3, 11), (3, 13)  # between these, the lock has wheels of every package


def shown(version):
    """Return a version as people write it."""
    return ".".join(map(str, version[:2]))


def reason():
    """Return what is wrong with this Python, or None."""
    found = shown(sys.version_info)
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        needed = f"{shown(OLDEST)} to {shown(NEWEST)}"
        return f"is Python {found}, and the pinned packages are for Python {needed}"
    try:
        import ensurepip  # noqa: F401 - what Debian leaves out with its venv
        import venv  # noqa: F401
    except ImportError:
        return f"has no venv (on Debian and Ubuntu, it is in python{found}-venv)"
    return None


if __name__ == "__main__" and reason():
    sys.exit(f"Error: {sys.executable} {reason()}; name another: make run PYTHON=python3.12")
