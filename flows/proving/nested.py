"""What differs between two results: JSON, YAML or TOML, key by key."""

import io
import json
import tomllib
from collections.abc import Iterator
from datetime import date, time

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flows.proving import details

SUFFIXES = (".json", ".yaml", ".yml", ".toml")
ABSENT = "nothing"


def parse(content: bytes, suffix: str) -> object:
    """Return what a file holds.

    Args:
        content: Of the file.
        suffix: One of `SUFFIXES`.

    Raises:
        ValueError: It is damaged.
    """
    text = content.decode()
    if suffix == ".json":
        return json.loads(text)
    if suffix == ".toml":
        return tomllib.loads(text)
    try:
        return YAML(typ="safe", pure=True).load(io.StringIO(text))
    except YAMLError as error:
        raise ValueError(str(error)) from error


def compare(before: object, after: object) -> tuple[str, tuple[details.Detail, ...]]:
    """Return in a few words what differs, and each key that does.

    Args:
        before: As committed.
        after: As produced.
    """
    one, other = dict(_leaves(before, "")), dict(_leaves(after, ""))
    found = [
        _detail(key, one.get(key, ABSENT), other.get(key, ABSENT))
        for key in [*one, *(key for key in other if key not in one)]
        if key not in one or key not in other or repr(one[key]) != repr(other[key])
    ]
    if not found:
        return "the same values, written differently", ()
    total = len(one.keys() | other.keys())
    return f"{len(found):,} of {details.counted(total, 'value')} differ", tuple(found)


def _leaves(value: object, key: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from _leaves(item, f"{key}[{position}]")
    else:
        yield key, value


def _detail(key: str, before: object, after: object) -> details.Detail:
    example = f"{_shown(before)} became {_shown(after)}"
    one, other = _number(before), _number(after)
    if one is None or other is None:
        return details.Detail(key, 1, example)
    return details.Detail(key, 1, example, *details.numbers(one, other))


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(value: object) -> str:
    if value is ABSENT:
        return ABSENT
    return str(value) if isinstance(value, date | time) else details.shown(value)
