"""How the programs of the benchmark speak and end."""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from aecluster.errors import InputError


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def start(main: Callable[[argparse.Namespace], None], parser: argparse.ArgumentParser, kept: Path):
    """Run a program with the arguments of the command line; `kept` holds what it has measured.

    An error or an interrupt ends it with a sentence, and a termination with what it had started.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        main(parser.parse_args())
    except InputError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(f"\nInterrupted; what was measured is in {kept}.")
