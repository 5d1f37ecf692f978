"""Say in what two results differ: python compare_provenance.py ONE/provenance.json OTHER/...

No rule's script: for a person who has two results that should be equal. Each line is a key, its
value in the one and in the other; times are left out.
"""

import sys

from aecluster.errors import InputError
from aecluster.jobs.artifacts import load_json
from aecluster.jobs.provenance import differences

if len(sys.argv) != 3:
    sys.exit("Error: two files are needed: ONE/provenance.json OTHER/provenance.json")
try:
    one, other = map(load_json, sys.argv[1:])
except InputError as error:
    sys.exit(f"Error: {error}")
except OSError as error:
    sys.exit(f"Error: {error.filename}: {error.strerror}.")
print("\n".join(differences(one, other)) or "The same settings, code, inputs and machine.")
