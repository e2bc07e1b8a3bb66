"""What a contract expects, whether it held, and which rows it set aside, as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import names, numbers


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a contract expects of some columns, why, and whether it held."""

    columns: str
    text: str
    details: str
    why: str
    held: bool
    unexpected: int


def expectations(records: Sequence[Mapping[str, Any]]) -> tuple[Expectation, ...]:
    """Gather what is expected of several columns alike into one line."""
    groups: dict[tuple[str, str, str, bool], list[Mapping[str, Any]]] = {}
    for record in records:
        text = _spoken(str(record["type"]))
        details = {k: v for k, v in sorted(record["kwargs"].items()) if k != "column"}
        key = (text, _listed(details), str(record.get("why") or ""), bool(record["success"]))
        groups.setdefault(key, []).append(record)
    return tuple(
        Expectation(
            columns=_span([str(r["column"]) for r in found if r.get("column")]),
            text=text,
            details=details,
            why=why,
            held=held,
            unexpected=sum(int(r.get("unexpected_count") or 0) for r in found),
        )
        for (text, details, why, held), found in groups.items()
    )


def _span(columns: Sequence[str]) -> str:
    if not columns:
        return "the whole table"
    if len(columns) < 4:
        return names.listed(columns)
    return f"{columns[0]} \N{HORIZONTAL ELLIPSIS} {columns[-1]} ({len(columns)} columns)"


def _listed(found: Any) -> str:
    if isinstance(found, Mapping):
        return "; ".join(f"{key.replace('_', ' ')} {_listed(v)}" for key, v in found.items())
    if not isinstance(found, list):
        return value(found)
    shown = [value(item) for item in found[:12]]
    return ", ".join(shown) + (f" and {len(found) - 12} more" if len(found) > 12 else "")


def quarantined(records: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str, str], ...]:
    """Return what rows that were set aside broke, of which column, and how many; most first."""
    found = [record for record in records if record.get("quarantined")]
    ordered = sorted(found, key=lambda r: (-int(r["quarantined"]), r["type"], r["column"]))
    return tuple(
        (
            _spoken(str(record["type"])),
            str(record["column"]) or "several columns",
            numbers.plain(int(record["quarantined"]), 0),
        )
        for record in ordered
    )


def _spoken(kind: str) -> str:
    return kind.removeprefix("expect_").replace("_", " ")


def value(found: Any) -> str:
    """Return what JSON holds as a person reads it."""
    if found is None:
        return numbers.ABSENT
    if isinstance(found, float):
        return numbers.compact(found)
    if isinstance(found, int) and not isinstance(found, bool):
        return numbers.plain(found, 0)
    return str(found)
