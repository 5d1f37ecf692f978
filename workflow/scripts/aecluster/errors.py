"""The one exception that a person is meant to read."""


class InputError(Exception):
    """Something the user gave cannot be used.

    The message is one sentence (or two): where it is, what was found, what is allowed, what to do.
    Jobs print it without a traceback; the traceback goes to the job's log.
    """
