"""What the page says about each dataset: its rows, its classes, its columns, its contract."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import drifting, expecting, numbers, passages
from trunkline.reports.contents import Dataset
from trunkline.reports.images import Sample
from trunkline.settings.splitting import Split

SPLITS = ("train", "validation", "test", "quarantine")
_PURPOSES = {
    "train": "learned from",
    "validation": "to stop in time",
    "test": "to score, seen by nothing else",
    "quarantine": "set aside, as they break the contract; in no other part",
}
_TYPES = {"object": "bool"}  # of booleans some of which are missing


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
    parted: str
    splits: tuple[tuple[str, str, int], ...]
    balances: tuple[Balance, ...]
    columns: tuple[Mapping[str, str], ...]
    expected: int
    expectations: tuple[expecting.Expectation, ...]
    digests: tuple[tuple[str, str], ...]
    drift: drifting.Drift | None
    quarantined: tuple[tuple[str, str, str], ...]
    files: tuple[Mapping[str, str], ...]
    images: tuple[Image, ...]
    passages: tuple[passages.Passage, ...]

    @property
    def broken(self) -> int:
        """Expectations that do not hold for some rows."""
        return sum(not expectation.held for expectation in self.expectations)

    @property
    def problems(self) -> tuple[str, ...]:
        """What a reader of the answers has to know about the data they are made of."""
        aside = sum(rows for split, _, rows in self.splits if split == "quarantine")
        drifted = len(self.drift.drifted) if self.drift else 0
        found = (
            (self.broken, f"expectations of the contract that are broken: {self.broken}"),
            (aside, f"rows set aside: {aside}"),
            (drifted, f"columns that are not like the version that was accepted: {drifted}"),
        )
        return tuple(text for count, text in found if count)


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
        parted=_parted(dataset.settings.split),
        splits=tuple(_split(split, int(summary["rows"][split])) for split in SPLITS),
        balances=tuple(
            _balance(column, counts) for column, counts in sorted(summary["classes"].items())
        ),
        columns=tuple(_column(column) for column in summary["columns"]),
        expectations=expecting.expectations(dataset.validation["expectations"]),
        digests=tuple(sorted(summary["sha256"].items())),
        drift=drifting.drift(dataset.drift),
        quarantined=expecting.quarantined(dataset.validation["expectations"]),
        files=tuple(files(summary.get("source", {}))),
        images=tuple(
            Image(source=_embedded(png), caption=sample.caption, row_id=sample.row_id)
            for sample, png in images
        ),
        passages=passages.passages(dataset),
    )


def _parted(split: Split) -> str:
    """Return what decided the part of a row."""
    if split.column is not None:
        return f"as its column {split.column} says"
    if split.time is not None:
        return f"by its {split.time}: the oldest to learn from, the newest to score"
    if split.group is not None:
        return f"with all rows of its {split.group}, by a hash of that"
    return "by a hash of its name"


def _split(split: str, rows: int) -> tuple[str, str, int]:
    """Return a part, what it is for, its rows."""
    aside = split == "quarantine" and rows
    return split, "set aside, seen by nothing else" if aside else _PURPOSES[split], rows


def files(told: Any) -> Iterator[Mapping[str, str]]:
    """Yield path, size and digest of each file that a source tells of, however deep."""
    if isinstance(told, Mapping):
        if "path" in told and "sha256" in told:
            size = told.get("bytes")
            yield {
                "path": str(told["path"]), "sha256": str(told["sha256"]),
                "bytes": numbers.ABSENT if size is None else numbers.plain(size, 0),
            }  # fmt: skip
        else:
            for entry in told.values():
                yield from files(entry)
    elif isinstance(told, list):
        for entry in told:
            yield from files(entry)


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
    shown = {
        key: expecting.value(column.get(key)) for key in ("minimum", "maximum", "mean", "distinct")
    }
    return {
        "name": str(column["name"]), "type": _TYPES.get(column["type"], str(column["type"])),
        "missing": expecting.value(column.get("missing")), **shown,
    }  # fmt: skip
