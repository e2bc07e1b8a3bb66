"""What a contract expects, whether it held, and which rows it set aside, as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import names, numbers

SHOWN = 3  # columns of which it is told what was found


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a contract expects of some columns, why, whether it held, and what was found."""

    columns: str
    text: str
    details: str
    why: str
    held: bool
    found: str


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
            columns=span([str(r["column"]) for r in found if r.get("column")]),
            text=text,
            details=details,
            why=why,
            held=held,
            found=_found(found),
        )
        for (text, details, why, held), found in groups.items()
    )


def _found(records: Sequence[Mapping[str, Any]]) -> str:
    """Return what was seen of columns of which the same is expected."""
    errors = [str(r["error"]) for r in records if r.get("error")]
    if errors:
        return f"not checked: {errors[0]}"
    aside = sum(int(r.get("quarantined") or 0) for r in records)
    wrong = sum(int(r.get("unexpected_count") or 0) for r in records if not r.get("quarantined"))
    told = [f"{numbers.plain(aside, 0)} rows set aside"] if aside else []
    told += [f"{numbers.plain(wrong, 0)} not as expected"] if wrong else []
    return ", ".join(told + _seen([r for r in records if r.get("observed") is not None]))


def _seen(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what was observed: once where it is the same everywhere, else column by column."""
    texts = [_listed(record["observed"]) for record in records]
    if len(set(texts)) < 2:
        return [f"found {texts[0]}"] if texts else []
    both = list(zip(records, texts, strict=True))
    shown = [f"{record['column']} {text}" for record, text in both[:SHOWN]]
    more = [f"and {len(both) - SHOWN} more"] if len(both) > SHOWN else []
    return [f"found {', '.join(shown)}", *more]


def span(columns: Sequence[str]) -> str:
    """Return columns as words: all of a few, else the first and the last."""
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
