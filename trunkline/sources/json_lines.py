"""JSON Lines: an object a line, its names the columns."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trunkline.data import cells, inference
from trunkline.data.streams import Stream
from trunkline.settings.files import JsonLines
from trunkline.sources import places, remote, unpacking

LONGEST = 1 << 24  # bytes of a line
ARRAY = "a file that is one array has to be written as an object a line"


def read(settings: JsonLines, root: Path) -> Stream:
    """Return the rows of a file.

    Raises:
        ValueError: it is no such file; names the line.
        OSError: it does not exist or may not be read.
    """
    path = remote.at(root, settings.path, settings.sha256)
    local = places.file(path, settings.sha256)
    told = {"kind": "jsonl", "file": {**local.told(), "path": settings.path}}

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        return _rows(path, settings.path)

    return cells.stream(rows, settings.columns, settings.path, told)


def _rows(path: Path, place: str) -> Iterator[tuple[int, dict[str, Any]]]:
    number = line = 0
    with unpacking.text(path) as (content, _):
        while text := content.readline(LONGEST):
            line += 1
            if len(text) == LONGEST:
                raise ValueError(f"{place}: line {line}: expected at most {LONGEST} bytes")
            if not text.strip():
                continue
            number += 1
            yield number, _object(text, f"{place}: line {line}")


def _object(text: bytes, place: str) -> dict[str, Any]:
    """Return the names and values of a line."""
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
        if b"\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # half a character is none
    except (ValueError, RecursionError) as error:
        shown = inference.shown(text.decode(errors="replace").strip())
        fix = f": {ARRAY}" if text.lstrip().startswith(b"[") else ""
        raise ValueError(
            f"{place}: expected a JSON object, received {shown}: {error}{fix}"
        ) from error
    if not isinstance(value, dict):
        shown = inference.shown(text.decode().strip())
        raise ValueError(f"{place}: expected a JSON object (`{{...}}`), received {shown}: {ARRAY}")
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name '{repeated}' occurs twice")
    return found


def _constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON: write null, or a number")
