"""Drift: is this version of a table like the one that was accepted, column by column?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trunkline.data import drift_counts, profiles, queries, references
from trunkline.metrics import comparisons, drifting
from trunkline.settings import drifting as settings

SHOWN = 8  # columns that a message names
_FITTING = {
    "number": ("whole", "number"),
    "length": ("text",),
    "category": ("whole", "number", "boolean", "text"),
}
Record = dict[str, Any]


class Drifted(ValueError):
    """A version of a table is not like the accepted one; the message names the columns."""


def compare(table: Path, reference: Mapping[str, Any], asked: settings.Drift) -> Record:
    """Return how each column of a table differs from a reference.

    Args:
        table: the ingested table.
        reference: as `references` makes it.
        asked: the thresholds.

    Returns:
        `rows` of both; the thresholds; `columns`: for each its `psi`, the `test`, its `statistic`,
        `p` and `p_holm` over all columns, the `missing` share of both, the `bins` of both and
        whether it `drifted`; for one that came, went or changed its kind only `changed`.
    """
    with queries.connected() as connection:
        source = f"read_parquet({queries.text(str(table))})"
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608
        kinds = {row[0]: profiles.kind(row[1]) for row in described}
        rows = connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]  # noqa: S608
        known = reference["columns"]
        changes = {name: _change(name, known[name]["kind"], kinds) for name in known}
        same = {name: known[name] for name, change in changes.items() if not change}
        counts = drift_counts.count(connection, source, same)
    columns: list[Record] = [
        {"column": name, "changed": change, "drifted": True}
        if change
        else {"column": name, "kind": known[name]["kind"], **compared(known[name], counts[name])}
        for name, change in changes.items()
    ]
    columns += [
        {"column": name, "changed": "it is new", "drifted": True}
        for name, kind in kinds.items()
        if name not in known and name != "row_id" and kind not in ("time", "other")
    ]
    return {
        "dataset": reference["dataset"],
        "rows": {"reference": reference["rows"], "now": rows},
        "then": asked.then, "psi": asked.psi, "alpha": asked.alpha,
        "columns": _judged(columns, asked),
    }  # fmt: skip


def drifted(record: Mapping[str, Any]) -> list[Record]:
    """Return the columns that drifted, the furthest first."""
    found = [column for column in record["columns"] if column["drifted"]]
    return sorted(found, key=lambda column: (-column.get("psi", float("inf")), column["column"]))


def message(record: Mapping[str, Any]) -> str:
    """Say which columns drifted, and what to do; "" where none did."""
    found = drifted(record)
    if not found:
        return ""
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    name = record["dataset"]
    return (
        f"'{name}' is not like the version that was accepted: {len(found)} of "
        f"{len(record['columns'])} columns drifted: {'; '.join(map(_told, found[:SHOWN]))}{more}. "
        f"If the data is right as it is now, run `make accept DATASET={name}`, review "
        f"contracts/{name}.reference.json and commit it; else mend it at its source"
    )


def enforce(record: Mapping[str, Any]) -> None:
    """Pass a table that has not drifted, or may.

    Raises:
        Drifted: it has, and `then` is `stop`.
    """
    if record["then"] == "stop" and (said := message(record)):
        raise Drifted(f"{said}, or set `drift.then: warn`. Nothing was written")


def _told(column: Mapping[str, Any]) -> str:
    if "changed" in column:
        return f"{column['column']} ({column['changed']})"
    return f"{column['column']} (PSI {column['psi']:.2f}, corrected p {column['p_holm']:.2g})"


def _change(name: str, kind: str, kinds: Mapping[str, str]) -> str:
    """Return why a column cannot be compared; "" where it can be."""
    if name not in kinds:
        return "it is gone"
    return "" if kinds[name] in _FITTING[kind] else f"it is {kinds[name]} now"


def compared(before: Mapping[str, Any], now: Mapping[str, Any]) -> Record:
    """Return index, test and shares of one column, from the counts of both versions.

    Whether values are missing is tested too, where some are: numbers by a test of its own whose
    probability is put together with the other by Bonferroni, categories as one category more.
    """
    lost = [before["missing"], now["missing"]]
    if before["kind"] == "category":
        bins = [[*c["rows"], c["present"] - sum(c["rows"])] for c in (before, now)]
        test = drifting.chi_squared(*([*c, n] for c, n in zip(bins, lost, strict=True)))
        name, p = "chi-squared", test.p
    else:
        bins = [references.binned(before, c) for c in (before, now)]
        name, (test, p) = "Kolmogorov-Smirnov", _numbers(before, now)
    together = [[*c, n] for c, n in zip(bins, lost, strict=True)]
    sizes = [c["present"] + c["missing"] for c in (before, now)]
    return {
        "psi": _rounded(drifting.stability(*together)), "test": name,
        "statistic": _rounded(test.statistic), "p": _rounded(p),
        "missing": [_rounded(n / max(1, size)) for n, size in zip(lost, sizes, strict=True)],
        "bins": bins,
    }  # fmt: skip


def _numbers(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[drifting.Test, float]:
    """Return the test of the values, and the probability that counts missing ones too."""
    if before["edges"]:
        sizes = before["present"], now["present"]
        below, most = ([c[key] for c in (before, now)] for key in ("below", "at_most"))
        test = drifting.kolmogorov_smirnov(below, most, sizes)
    else:
        test = drifting.Test(0.0, 1.0)
    if not before["missing"] + now["missing"]:
        return test, test.p
    there = drifting.chi_squared(*([c["present"], c["missing"]] for c in (before, now)))
    return test, min(1.0, 2 * min(test.p, there.p))


def _judged(columns: list[Record], asked: settings.Drift) -> list[Record]:
    tested = [column for column in columns if "p" in column]
    corrected = comparisons.holm([column["p"] for column in tested])
    for column, p in zip(tested, corrected, strict=True):
        column["p_holm"] = _rounded(float(p))
        column["drifted"] = bool(p < asked.alpha and column["psi"] >= asked.psi)
    return columns


def _rounded(value: float) -> float:
    """Return six digits: what is left of a last bit that differs between processors."""
    return float(f"{value:.6g}")
