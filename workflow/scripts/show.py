"""Show the page in a browser, so that corrections are saved where the next run takes them in.

No rule's script. Only this machine can reach the page, and only corrections.json is ever written.
"""

import argparse
import sys
import webbrowser
from pathlib import Path

import yaml

from aecluster.errors import InputError
from aecluster.page.server import PageServer

ROOT = Path(__file__).resolve().parents[2]


def folders_of(experiments: list[Path]) -> dict[str, Path]:
    """Return the folder of each data set that experiments read from files."""
    found = {}
    for file in experiments:
        datasets = (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("datasets") or {}
        for name, settings in datasets.items():
            if (settings or {}).get("source") == "folder" and settings.get("path"):
                found[name] = (ROOT / Path(settings["path"]).expanduser()).resolve()
    return found


def main() -> None:
    """Read the command line, and say every error in one sentence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--results", type=Path, default=ROOT / "results")
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--no-browser", action="store_true", help="only say where the page is")
    given = parser.parse_args()
    try:
        page = given.results / "report.html"
        if not page.is_file():
            raise InputError(f"{page} is not there; run the workflow first.")
        experiments = [ROOT / "config.yaml", *sorted(given.results.glob("*/experiment.yaml"))]
        try:
            server = PageServer(given.results, folders_of(experiments), given.port)
        except OSError as error:
            raise InputError(
                f"port {given.port} cannot be used ({error.strerror}); give another with --port."
            ) from error
    except InputError as error:
        sys.exit(f"Error: {error}")
    print(f"The page: {server.url}  (Ctrl-C ends it)", flush=True)
    if not given.no_browser:
        webbrowser.open(server.url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("Ended.")


if __name__ == "__main__":
    main()
