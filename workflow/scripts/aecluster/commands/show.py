"""`aecluster show`: the page in a browser, so that its corrections reach the next run.

Only this machine can reach the page, and only corrections.json is ever written.
"""

import argparse
import webbrowser
from pathlib import Path

from aecluster.commands.workflow import ROOT
from aecluster.errors import InputError
from aecluster.own.naming import content_of
from aecluster.page.server import PageServer
from aecluster.sources.find import pictures


def show(given: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C."""
    results = ROOT / "results"
    page = results / "report.html"
    if not page.is_file():
        raise InputError(f"{page} is not there; run the workflow first.")
    folders = _folders([ROOT / "config.yaml", *sorted(results.glob("*/experiment.yaml"))])
    try:
        server = PageServer(results, folders, given.port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "ports are numbers up to 65535"
        raise InputError(
            f"port {given.port} cannot be used ({why}); give another with --port."
        ) from error
    print(f"The page: {server.url}  (Ctrl-C ends it)", flush=True)
    if not given.no_browser:
        webbrowser.open(server.url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("Ended.")


def _folders(experiments: list[Path]) -> dict[str, Path]:
    """Return the folder of each data set whose images are pictures; a file may be broken."""
    found = {}
    for file in experiments:
        for name, settings in _mapping(content_of(file).get("datasets")).items():
            if folder := pictures(_mapping(settings)):
                found[name] = (ROOT / folder).resolve()
    return found


def _mapping(value: object) -> dict:
    return value if isinstance(value, dict) else {}
