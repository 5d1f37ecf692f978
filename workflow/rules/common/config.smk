# What comes before the config is read; no rules here.
import sys

SCRIPTS = ROOT / "workflow/scripts"
sys.path.insert(0, str(SCRIPTS))

from aecluster.errors import InputError
from aecluster.experiment.config_file import check_config_file
from aecluster.sources.listing import listed_once

listed_once.cache_clear()  # a plan begins: it walks through a folder of images once


def or_exit(function, *args):
    """Call a function; end Snakemake with the sentence of an InputError."""
    try:
        return function(*args)
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)


# A file given by --configfile was read by Snakemake itself before this (see config/README.md).
for file in workflow.configfiles or [ROOT / "config.yaml"]:
    or_exit(check_config_file, file)
