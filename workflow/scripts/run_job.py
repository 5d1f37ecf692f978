"""Run the job that makes a file again, with its log on the screen: run_job.py FILE [OPTIONS].

No rule's script: for who looks for a fault. The options are Snakemake's, such as --configfile.
"""

import os
import subprocess
import sys
from pathlib import Path

if len(sys.argv) < 2:
    sys.exit("Error: a result is needed, such as results/photos/images.npy")
file, *options = sys.argv[1:]
logs = Path("results/logs")
before = {log: log.stat().st_mtime_ns for log in logs.rglob("*.log")}
command = [sys.executable, "-m", "snakemake", file, "--force", "--cores", "1", *options]
# In a Python of its own, where a debugger finds it.
ran = subprocess.run(command, env={**os.environ, "AECLUSTER_WARM": "0"})
for log in sorted(logs.rglob("*.log")):
    if log.stat().st_mtime_ns != before.get(log):
        print(f"\n{log}:\n{log.read_text(encoding='utf-8', errors='replace')}", end="")
sys.exit(ran.returncode)
