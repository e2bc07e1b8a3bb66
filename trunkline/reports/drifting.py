"""What the page says about a dataset's drift from its accepted version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trunkline.reports import names, numbers

FULL = 100  # width of a bar; the threshold is at half of it


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How one column differs; `width` is that of its bar, of 100."""

    column: str
    psi: str
    width: int
    test: str
    statistic: str
    p: str
    missing: str
    drifted: bool


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How a dataset differs from its accepted version, the furthest columns first."""

    accepted: str
    now: str
    threshold: str
    alpha: str
    columns: int
    drifted: tuple[str, ...]
    shifts: tuple[Shift, ...]

    @property
    def listed(self) -> str:
        """The columns that drifted, in words."""
        more = len(self.drifted) - MOST
        shown = [*self.drifted[:MOST], *([f"{more} more"] if more > 0 else [])]
        return names.listed(shown)


MOST = 6  # columns that the first sentence names


def drift(record: Mapping[str, Any]) -> Drift | None:
    """Lay out what the comparison found, or None where there was none."""
    if not record:
        return None
    ordered = sorted(record["columns"], key=_place)
    return Drift(
        accepted=numbers.plain(record["rows"]["reference"], 0),
        now=numbers.plain(record["rows"]["now"], 0),
        threshold=numbers.compact(record["psi"]),
        alpha=numbers.compact(record["alpha"]),
        columns=len(ordered),
        drifted=tuple(str(column["column"]) for column in ordered if column["drifted"]),
        shifts=tuple(_shift(column, record["psi"]) for column in ordered),
    )


def _place(column: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Put first what drifted, and of that what is furthest."""
    return not column["drifted"], -column.get("psi", float("inf")), str(column["column"])


def _shift(column: Mapping[str, Any], threshold: float) -> Shift:
    if "changed" in column:
        return Shift(
            column=str(column["column"]), psi=numbers.ABSENT, width=FULL, test=column["changed"],
            statistic=numbers.ABSENT, p=numbers.ABSENT, missing=numbers.ABSENT, drifted=True,
        )  # fmt: skip
    before, now = (f"{numbers.plain(100 * share, 1)} %" for share in column["missing"])
    return Shift(
        column=str(column["column"]),
        psi=numbers.plain(column["psi"], 3),
        width=min(FULL, round(FULL / 2 * column["psi"] / threshold)),
        test=str(column["test"]),
        statistic=numbers.compact(column["statistic"]),
        p=numbers.probability(column["p_holm"]),
        missing=before if before == now else f"{before}, now {now}",
        drifted=bool(column["drifted"]),
    )
