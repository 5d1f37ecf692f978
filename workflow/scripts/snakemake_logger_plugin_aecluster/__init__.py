"""Words on the screen for somebody who does not know Snakemake: `--logger aecluster`.

Snakemake finds this package by its name, where this folder is on Python's path, as it is for the
scripts beside it (run_workflow.py). Its own log, with all that is not shown, is in .snakemake/log.
"""

import contextlib
import logging
import os
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from logging import LogRecord
from pathlib import Path

from snakemake.common import NOTHING_TO_BE_DONE_MSG
from snakemake.logging import logger
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.settings import LogHandlerSettingsBase

from aecluster.errors import printable
from aecluster.screen.capture import captured
from aecluster.screen.display import Display
from aecluster.screen.failures import Failures
from aecluster.screen.progress import Progress, Step

_SECONDS_BETWEEN_LOOKS = 0.25
_MOST_SENTENCES = 5
_PAGE = Path("results/report.html")
_PART = re.compile(r"(\S+): (epoch|image) (\d+)/(\d+)\b")
_RESUMED = re.compile(r"(\S+): resumed after epoch (\d+)\b")
_OF_NO_USE = re.compile(  # what a shell says of a command that was killed; between tracebacks
    r"\S*sh: line \d+: +\d+ |During handling of the above|The above exception was"
)


@dataclass
class LogHandlerSettings(LogHandlerSettingsBase):
    """What can be set on the command line."""

    goal: str = field(default="", metadata={"help": "what the run is for, if not for all results"})


class LogHandler(LogHandlerBase):
    """Shows how far a run is, and at its end what came of it: the sentence of an error last."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self._goal = self.settings.goal if self.settings else ""
        self._progress, self._failures = Progress(), Failures()
        self._nothing = self._stopped = False
        # Not the handler's own, which logging holds while it closes a handler.
        self._lock = threading.Lock()
        self._traceback = False  # whether the lines that come belong to one
        self._closing = threading.Event()
        with contextlib.ExitStack() as capture:
            screen = capture.enter_context(captured(self._printed))
            self._display = Display(screen, self._goal)
            self._capture = capture.pop_all()
        threading.Thread(target=self._refresh, daemon=True).start()

    def emit(self, record: LogRecord) -> None:
        """Take an event of Snakemake."""
        try:
            with self._lock:
                self._take(record, time.monotonic())
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Say what came of the run, and leave the screen as it was."""
        if self._closing.is_set():
            return
        self._closing.set()
        with self._lock:
            self._display.stop()
            if self._progress.total and self._progress.done == self._progress.total:
                self._display.say_done(self._progress)
        self._capture.close()
        self._say_end()
        super().close()

    def _take(self, record: LogRecord, now: float) -> None:
        progress = self._progress
        match getattr(record, "event", None):
            case LogEvent.RESOURCES_INFO:
                progress.cores = getattr(record, "cores", progress.cores)
            case LogEvent.RUN_INFO:
                progress.plan(record.stats)
            case LogEvent.JOB_INFO:
                log = record.log[0] if record.log else ""
                step = Step(record.rule_name, record.wildcards, now, record.threads, log)
                progress.start(record.jobid, step)
                self._display.show(progress)  # a short job may be over at the next look
            case LogEvent.JOB_FINISHED:
                progress.finish(record.job_id, now)
            case LogEvent.PROGRESS:
                progress.done, progress.total = record.done, record.total
                if record.done == record.total:
                    self._failures.forget()
            case LogEvent.JOB_ERROR:
                if step := progress.fail(record.jobid):
                    self._failures.of(step)
            case LogEvent.ERROR:
                self._failures.raised(record.getMessage(), record.exception)
            case None:
                self._take_message(record)

    def _take_message(self, record: LogRecord) -> None:
        message = record.getMessage()
        if trainings := getattr(record, "trainings", None):
            self._progress.plan_trainings(trainings)
        elif message == NOTHING_TO_BE_DONE_MSG:
            self._nothing = True
        elif message.startswith("Terminating processes on user request"):
            self._stopped = True
        elif record.levelno >= logging.ERROR and not hasattr(record, "printed"):
            self._failures.raised(message)

    def _printed(self, line: str) -> None:
        """Take a line that the workflow or a job has printed."""
        line = printable(line.expandtabs())
        now = time.monotonic()
        with self._lock:
            if line.startswith("Error: "):
                self._failures.printed(line)
            elif found := _PART.match(line):
                self._progress.advance(found[1], found[2], int(found[3]), int(found[4]), now)
            elif found := _RESUMED.match(line):
                self._progress.resume(found[1], int(found[2]), now)
            elif self._traceback or line.startswith("Traceback (most recent call last)"):
                self._take_traceback(line)
            elif line and not _OF_NO_USE.match(line):
                self._display.say(line)
        logger.info(line, extra={"printed": True})

    def _take_traceback(self, line: str) -> None:
        indented = line.startswith((" ", "Traceback")) or not line
        if self._traceback and not indented:
            self._failures.traceback(line)
        self._traceback = indented

    def _refresh(self) -> None:
        while not self._closing.wait(_SECONDS_BETWEEN_LOOKS):
            with self._lock, contextlib.suppress(Exception):
                self._display.show(self._progress)

    def _say_end(self) -> None:
        if self._stopped:
            return
        end = Display(sys.stderr)
        sentences = self._failures.sentences()
        if sentences and not self._failures.explained and (log := _log_file()):
            end.say(f"The log of this run: {log}")
        if len(sentences) > _MOST_SENTENCES:
            end.say(f"{len(sentences):,} errors, of which the last are:")
        for sentence in sentences[-_MOST_SENTENCES:]:
            end.say(sentence)
        if not sentences and self.common_settings.dryrun:
            print(f"The experiment is sound; {self._to_do()}.", flush=True)
        elif not sentences and self._nothing and not self._goal:
            look = f"; look at {_PAGE}" if _PAGE.exists() else ""
            end.say(f"Nothing has to run: all results are there{look}.")

    def _to_do(self) -> str:
        n = self._progress.total
        return f"it has {n:,} step{'s' * (n != 1)} to run" if n else "all its results are there"


def _log_file() -> str | None:
    """Return where Snakemake's own log of this run is, as seen from here; a check has none."""
    files = [each.baseFilename for each in logger.handlers if hasattr(each, "baseFilename")]
    return os.path.relpath(files[-1]) if files else None
