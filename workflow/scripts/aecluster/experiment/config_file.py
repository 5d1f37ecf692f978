"""Look at a config file before anything else reads it: what is in it may be no experiment."""

import json
from pathlib import Path

import yaml

from aecluster.errors import InputError

_LARGEST = 1_000_000  # bytes
_MOST_VALUES = 100_000
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str", "int", "float")}
_PLAIN |= {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "null", "timestamp", "merge", "value")}
_TEMPLATE = "__use_yte__"


def check_config_file(path: str | Path) -> None:
    """Refuse a config file that holds more than plain values.

    Nothing in it is built or run: only its syntax is read.

    Raises
    ------
    InputError
        If it is no YAML, if it has tags (which can name Python code), aliases that stand for a huge
        or endless value, or if it asks for YTE, with which Snakemake runs Python that is in it.
    """
    text = _text(Path(path))
    if _is_json(text):  # which has neither tags nor aliases
        return
    try:
        _check_syntax(text, path)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise InputError(
            f"{path} is not valid YAML ({line}{getattr(error, 'problem', None) or error}); "
            "look at that line: indent with spaces, and quote text with a colon in it."
        ) from error
    except RecursionError:
        raise InputError(f"{path} is nested too deeply; take out brackets.") from None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(
                f"{path} has more than {_LARGEST:,} bytes; is it an experiment? "
                "It is a YAML file of some lines, see config.yaml."
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text in UTF-8; is it an experiment?") from error


def _is_json(text: str) -> bool:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and _TEMPLATE not in content


def _check_syntax(text: str, path: str | Path) -> None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise InputError(f"{path} must be a mapping, beginning for example with `datasets:`.")
    _check_no_template(root, path)
    if _count(root, {}, path) > _MOST_VALUES:
        raise InputError(
            f"{path} holds more than {_MOST_VALUES:,} values, once its aliases (*) are filled in; "
            "use fewer aliases."
        )


def _check_no_template(root: yaml.MappingNode, path: str | Path) -> None:
    for key, _ in root.value:
        if key.value == _TEMPLATE:
            raise InputError(
                f"{path} contains {_TEMPLATE}, which makes Snakemake run Python code from the "
                "file; write plain values instead."
            )


def _count(node: yaml.Node, counted: dict[int, int | None], path: str | Path) -> int:
    """Return how many values a node holds, each alias counted as what it stands for."""
    if id(node) in counted:
        if counted[id(node)] is None:
            raise InputError(
                f"{path}, line {node.start_mark.line + 1}: an alias (*) contains itself; "
                "write out the values."
            )
        return counted[id(node)]
    if node.tag not in _PLAIN:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise InputError(
            f"{path}, line {node.start_mark.line + 1}: the tag {tag} is not allowed; "
            "an experiment holds numbers, text, true, false, null, lists and mappings only."
        )
    counted[id(node)] = None
    inner = []
    if isinstance(node, yaml.MappingNode):
        inner = [part for pair in node.value for part in pair]
    elif isinstance(node, yaml.SequenceNode):
        inner = node.value
    counted[id(node)] = 1 + sum(_count(part, counted, path) for part in inner)
    return counted[id(node)]
