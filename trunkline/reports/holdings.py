"""What the page says about each dataset: its rows, its classes, its columns, its contract."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import (
    balances,
    drifting,
    entering,
    expecting,
    numbers,
    origins,
    passages,
)
from trunkline.reports.contents import Dataset
from trunkline.reports.findings import Study
from trunkline.reports.images import Sample
from trunkline.reports.metalearning import measured as metalearning
from trunkline.settings.splitting import Split

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
class Part:
    """A part of the rows: what it is for, how many they are, and their share of all."""

    name: str
    purpose: str
    rows: int
    share: str


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One dataset on the page."""

    name: str
    title: str
    description: str
    licence: str
    ingested: int
    parted: str
    splits: tuple[Part, ...]
    rare: tuple[tuple[str, str], ...]
    balances: tuple[balances.Balance, ...]
    columns: tuple[Mapping[str, str], ...]
    expected: int
    expectations: tuple[expecting.Expectation, ...]
    digests: tuple[tuple[str, str], ...]
    drift: drifting.Drift | None
    quarantined: tuple[tuple[str, str, str], ...]
    origins: tuple[origins.Origin, ...]
    entering: tuple[entering.Entering, ...]
    images: tuple[Image, ...]
    passages: tuple[passages.Passage, ...]

    @property
    def broken(self) -> int:
        """Expectations that do not hold for some rows."""
        return sum(not expectation.held for expectation in self.expectations)

    @property
    def problems(self) -> tuple[str, ...]:
        """What a reader of the answers has to know about the data they are made of."""
        aside = sum(part.rows for part in self.splits if part.name == "quarantine")
        drifted = len(self.drift.drifted) if self.drift else 0
        found = (
            (self.broken, f"expectations of the contract that are broken: {self.broken}"),
            (aside, f"rows set aside: {aside}"),
            (drifted, f"columns that are not like the version that was accepted: {drifted}"),
        )
        return tuple(text for count, text in found if count)


def holding(
    dataset: Dataset,
    images: Sequence[tuple[Sample, bytes]],
    studies: Sequence[Study] = (),
    learners: Sequence[metalearning.Measured] = (),
) -> Holding:
    """Gather all that the page says about a dataset.

    Args:
        dataset: its summary, contract and outcome.
        images: each sample and its PNG file; empty where rows are no images.
        studies: those that ask of it.
        learners: studies of meta-learners that do.
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
        splits=tuple(_part(name, summary["rows"]) for name in balances.SPLITS),
        rare=tuple(
            (str(one["stratum"]), numbers.plain(int(one["rows"]), 0))
            for one in summary.get("rare", ())
        ),
        balances=balances.balances(dataset, studies, learners),
        columns=tuple(_column(column) for column in summary["columns"]),
        expectations=expecting.expectations(dataset.validation["expectations"]),
        digests=tuple(sorted(summary["sha256"].items())),
        drift=drifting.drift(dataset.drift),
        quarantined=expecting.quarantined(dataset.validation["expectations"]),
        origins=origins.origins(dataset.settings, summary.get("source", {})),
        entering=entering.entering(dataset, studies, learners),
        images=tuple(
            Image(source=_embedded(png), caption=sample.caption, row_id=sample.row_id)
            for sample, png in images
        ),
        passages=passages.passages(dataset),
    )


def _parted(split: Split) -> str:
    """Return what decided the part of a row."""
    if split.whole:
        return "as others look things up in all of them"
    if split.column is not None:
        return f"as its column {split.column} says"
    if split.each is not None:
        chosen = "by a hash" if split.time is None else f"by {split.time}, the newest to score"
        return f"of each {split.each} by itself, {chosen}"
    if split.time is not None:
        return f"by its {split.time}: the oldest to learn from, the newest to score"
    if split.group is not None:
        return f"with all rows of its {split.group}, by a hash of that"
    return "by a hash of its name"


def _part(name: str, rows: Mapping[str, int]) -> Part:
    aside = name == "quarantine" and rows[name]
    return Part(
        name=name,
        purpose="set aside, seen by nothing else" if aside else _PURPOSES[name],
        rows=int(rows[name]),
        share=numbers.share(rows[name] / rows["ingested"]) if rows["ingested"] else numbers.ABSENT,
    )


def _embedded(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _column(column: Mapping[str, Any]) -> dict[str, str]:
    shown = {
        key: expecting.value(column.get(key)) for key in ("minimum", "maximum", "mean", "distinct")
    }
    return {
        "name": str(column["name"]), "type": _TYPES.get(column["type"], str(column["type"])),
        "missing": expecting.value(column.get("missing")), **shown,
    }  # fmt: skip
