"""What the page says about each dataset: its rows, its classes, its columns, its contract."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import names, numbers, passages
from trunkline.reports.contents import Dataset
from trunkline.reports.images import Sample

SPLITS = ("train", "validation", "test", "quarantine")
_PURPOSES = {
    "train": "learned from",
    "validation": "to stop in time",
    "test": "to score, seen by nothing else",
    "quarantine": "set aside, as they break the contract; in no other part",
}


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What a contract expects of some columns, why, and whether it held."""

    columns: str
    text: str
    details: str
    why: str
    held: bool
    unexpected: int


@dataclass(frozen=True, kw_only=True)
class Image:
    """A sample row as an image that the page carries in itself."""

    source: str
    caption: str
    row_id: str


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Rows per class of one column: a row per class, a column per split."""

    column: str
    splits: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One dataset on the page."""

    name: str
    title: str
    description: str
    licence: str
    ingested: int
    splits: tuple[tuple[str, str, int], ...]
    balances: tuple[Balance, ...]
    columns: tuple[Mapping[str, str], ...]
    expected: int
    expectations: tuple[Expectation, ...]
    digests: tuple[tuple[str, str], ...]
    images: tuple[Image, ...]
    passages: tuple[passages.Passage, ...]


def holding(dataset: Dataset, images: Sequence[tuple[Sample, bytes]]) -> Holding:
    """Gather all that the page says about a dataset.

    Args:
        dataset: its summary, contract and outcome.
        images: each sample and its PNG file; empty where rows are no images.
    """
    summary = dataset.summary
    return Holding(
        name=dataset.name,
        title=dataset.settings.title,
        description=str(dataset.contract.get("description", "")),
        licence=str(dataset.contract.get("licence", "")),
        expected=len(dataset.validation["expectations"]),
        ingested=int(summary["rows"]["ingested"]),
        splits=tuple((split, _PURPOSES[split], int(summary["rows"][split])) for split in SPLITS),
        balances=tuple(
            _balance(column, counts) for column, counts in sorted(summary["classes"].items())
        ),
        columns=tuple(_column(column) for column in summary["columns"]),
        expectations=_expectations(dataset.validation["expectations"]),
        digests=tuple(sorted(summary["sha256"].items())),
        images=tuple(
            Image(source=_embedded(png), caption=sample.caption, row_id=sample.row_id)
            for sample, png in images
        ),
        passages=passages.passages(dataset),
    )


def _embedded(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _balance(column: str, counts: Mapping[str, Mapping[str, int]]) -> Balance:
    splits = tuple(split for split in SPLITS if split in counts)
    labels = dict.fromkeys(label for split in splits for label in counts[split])
    return Balance(
        column=column,
        splits=splits,
        rows=tuple(
            (label, tuple(int(counts[split].get(label, 0)) for split in splits))
            for label in sorted(labels, key=_in_order)
        ),
    )


def _in_order(label: str) -> tuple[bool, float, str]:
    """Sort labels that are numbers as numbers, before the others."""
    numeric = label.lstrip("-").isdigit()
    return (not numeric, float(label) if numeric else 0.0, label)


def _column(column: Mapping[str, Any]) -> dict[str, str]:
    shown = {key: _value(column.get(key)) for key in ("minimum", "maximum", "mean", "distinct")}
    return {
        "name": str(column["name"]), "type": str(column["type"]),
        "missing": _value(column.get("missing")), **shown,
    }  # fmt: skip


def _value(value: Any) -> str:
    if value is None:
        return numbers.ABSENT
    if isinstance(value, float):
        return numbers.compact(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return numbers.plain(value, 0)
    return str(value)


def _expectations(records: Sequence[Mapping[str, Any]]) -> tuple[Expectation, ...]:
    """Gather what is expected of several columns alike into one line."""
    groups: dict[tuple[str, str, str, bool], list[Mapping[str, Any]]] = {}
    for record in records:
        text = str(record["type"]).removeprefix("expect_").replace("_", " ")
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


def _listed(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key.replace('_', ' ')} {_listed(v)}" for key, v in value.items())
    if not isinstance(value, list):
        return _value(value)
    shown = [_value(item) for item in value[:12]]
    return ", ".join(shown) + (f" and {len(value) - 12} more" if len(value) > 12 else "")
