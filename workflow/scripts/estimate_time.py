"""Say how long trainings will take: python estimate_time.py '<json>'.

The JSON holds the arguments of `announcement`. No rule's script: the workflow starts it as a
process of its own before the first job, since it needs torch.
"""

import json
import sys

from aecluster.training.estimate import announcement

print(announcement(**json.loads(sys.argv[1])))
