"""Check a config against the schema, fill in the defaults, and say what is wrong in a sentence."""

import copy
import difflib
import math
from collections.abc import Mapping
from pathlib import Path

import yaml

from aecluster.errors import InputError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C it takes a tenth of the time
_DEEPEST, _MOST_VALUES = 20, 100_000

_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of keys to values",
    "null": "nothing (null)",
}


def complete_experiment(config: dict, schema_file: str | Path) -> dict:
    """Return a copy of the config with every default of the schema filled in.

    Names stay in the order of the file, which is that of tables and figures; seeds are sorted.

    Raises
    ------
    InputError
        If a key is unknown or a value is of the wrong type or out of range.
    """
    import jsonschema  # slow to import, and `taken_names` does without

    schema = _schema(schema_file)
    _check_extent(config)
    config = _plain(config, "")
    validator = jsonschema.Draft7Validator(schema)
    errors = sorted(validator.iter_errors(config), key=lambda e: [str(p) for p in e.absolute_path])
    if errors:
        raise InputError(_sentence(_innermost(errors[0])))
    experiment = _filled(config, schema, schema)
    return {**experiment, "seeds": sorted(experiment["seeds"])}


def taken_names(schema_file: str | Path) -> list[str]:
    """Return the names that no data set may have."""
    return _schema(schema_file)["definitions"]["name"]["not"]["enum"]


def with_types(value: object) -> object:
    """Return a value in which text that YAML reads as a number, true, false or null is that."""
    if isinstance(value, Mapping):
        return {key: with_types(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_types(item) for item in value]
    if isinstance(value, str):
        try:
            read = yaml.safe_load(value)
        except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: no such date
            return value
        return read if isinstance(read, bool | int | float | None) else value
    return value


def nearest(word: str, allowed: list[str]) -> str:
    """Return " Did you mean X?" for the allowed word nearest to one, else the empty string."""
    close = difflib.get_close_matches(str(word), allowed, n=1, cutoff=0.5)
    return f" Did you mean `{close[0]}`?" if close else ""


def _schema(file: str | Path) -> dict:
    return yaml.load(Path(file).read_bytes(), _LOADER)


def _check_extent(config: dict) -> None:
    """Refuse what aliases make endless or huge: a file of a few lines can hold a billion values."""
    n_values, level = 0, [config]
    for _ in range(_DEEPEST):
        level = [inner for value in level for inner in _inner(value)]
        n_values += len(level)
        if not level:
            return
        if n_values > _MOST_VALUES:
            raise InputError(
                f"the config holds more than {_MOST_VALUES:,} values; "
                "write out what is meant, without aliases (& and *) inside of aliases."
            )
    raise InputError(
        f"the config is nested more than {_DEEPEST} levels deep; "
        "take out brackets, and aliases (& and *) that contain themselves."
    )


def _inner(value: object) -> list:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def _plain(value: object, where: str) -> object:
    """Copy a value made of JSON's types; refuse everything else that YAML can hold."""
    if isinstance(value, dict):
        # YAML 1.1 reads the key `on` as true.
        value = {"on" if key is True else key: item for key, item in value.items()}
        for key in value:
            if not isinstance(key, str):
                raise InputError(
                    f"{_key(where)}: the name {key!r} is not text; "
                    f'put it in quotes ("{key}") or choose another name.'
                )
        return {key: _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{_key(where)} is {value}; give a finite number.")
    if value is None or isinstance(value, str | int | float):
        return value
    raise InputError(
        f"{_key(where)} is {value!r}, a {type(value).__name__}; put it in quotes to make it text."
    )


def _key(where: str) -> str:
    return where.lstrip(".") or "the config"


def _innermost(error):
    while error.context:
        error = min(error.context, key=lambda e: len(e.absolute_path))
    return error


def _sentence(error) -> str:
    where = ".".join(str(part) for part in error.absolute_path) or "the config"
    found, rule = error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            allowed = list(error.schema["properties"])
            unknown = sorted(set(found) - set(allowed))[0]
            key = f"{where}.{unknown}" if error.absolute_path else unknown
            return f"{key} is not a key.{nearest(unknown, allowed)} Allowed: {', '.join(allowed)}."
        case "type":
            wanted = " or ".join(_TYPES[name] for name in _as_list(rule))
            return f"{where} must be {wanted}, but is {_shown(found)}.{_number_hint(found, rule)}"
        case "enum":
            allowed = [str(item) for item in rule]
            return (
                f"{where} is {_shown(found)}, but must be one of {', '.join(allowed)}."
                f"{nearest(found, allowed)}"
            )
        case "minimum":
            return f"{where} is {found}, but must be at least {rule}."
        case "maximum":
            return f"{where} is {found}, but must be at most {rule}."
        case "exclusiveMinimum":
            return f"{where} is {found}, but must be more than {rule}."
        case "exclusiveMaximum":
            return f"{where} is {found}, but must be less than {rule}."
        case "minItems" | "minProperties" if not found:
            return f"{where} is empty; give at least {rule}."
        case "minItems":
            return f"{where} must have at least {rule} values, but has {len(found)}."
        case "maxItems":
            return f"{where} must have at most {rule} values, but has {len(found)}."
        case "uniqueItems":
            return f"{where} names something twice: {_shown(found)}."
        case "pattern" | "maxLength":
            return (
                f"{where}: the name {found!r} is not allowed; use small letters, digits, "
                "_ and -, at most 64, beginning with a letter or digit."
            )
        case "not":
            return f"{where}: the name `{found}` is taken by the workflow itself; choose another."
    return f"{where}: {error.message}."


def _shown(value: object) -> str:
    kind = "text" if isinstance(value, str) else None
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    text = text if len(text) <= 60 else text[:57] + "..."
    return f"the text {text}" if kind else text


def _number_hint(found: object, rule: str | list[str]) -> str:
    if not isinstance(found, str) or not {"number", "integer"} & set(_as_list(rule)):
        return ""
    try:
        number = float(found)
    except ValueError:
        return ""
    shown = int(number) if number.is_integer() else number
    return f" Write {shown!r} without quotes: YAML reads {found} as text."


def _as_list(rule: str | list[str]) -> list[str]:
    return [rule] if isinstance(rule, str) else rule


def _filled(value: object, schema: dict, root: dict) -> object:
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rsplit("/", 1)[1]]
    types = _as_list(schema.get("type", []))
    if isinstance(value, int | float) and not isinstance(value, bool):
        # 2.0 and 2 are the same setting: one spelling, so that nothing runs again for it.
        return int(value) if "integer" in types else float(value) if "number" in types else value
    if isinstance(value, list):
        return [_filled(item, schema.get("items", {}), root) for item in value]
    if not isinstance(value, dict) or "object" not in types:
        return value
    known = schema.get("properties", {})
    others = schema.get("additionalProperties")
    filled = {}
    for key, item in value.items():
        inner = known.get(key) or (others if isinstance(others, dict) else {})
        filled[key] = _filled(item, inner, root)
    for key, inner in known.items():
        if key not in value and "default" in inner:
            filled[key] = _filled(copy.deepcopy(inner["default"]), inner, root)
    return filled
