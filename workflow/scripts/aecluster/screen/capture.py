"""What this process and its children print, taken line by line."""

import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TextIO

_END = b"\x04end of what is captured\n"


@contextlib.contextmanager
def captured(take: Callable[[str], None]) -> Iterator[TextIO]:
    """Take over standard output and error of this process and of the children it starts.

    Each line of standard error, and whatever children print, is handed to `take`, in a thread of
    its own. What this process itself prints to standard output is kept, and printed at the end.

    Yields
    ------
    file
        The standard error that was there before, to write to.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    before = {fd: os.dup(fd) for fd in (1, 2)}
    printed = io.StringIO()
    thread = threading.Thread(target=_read, args=(reading, take), daemon=True)
    thread.start()
    for fd in before:
        os.dup2(writing, fd)
    with os.fdopen(
        os.dup(before[2]), "w", encoding=sys.stderr.encoding, errors="backslashreplace"
    ) as screen:
        try:
            with contextlib.redirect_stdout(printed):
                yield screen
        finally:
            sys.stderr.flush()
            for fd, file in before.items():
                os.dup2(file, fd)
                os.close(file)
            # Not by the end of the pipe, which a child that lives on keeps open.
            os.write(writing, _END)
            thread.join()
            os.close(writing)
            os.close(reading)
    print(printed.getvalue(), end="", flush=True)


def _read(reading: int, take: Callable[[str], None]) -> None:
    with open(reading, "rb", closefd=False) as pipe:
        for line in pipe:
            text = line.removesuffix(_END).decode(errors="backslashreplace").rstrip("\r\n")
            if text or not line.endswith(_END):
                take(text)
            if line.endswith(_END):
                return
