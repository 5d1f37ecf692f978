"""What went wrong in a run, told in sentences."""

import re
import signal
from contextlib import suppress
from pathlib import Path

from aecluster.screen.progress import Step
from aecluster.screen.words import one_sentence, words

_END = re.compile(r"died with <Signals\.(?P<signal>\w+)|non-zero exit status (?P<status>\d+)")


class Failures:
    """Collects what is known of errors, and says it at the end.

    What a job or the workflow says in a line that begins with `Error:` counts most, for it was
    written for a person. A job that said nothing is told of by the end of its log, by the last
    line of its traceback, or by its exit status. An error of Snakemake comes as one sentence.

    Attributes
    ----------
    explained : bool
        Whether the sentences say all that there is to say: if not, Snakemake's log says more.
    """

    def __init__(self) -> None:
        self._printed: list[str] = []
        self._steps: list[Step] = []
        self._tracebacks: list[str] = []
        self._raised: list[tuple[str, str]] = []

    def printed(self, sentence: str) -> None:
        """Take a line that begins with `Error:`."""
        self._printed.append(sentence)

    def traceback(self, last_line: str) -> None:
        """Take the last line of a traceback that was printed."""
        self._tracebacks.append(last_line)

    def raised(self, message: str, error: str = "") -> None:
        """Take an error as Snakemake logs it, and the name of its class."""
        self._raised.append((message, error))

    def of(self, step: Step) -> None:
        """Take that a job has failed."""
        self._steps.append(step)

    def forget(self) -> None:
        """Take that all was made in the end, by another try."""
        self.__init__()

    @property
    def explained(self) -> bool:
        return bool(self._said())

    def sentences(self) -> list[str]:
        """Return what went wrong, each thing once."""
        found = self._said() or [self._silent(step) for step in self._steps]
        if not found and self._raised:
            found = [self._of_snakemake()]
        return list(dict.fromkeys(found))

    def _said(self) -> list[str]:
        return self._printed or [said for step in self._steps if (said := _end_of(step.log))]

    def _silent(self, step: Step) -> str:
        what = f"Error: {words(step.rule, step.wildcards)}"
        log = f" (log: {step.log})" if step.log else ""
        ends = [_end(found) for message, _ in self._raised if (found := _END.search(message))]
        if signal.SIGKILL.name in ends:
            return (
                f"{what} was killed, most often because the memory ran out; close other programs, "
                f"or use fewer or smaller images, and run the same command again.{log}"
            )
        if self._tracebacks:
            return f"{what} failed with {self._tracebacks[-1]}.{log}"
        if ends:
            return f"{what} ended with {ends[-1]}, and did not say why.{log}"
        return self._of_snakemake() if self._raised else f"{what} failed.{log}"

    def _of_snakemake(self) -> str:
        """Return the first exception; only where there is none, what else it calls an error."""
        return one_sentence(*next((each for each in self._raised if each[1]), self._raised[0]))


def _end(found: re.Match) -> str:
    """Return the name of the signal that ended a job, which a shell adds to 128, or the status."""
    if found["signal"]:
        return found["signal"]
    with suppress(ValueError):
        return signal.Signals(int(found["status"]) - 128).name
    return f"exit status {found['status']}"


def _end_of(log: str) -> str | None:
    """Return the last line of a log if it is an error's sentence: a job on another machine writes
    to the same log, but to another screen."""
    try:
        lines = Path(log).read_text(encoding="utf-8", errors="backslashreplace").splitlines()
    except OSError:
        return None
    return lines[-1] if lines and lines[-1].startswith("Error: ") else None
