"""Results on disk: sorted JSON that a person can read and git can compare."""

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from trunkline.artifacts import files


def write(value: object, path: Path) -> None:
    """Write `value` as JSON: keys sorted, two spaces, a newline at the end.

    Args:
        value: a dataclass, mapping, list or scalar; NumPy scalars and arrays become Python's.
        path: the file.

    Raises:
        ValueError: a number is NaN or infinite (names its key).
        TypeError: a value or a key is of a kind that JSON does not have (names its key).
        OSError: it could not be written; the old file is kept.
    """
    plain = _plain(value, "", path)
    text = json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    files.write(f"{text}\n".encode(), path)


def read(path: Path) -> Any:
    """Return what a JSON file holds, as mappings, lists and scalars.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged.
    """
    try:
        return json.loads(files.read(path).decode())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise files.damaged(path, error) from error


def _plain(value: object, key: str, path: Path) -> object:
    """Return `value` as JSON's own types; `key` is where it stands, for the errors."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: _plain(getattr(value, name), f"{key}.{name}", path) for name in names}
    if isinstance(value, Mapping):
        return {_name(k, key, path): _plain(v, f"{key}.{k}", path) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{key}[{i}]", path) for i, item in enumerate(value)]
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist(), key, path)
    return _scalar(value, key, path)


def _scalar(value: object, key: str, path: Path) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        raise ValueError(
            f"{path} cannot hold {value} at {_at(key)}: expected a finite number. Leave the key "
            "out, or write None where there is no value."
        )
    raise TypeError(
        f"{path} cannot hold a {type(value).__name__} at {_at(key)}: expected text, a number, "
        "True, False, None, a list, a mapping or a dataclass."
    )


def _name(name: object, key: str, path: Path) -> str:
    if isinstance(name, str):
        return name
    raise TypeError(
        f"{path} cannot hold the key {name!r} at {_at(key)}: expected text, received a "
        f"{type(name).__name__}. Write {str(name)!r}."
    )


def _at(key: str) -> str:
    return repr(key.lstrip(".")) if key else "the top"
