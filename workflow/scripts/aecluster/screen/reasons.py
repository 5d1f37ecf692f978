"""Why a job would run again, in words: which settings, modules and files are others than before."""

import ast
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping

_UNSET = object()
_MOST = 4  # of each kind that a line names
_LONGEST = 60  # characters of a value
_SAME = 20  # of them, those before the first that differs, where the beginning is left out
_DIGEST = re.compile(r"[0-9a-f]{16,}")
_SECTION_OF = {
    "clustering": "clusterings",
    "reduction": "reductions",
    "model": "models",
    "dataset": "datasets",
}


def changed_params(
    before: Iterable[str],
    now: Mapping[str, str],
    recorded: Callable[[str], Mapping[str, str] | None],
) -> tuple[list[tuple[str, object, object]], str | None]:
    """Tell the params of a job from those of its last run.

    Parameters
    ----------
    before : iterable of str
        As Snakemake keeps them: their `repr`, without names.
    now : dict of str to str
        `repr` of each param, by name; `code` is the digest of the code.
    recorded : function
        What the code of a digest was made of, None where it is not known, or is no such digest.

    Returns
    -------
    pairs : list of (name, before, now)
        The other params that changed, each beside the one that is most like it.
    code : str or None
        The digest of the code before, "" if it cannot be told, None if it is the same.
    """
    before = set(before)
    gone = [ast.literal_eval(text) for text in sorted(before - set(now.values()))]
    come = {name: ast.literal_eval(text) for name, text in now.items() if text not in before}
    code = None
    if come.pop("code", None):
        digests = sorted(filter(_is_digest, gone), key=lambda digest: recorded(digest) is None)
        code = digests[0] if digests else ""
        gone = [value for value in gone if value != code]
    pairs = []
    for name, value in come.items():
        nearest = max(gone, key=lambda old, new=value: _likeness(old, new), default=_UNSET)
        if nearest is not _UNSET:
            gone.remove(nearest)
        pairs.append((name, nearest, value))
    return pairs, code


def settings_in_words(
    pairs: Iterable[tuple[str, object, object]], experiment: Mapping, wildcards: Mapping[str, str]
) -> list[str]:
    """Return `key: old -> new` for each setting that changed.

    Parameters
    ----------
    pairs : iterable of (name, before, now)
        Of params; JSON where they hold settings.
    experiment : dict
        The whole configuration: a key is called by its place in it, where that can be told.
    wildcards : dict of str to str
        Of the job.
    """
    words = []
    for name, before, now in pairs:
        old, new = _flat(_content(before)), _flat(_content(now))
        place = _place(_content(now), experiment, wildcards)
        if old == new:
            words.append(f"{name} has changed")
        # Behind all others, keys that are files: an entry for each cell.
        for key in sorted({*old, *new}, key=lambda key: ("/" in key, key)):
            was, is_now = old.get(key, _UNSET), new.get(key, _UNSET)
            if was != is_now:
                known = place is not None and key.split(".")[0] in place[1]
                called = f"{place[0]}.{key}" if known else key or name
                words.append(_change(called, was, is_now))
    return _some(words, "settings")


def modules_in_words(before: Mapping[str, str] | None, now: Mapping[str, str]) -> list[str]:
    """Return what changed in the code of a job.

    Parameters
    ----------
    before, now : dict of str to str
        Digest of each file; None where it is not known.
    """
    if before is None:
        return ["the code has changed (of the last run, it is not known which modules it had)"]
    changed = [file for file in now if file in before and before[file] != now[file]]
    return [
        f"{what} {', '.join(_some(files, 'modules'))}"
        for what, files in (
            ("changed code:", changed),
            ("code that is new to it:", sorted(now.keys() - before.keys())),
            ("code that it no longer uses:", sorted(before.keys() - now.keys())),
        )
        if files
    ]


def files_in_words(files: Collection[str], one: str, several: str) -> list[str]:
    """Return a phrase with the first of some files in its place `{}`, none for no files."""
    if len(files) < 2:
        return [one.format(file) for file in files]
    return [several.format(f"{min(files)} and {len(files) - 1:,} more")]


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _content(value: object) -> object:
    """Return what a param says: settings travel as JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _likeness(one: object, other: object) -> tuple[bool, bool, int]:
    """Say how much two params look like the same one: their kind, and the keys they share."""
    both_digests = _is_digest(one) == _is_digest(other)
    one, other = _content(one), _content(other)
    return both_digests, type(one) is type(other), len(_flat(one).keys() & _flat(other).keys())


def _flat(content: object, prefix: str = "") -> dict[str, object]:
    """Return values by their keys, joined by dots; a list of one mapping counts as the mapping."""
    if content is _UNSET:
        return {}
    if isinstance(content, list) and content and all(isinstance(part, dict) for part in content):
        if len(content) == 1:
            return _flat(content[0], prefix)
        content = {str(number): part for number, part in enumerate(content, 1)}
    if not isinstance(content, dict):
        return {prefix.rstrip("."): content}
    return {k: v for name in content for k, v in _flat(content[name], f"{prefix}{name}.").items()}


def _place(
    content: object, experiment: Mapping, wildcards: Mapping[str, str]
) -> tuple[str, Mapping] | None:
    """Return where settings stand in the configuration, and what stands there: with a name that
    the job has, or in a section, to which most of them belong."""
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict):
        return None
    places = [
        (f"{section}.{wildcards[wildcard]}", experiment[section].get(wildcards[wildcard], {}))
        for wildcard, section in _SECTION_OF.items()
        if wildcard in wildcards
    ]
    sections = set(experiment) - set(_SECTION_OF.values())
    places += [(name, experiment[name]) for name in sorted(sections)]
    for name, entry in places:
        own = isinstance(entry, dict) and [k for k in content if k in entry]
        if own and 2 * len(own) >= len(content) and all(content[k] == entry[k] for k in own):
            return name, entry
    return None


def _change(key: str, before: object, now: object) -> str:
    if _is_digest(before) and _is_digest(now):
        part = key.removeprefix("files.").removeprefix("fingerprints.")
        return f"the content of {part} has changed"
    return f"{key}: {' -> '.join(_excerpts(before, now))}"


def _excerpts(before: object, now: object) -> list[str]:
    """Return both values as text; where one is long, cut so that the first difference is seen."""
    texts = [_text(before), _text(now)]
    if texts[0] == texts[1]:  # such as 1 and "1"
        texts = [_text(value, quoted=True) for value in (before, now)]
    pairs = enumerate(zip(*texts, strict=False))
    same = next((k for k, (was, is_now) in pairs if was != is_now), min(map(len, texts)))
    if max(map(len, texts)) > _LONGEST and same > 2 * _SAME:
        texts = [f"...{text[same - _SAME :]}" for text in texts]
    return [text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..." for text in texts]


def _text(value: object, quoted: bool = False) -> str:
    if value is _UNSET:
        return "unset"
    if isinstance(value, str) and not quoted:
        return " ".join(value.split())
    return json.dumps(value, ensure_ascii=False)


def _some(words: list[str], what: str) -> list[str]:
    more = len(words) - _MOST
    return words if more <= 1 else [*words[:_MOST], f"{more:,} more {what}"]
