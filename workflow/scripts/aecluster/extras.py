"""What to do where an optional package is missing."""

INSTALL = "install it with `.venv/bin/pip install --requirement envs/requirements-extras.txt`"
