"""List the values of a dataset that rules of other datasets refer to."""

from pathlib import Path

from trunkline.artifacts import parts, results, tables
from trunkline.data import rules_keys


def main(*, dataset: str, table: Path, contracts: Path, keys: Path) -> None:
    """Read `contracts` for who refers to `dataset`; write hashes of those values, perhaps none."""
    asking = [results.read(path) for path in sorted(contracts.glob("*.json"))]
    columns = rules_keys.asked(asking, dataset)
    tables.write(rules_keys.table(parts.read(table), dataset, columns), keys)
