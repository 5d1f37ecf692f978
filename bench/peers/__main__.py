"""Compare aecluster with what a user would pick instead: python -m bench.peers IMAGES [--runs 3].

IMAGES is a folder with a sub-folder for each class; their names only score. Each side gets the same
folder, number of groups and cores, and runs as a whole process. What a run measured is kept in
results/bench/peers; table and figure are made again after each.
"""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from aecluster.errors import InputError
from aecluster.jobs.artifacts import save_json, save_table, save_text
from aecluster.jobs.machine import cores, processor
from aecluster.jobs.versions import versions
from bench import ROOT
from bench.peers.contest import Images, bind_to, find_images, installed, missing, run_own, run_peer
from bench.peers.known import OWN, PEERS
from bench.program import say, start

OUT = Path("results/bench")
RECORDS = OUT / "peers"


def main(arguments: argparse.Namespace) -> None:
    """Run, and write results/bench/peers.csv, .md and .png."""
    if arguments.runs < 1:
        raise InputError(f"--runs is {arguments.runs}, but is at least 1.")
    images = find_images(arguments.images, arguments.clusters)
    n_cores = min(arguments.cores or cores(), cores())
    bind_to(n_cores)
    shutil.rmtree(RECORDS, ignore_errors=True)
    RECORDS.mkdir(parents=True)
    about = {
        "folder": images.folder.name,
        "n_images": len(images.names),
        "n_clusters": images.n_clusters,
        "n_classes": len(set(images.labels.tolist())),
        "runs": arguments.runs,
        "machine": processor(),
        "cores": n_cores,
        "load": os.getloadavg()[0],  # before there is any of its own
    }
    with tempfile.TemporaryDirectory(prefix="aecluster-peers-") as folder:
        measure(images, arguments, about, Path(folder))
    say("\n" + (OUT / "peers.md").read_text(encoding="utf-8"))
    say(f"Look at {OUT}/peers.md, peers.csv, peers.png")


def measure(images: Images, arguments: argparse.Namespace, about: dict, folder: Path) -> None:
    """Run all sides in turns; write the tables after each of them."""
    python = Path(arguments.python).absolute()
    found = installed(python)
    shown = versions(("onnxruntime", "snakemake")) | found
    about["versions"] = ", ".join(f"{name} {version}" for name, version in shown.items())
    peers = {peer.name: peer for peer in PEERS}
    names = [name for name in (OWN, *peers) if _is_chosen(name, arguments.only)]
    records = []
    for name in [name for name in names if name in peers]:
        why = missing(peers[name], found)
        if why:
            say(f"{name} is left out: {why}")
            records.append({"peer": name, "run": 0, "failed": why})
            names.remove(name)
    for run in range(arguments.runs):
        # Another side goes first each time, so that none always finds the warmer machine.
        first = run % max(1, len(names))
        for name in names[first:] + names[:first]:
            say(f"Run {run + 1} of {arguments.runs}: {name}")
            stem = name.replace(",", "").replace(" ", "-")
            home, log = folder / f"{stem}{run}", RECORDS / f"{stem}{run}.log"
            if name == OWN:
                record = run_own(images, home, run, about["cores"], log)
            else:
                record = run_peer(peers[name], python, images, home, run, about["cores"], log)
            say(f"  {told(record)}")
            save_json(RECORDS / f"{stem}{run}.json", record)
            records.append(record)
            shutil.rmtree(home, ignore_errors=True)
            _write(records, about)


def told(record: dict) -> str:
    """Return a record as half a line."""
    if "failed" in record:
        return record["failed"]
    return "{seconds:.1f} s, NMI {nmi:.3f}, accuracy {accuracy:.3f}".format(**record)


def _is_chosen(name: str, only: list[str] | None) -> bool:
    return only is None or any(part.lower() in name.lower() for part in only)


def _write(records: list[dict], about: dict) -> None:
    from aecluster.figures.style import save
    from bench.peers.figure import peer_figure
    from bench.peers.table import peer_table
    from bench.peers.text import page

    table = peer_table(records)
    save_text(OUT / "peers.md", page(about, records))
    if table.empty:
        return
    save_table(OUT / "peers.csv", table)
    title = f"{about['n_images']:,} images in {about['n_clusters']} groups, {about['cores']} cores"
    save(peer_figure(table, title), OUT / "peers.png", OUT / "peers.svg")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m bench.peers", description=__doc__.split("\n")[0]
    )
    parser.add_argument("images", help="a folder with a sub-folder for each class")
    parser.add_argument("--clusters", type=int, help="how many groups (as many as sub-folders)")
    parser.add_argument("--runs", type=int, default=3, help="of each side (3)")
    parser.add_argument("--cores", type=int, help="at most (all)")
    parser.add_argument("--only", nargs="+", help="sides whose names hold one of these words")
    parser.add_argument(
        "--python",
        default=str(ROOT / ".venv-peers/bin/python"),
        help="that of the peers' environment",
    )
    start(main, parser, RECORDS)
