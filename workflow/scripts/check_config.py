"""Look at config files before Snakemake reads them: python check_config.py FILE..."""

import sys

from aecluster.errors import InputError
from aecluster.experiment.config_file import check_config_file

try:
    for file in sys.argv[1:]:
        check_config_file(file)
except InputError as error:
    sys.exit(f"Error: {error}")
