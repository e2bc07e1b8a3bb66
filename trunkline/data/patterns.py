"""Patterns that all values of a column of texts have, inferred with care: all, or none.

They are written in what Python's expressions and those of DuckDB (RE2) have in common, and ask
for ASCII where the two see blanks differently.
"""

import re
from dataclasses import dataclass
from itertools import groupby

import duckdb

from trunkline.data import queries

ENOUGH = 20  # values from which a shape that all of them share is no accident
GLANCE = 2000  # values that are looked at first
LONGEST = 40  # characters of a shape
_HEX = "[0-9a-fA-F]"
KNOWN = {
    "e-mail addresses": r"^[^@ \t\r\n]+@[^@ \t\r\n]+\.[^@ \t\r\n]+$",
    "web addresses": r"^https?://[^ \t\r\n]+$",
    "UUIDs": f"^{_HEX}{{8}}-({_HEX}{{4}}-){{3}}{_HEX}{{12}}$",
    "dates in ISO 8601": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "times in ISO 8601": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?.{0,16}$",
    "digests": f"^({_HEX}{{32}}|{_HEX}{{40}}|{_HEX}{{64}})$",
}
_CLASSES = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}
_SHAPE = re.compile(r"[9Aa ._/:#-]+")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A regular expression, and what it stands for."""

    regex: str
    meaning: str


def find(asked: duckdb.DuckDBPyConnection, source: str, value: str) -> Pattern | None:
    """Return the pattern that all values have, or None.

    Args:
        asked: a connection.
        source: the table, in SQL.
        value: the column's values, in SQL.
    """
    # What some values have not, all have not: most columns need no second look.
    some = f"(SELECT * FROM {source} WHERE {value} IS NOT NULL LIMIT {GLANCE})"  # noqa: S608  as below
    return _find(asked, source, value) if _find(asked, some, value) else None


def _find(asked: duckdb.DuckDBPyConnection, source: str, value: str) -> Pattern | None:
    if not asked.execute(
        f"SELECT count({value}) >= {ENOUGH} FROM {source}"  # noqa: S608  names are quoted
    ).fetchall()[0][0]:
        return None
    each = [f"bool_and(regexp_full_match({value}, {queries.text(p)}))" for p in KNOWN.values()]
    held = asked.execute(f"SELECT {', '.join(each)} FROM {source}").fetchall()[0]  # noqa: S608
    for (meaning, regex), all_of_them in zip(KNOWN.items(), held, strict=True):
        if all_of_them:
            return Pattern(regex=regex, meaning=meaning)
    return _of_one_shape(asked, source, value)


def _of_one_shape(asked: duckdb.DuckDBPyConnection, source: str, value: str) -> Pattern | None:
    """Return the pattern of values that differ in their letters and digits alone."""
    shape = value
    for sign, characters in _CLASSES.items():
        shape = f"regexp_replace({shape}, '{characters}', '{sign}', 'g')"
    # Then those that differ in how many digits a number has, too.
    for said, counted in ((shape, True), (f"regexp_replace({shape}, '9+', '9', 'g')", False)):
        found = asked.execute(
            f"SELECT min({said}), max({said}) FROM {source}"  # noqa: S608  as above
        ).fetchall()[0]
        if found[0] == found[1] and _telling(found[0]):
            return Pattern(regex=expression(found[0], counted=counted), meaning="of one shape")
    return None


def _telling(shape: str) -> bool:
    """Return whether a shape is one of identifiers: with digits, and nothing unusual."""
    return "9" in shape and len(shape) <= LONGEST and _SHAPE.fullmatch(shape) is not None


def expression(shape: str, *, counted: bool) -> str:
    """Return the regular expression of a shape.

    Args:
        shape: `9` for a digit, `A` and `a` for letters, anything else for itself.
        counted: whether numbers have so many digits, else one or more.

    Example:
        >>> expression("AA-999", counted=True)
        '^[A-Z]{2}-[0-9]{3}$'
    """
    parts = []
    for sign, run in groupby(shape):
        length = len(list(run))
        if sign not in _CLASSES:
            parts.append(re.escape(sign).replace("\\ ", " ").replace("\\-", "-") * length)
        elif sign == "9" and not counted:
            parts.append(f"{_CLASSES[sign]}+")
        else:
            parts.append(_CLASSES[sign] + (f"{{{length}}}" if length > 1 else ""))
    return f"^{''.join(parts)}$"
