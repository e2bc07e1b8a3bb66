"""What measures taken before training told of the gain, as a table ready to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import names, numbers
from trunkline.reports.findings import Study

LABELS = {
    "logme": "LogME",
    "leep": "LEEP",
    "nce": "NCE",
    "h_score": "H-score",
    "transrate": "TransRate",
}
CONSTANT = "the same everywhere"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure against the gain of one arm."""

    measure: str
    arm: str
    pairs: int
    tau: str
    spearman: str


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """The measures of a study, arm by arm; no rows where pairs are too few everywhere."""

    text: str
    rows: tuple[Row, ...]


def foretold(study: Study) -> Foretold | None:
    """Lay out how far each measure ranked tasks and budgets as the gains did.

    None where nothing was measured. With fewer pairs than are needed, words stand for numbers.
    """
    records = study.foretold
    if not records:
        return None
    if all(record["pairs"] < record["least"] for record in records):
        most, least = max(r["pairs"] for r in records), max(r["least"] for r in records)
        pairs = f"{most} pair{'' if most == 1 else 's'} of task and label budget"
        return Foretold(text=f"{pairs}: too few to rank, at least {least} are needed.", rows=())
    arms = list(dict.fromkeys(record["arm"] for record in records))
    rows = [_row(r) for r in sorted(records, key=lambda r: _place(r, arms))]
    several = max(record["tasks"] for record in records) > 1
    return Foretold(text=f"{_TEXT} {_SEVERAL if several else _ONE}", rows=tuple(rows))


_TEXT = (
    "Each measure looks at the network of the source and at the labelled rows, before anything "
    "is trained on them. 1 means that it ranks the pairs of task and label budget just as the "
    "gains over training from scratch then did, 0 that it tells nothing, "
    f"{numbers.MINUS}1 that it ranks them the other way round."
)
_SEVERAL = (
    "Few pairs make wide intervals; and as measures and gains both change with the budget, some of "
    "the agreement, or of its contrary, comes from that alone."
)
_ONE = (
    "But all pairs are of one task: measures and gains both change with the budget, so that the "
    "numbers tell of the budget alone, not of the source."
)


def _place(record: Mapping[str, Any], arms: Sequence[str]) -> tuple[int, int]:
    """Order by measure as they are known here, then by arm as measured."""
    known = list(LABELS)
    name = record["measure"]
    return known.index(name) if name in known else len(known), arms.index(record["arm"])


def _row(record: Mapping[str, Any]) -> Row:
    return Row(
        measure=LABELS.get(record["measure"], record["measure"]),
        arm=names.arm(record["arm"]).label,
        pairs=record["pairs"],
        tau=_text(record, "tau"),
        spearman=_text(record, "spearman"),
    )


def _text(record: Mapping[str, Any], name: str) -> str:
    found = record[name]
    if record["pairs"] < record["least"]:
        return f"too few pairs (at least {record['least']})"
    if found is None:
        return CONSTANT
    value, low, high = (numbers.plain(found[key], 2) for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"
