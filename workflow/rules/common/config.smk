# What comes before the config is read; no rules here.
import sys
from pathlib import Path

SCRIPTS = ROOT / "workflow/scripts"
sys.path.insert(0, str(SCRIPTS))

# Where the package of another clone is installed, Snakemake has imported that one with its logger.
for name, module in list(sys.modules.items()):
    of_package = name.partition(".")[0] == "aecluster"
    if of_package and not Path(module.__file__).resolve().is_relative_to(SCRIPTS.resolve()):
        del sys.modules[name]

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
