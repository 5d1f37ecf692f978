"""The progress of a run on a terminal, or as lines of text where there is none."""

import contextlib
import os
import time
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from aecluster.screen.progress import Progress
from aecluster.training.duration import readable

_ROWS = 6  # at most, of jobs that run
_BAR = 24
_NARROW = 60


class Display:
    """Shows how far a run is.

    On a terminal in place; elsewhere, and where a terminal cannot move its cursor, as a line now
    and then: every 5 seconds at first and more and more rarely, down to once a minute.

    Parameters
    ----------
    file : text file
        A terminal or not.
    goal : str
        What the jobs lead to, if not to all results.
    """

    def __init__(self, file: TextIO, goal: str = "") -> None:
        self._file = file
        self._to_goal = f" to {goal}" if goal else ""
        self._console = Console(file=file, force_terminal=file.isatty(), highlight=False)
        self._live: Live | None = None
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
        self._began = self._last = time.monotonic()
        self._shown = ""

    def show(self, progress: Progress) -> None:
        """Show how far a run is."""
        now = time.monotonic()
        if self._live:
            self._take_size()
            with _writable():
                self._live.start()
                self._live.update(self._picture(progress, now), refresh=True)
        elif progress.total and now - self._last >= min(60, max(5, (now - self._began) / 10)):
            rows = "; ".join(progress.doing())
            line = ", ".join(self._counts(progress, now)) + (f": {rows}" if rows else "")
            # The same again after a minute: it is still alive.
            if line != self._shown or now - self._last >= 60:
                self.say(line)
                self._shown, self._last = line, now

    def say_done(self, progress: Progress) -> None:
        """Say that all is done, and how long that took."""
        steps = f"{progress.total:,} step{'s' * (progress.total != 1)}{self._to_goal}"
        self.say(f"{steps} done in {readable(time.monotonic() - self._began)}.")

    def say(self, text: str) -> None:
        """Write lines that stay."""
        marked = Text(text)
        marked.highlight_regex(r"(?m)^Error:", "bold red")
        with _writable():
            self._console.print(marked, soft_wrap=True)

    def stop(self) -> None:
        """Take away what changes in place; what is shown from now on comes as lines."""
        if self._live:
            with _writable():
                self._live.stop()
            self._live = None

    def _take_size(self) -> None:
        """Take the size of the terminal: rich looks at standard streams, which may be captured."""
        with contextlib.suppress(OSError):
            width, height = os.get_terminal_size(self._file.fileno())
            self._console.size = (width or 80, height or 24)

    def _picture(self, progress: Progress, now: float) -> RenderableType:
        head = Table.grid(padding=(0, 2))
        cells: list[RenderableType] = [Text(count) for count in self._counts(progress, now)]
        if progress.total and self._console.width >= _NARROW:
            cells.insert(0, ProgressBar(progress.total, progress.part_done, width=_BAR))
        head.add_row(*cells)
        rows = progress.doing()[: max(1, min(_ROWS, self._console.height - 2))]
        return Group(head, *(Text(f"  {row}", no_wrap=True, overflow="ellipsis") for row in rows))

    def _counts(self, progress: Progress, now: float) -> list[str]:
        if not progress.total:
            return ["Looking at what there is to do"]
        left = progress.time_left(now)
        done = f"{progress.done:,} of {progress.total:,} steps{self._to_goal}"
        return [done, *([left] if left else [])]


def _writable() -> contextlib.suppress:
    """Nothing that cannot be shown may end a run: a terminal that was closed, a broken pipe."""
    return contextlib.suppress(OSError, ValueError)
