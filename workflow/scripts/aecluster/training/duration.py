"""How long something takes, in words."""

import math


def readable(seconds: float) -> str:
    """Return a time as a person says it: 40 s, 12 min, 1 h 40 min."""
    if seconds < 59.5:
        return f"{math.ceil(seconds) if seconds < 1 else round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join([f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0))
