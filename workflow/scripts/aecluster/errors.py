"""The one exception that a person is meant to read, and what tells that a disk is full."""

import errno

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class InputError(Exception):
    """Something the user gave cannot be used.

    The message is one sentence (or two): where it is, what was found, what is allowed, what to do.
    Jobs print it without a traceback; the traceback goes to the job's log. Line breaks and control
    characters in it, as names of files may hold them, are shown as escapes.
    """

    def __init__(self, message: str):
        super().__init__(printable(message))


def printable(text: str) -> str:
    """Return a text as one line that any terminal and UTF-8 file can hold."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
