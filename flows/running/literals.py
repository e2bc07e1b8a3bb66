"""Values as YAML 1.2 on one line, and back; YAML 1.2 is how DVC reads its files."""

import re
from typing import Any

import ruamel.yaml

WORDS = re.compile(r"[^\W\d][\w./-]*( [\w./-]+)*")
ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def read(text: str) -> Any:
    """Return what a text of YAML 1.2 holds, which is how DVC reads it.

    Raises:
        ValueError: it is not YAML, holds several documents or repeats a key.
    """
    try:
        return ruamel.yaml.YAML(typ="safe", pure=True).load(text)
    except ruamel.yaml.error.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ValueError(f"{place}invalid YAML: {problem}") from error


def written(value: object) -> str:
    """Return a value as YAML on one line, fit for any place in a file.

    Raises:
        ValueError: it is not what JSON has, too.

    Example:
        >>> written({"optimizer": "adam", "rates": [1e-3, "1e-3"], "schedule": None})
        "{optimizer: adam, rates: [0.001, '1e-3'], schedule: null}"
    """
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return re.sub("(?=inf|nan)", ".", str(value))
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        entries = (f"{written(key)}: {written(entry)}" for key, entry in value.items())
        return f"{{{', '.join(entries)}}}"
    raise ValueError(
        f"expected numbers, text, true, false, null, lists or mappings; "
        f"received {type(value).__name__}: {value}; quote what is text"
    )


def _quoted(text: str) -> str:
    """Return text without quotes where it stays text, also between brackets."""
    if WORDS.fullmatch(text) and read(text) == text:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in ESCAPES:
        return ESCAPES[sign]
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"
