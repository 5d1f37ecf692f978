"""What tells a group from the others, as a name to suggest: words of its files, dates, metadata."""

import re
from collections import Counter
from pathlib import PurePosixPath

import numpy as np

_FEWEST = 3  # images of a group that share a word
_SHARE, _LIFT = 0.5, 1.5  # part of the group that has it; how much more frequent than overall
_MOST = 3
_WORDS = re.compile(r"[^\W\d_]{3,}")
_NO_NAMES = {"img", "image", "images", "dsc", "dscn", "photo", "picture", "pic", "the", "and"}


def words_of(file: str, folders: bool) -> set[str]:
    """Return the words of a file's name, and of its folders.

    >>> sorted(words_of("alps/summit_view-01.jpg", folders=True))
    ['alps', 'summit', 'view']
    """
    path = PurePosixPath(file)
    found = {word.lower() for word in _WORDS.findall(path.stem)} - _NO_NAMES
    return found | ({part.lower() for part in path.parts[:-1]} if folders else set())


def suggestions(groups: np.ndarray, words: list[set[str]]) -> dict[int, list[dict]]:
    """Return for each group the words that set it apart, the most telling first.

    A word counts where at least half of the group have it, and 1.5 times as many as of all images
    (its lift); it tells more the larger share * log(lift) is.

    Parameters
    ----------
    groups : ndarray of int64, shape (N,)
        -1 for none.
    words : list of set of str, length N

    Returns
    -------
    dict
        group: list of word, share (of the group) and lift.
    """
    everywhere = Counter(word for found in words for word in found)
    suggested = {}
    for group in np.unique(groups[groups >= 0]).tolist():
        members = np.flatnonzero(groups == group).tolist()
        own = Counter(word for index in members for word in words[index])
        rows = []
        for word, count in own.items():
            share = count / len(members)
            lift = share * len(words) / everywhere[word]
            if count >= _FEWEST and share >= _SHARE and lift >= _LIFT:
                rows.append({"word": word, "share": round(share, 3), "lift": round(lift, 2)})
        rows.sort(key=lambda row: (-row["share"] * np.log(row["lift"]), row["word"]))
        suggested[group] = rows[:_MOST]
    return suggested
