"""Print, as JSON, the project's modules behind the digest of each job's code.

Started by test_loaded.py in a project.
"""

import json
import sys

from damage_inputs import all_jobs

digests = {job.params.get("code") for job in all_jobs(sys.argv[1:])} - {None}

from aecluster.jobs.digest import modules_behind  # noqa: E402 - found since the Snakefile was read

print(json.dumps({digest: sorted(modules_behind(digest)) for digest in digests}))
