"""Print tables of speed, and keep them: `python -m benchmarks --help`."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import catalogue, metalearning, recommending, training
from benchmarks.flow import table as flow
from benchmarks.tables import Table
from trunkline.determinism import runtime

RESULTS = Path("benchmarks/results")
TABLES = (training.TABLE, recommending.TABLE, catalogue.TABLE, metalearning.TABLE, flow.TABLE)
NAMES = [name for table in TABLES for name in table.parts]


def show(table: Table, chosen: Sequence[str]) -> bool:
    """Print the chosen parts of a table; write it if it is whole; say if promises are kept."""
    parts = [rows for name, rows in table.parts.items() if name in chosen]
    if not parts:
        return True
    processor = runtime.processor()
    text = table.head(f"{processor}, {os.cpu_count()} cores")
    print(text, end="", flush=True)
    kept = True
    for rows in parts:
        for row in rows():
            print(row.line(), end="", flush=True)
            text += row.line()
            kept = kept and row.kept
    print()
    if len(parts) == len(table.parts):
        RESULTS.mkdir(exist_ok=True)
        name = re.sub(r"[^a-z0-9]+", "-", processor.lower()).strip("-")
        (RESULTS / f"{name}{table.suffix}.md").write_text(text)
    return kept


def main(arguments: Sequence[str]) -> int:
    """Show the tables; return 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed.")
    add = parser.add_argument
    add("--only", nargs="+", choices=NAMES, default=NAMES, help="parts of the tables; default: all")
    chosen = parser.parse_args(arguments).only
    kept = [show(table, chosen) for table in TABLES]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
