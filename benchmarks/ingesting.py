"""Memory and time of `ingest` and `validate` on a large CSV, beside pyarrow alone.

`python -m benchmarks.ingesting 2000000` makes a file of so many rows and 20 columns in a temporary
project, runs both stages on it as DVC would, then pyarrow reading it and writing Parquet, each in a
process of its own, which may use all cores. `times` is how often ours together take as long.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from trunkline.determinism import runtime

ROOT = Path(__file__).resolve().parents[1]
STEP = 100_000  # rows made at a time
TABLE = "--dataset own --table out/table.parquet"
SCHEMA = "--schema out/schema.json"
STAGES = {
    "ingest": f"-m stages ingest {TABLE} {SCHEMA}",
    "keys": f"-m stages keys {TABLE} --contracts contracts --keys out/keys/own.parquet",
    "drift": f"-m stages drift {TABLE} --reference contracts/own.reference.json"
    " --record out/drift.json",
    "validate": f"-m stages validate {TABLE} {SCHEMA} --contract contracts/own.json"
    " --keys out/keys --drift out/drift.json --train out/train.parquet"
    " --validation out/validation.parquet --test out/test.parquet"
    " --quarantine out/quarantine.parquet --report out/report",
}
COMPARED = ("ingest", "validate")  # nothing refers to these rows, and none were accepted before
# An expectation or two of each column, about rows, columns and the table.
CONTRACT = {
    "dataset": "own",
    "expectations": [
        {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}},
        {"type": "expect_column_values_to_be_unique", "column": "row_id"},
        {
            "type": "expect_column_values_to_be_between",
            "columns": ["f*"],
            "kwargs": {"min_value": -20, "max_value": 20},
        },
        {"type": "expect_column_values_to_not_be_null", "columns": ["f*", "i*", "w*"]},
        {
            "type": "expect_column_values_to_be_between",
            "columns": ["i*"],
            "kwargs": {"min_value": 0, "max_value": 1000000},
        },
        {
            "type": "expect_column_values_to_be_in_set",
            "columns": ["w*"],
            "kwargs": {"value_set": ["alpha", "beta", "c, d"]},
        },
        {
            "type": "expect_column_mean_to_be_between",
            "columns": ["f0"],
            "kwargs": {"min_value": -1, "max_value": 1},
        },
    ],
}
PARAMETERS = {
    "seed": 1,
    "runtime": {"threads": 1},
    "datasets": {"own": {"title": "Own", "source": {"path": "own.csv"}}},
    "studies": {
        "one": {
            "title": "One",
            "dataset": "own",
            "inputs": {"columns": ["f*"]},
            "tasks": {
                "a": {"kind": "regression", "target": "i0"},
                "b": {"kind": "regression", "target": "i1"},
            },
            "multitask": {"tasks": ["a", "b"]},
        }
    },
}


def columns(rows: int, number: int) -> dict[str, np.ndarray]:
    """Return some rows: ten fractions, five whole numbers, three words, a day, a truth."""
    generator = np.random.default_rng([1, number])
    fractions = {f"f{n}": generator.normal(size=rows).round(6) for n in range(10)}
    whole = {f"i{n}": generator.integers(0, 10**6, rows) for n in range(5)}
    words = {f"w{n}": generator.choice(["alpha", "beta", "c, d"], rows) for n in range(3)}
    days = np.datetime64("2020-01-01") + generator.integers(0, 2000, rows)
    return {
        **fractions,
        **whole,
        **words,
        "day": days.astype(str),
        "ok": generator.choice(["true", "false"], rows),
    }


def make(path: Path, rows: int) -> None:
    """Write a CSV, some rows at a time."""

    def tables() -> Iterator[pa.Table]:
        for start in range(0, rows, STEP):
            yield pa.table(columns(min(STEP, rows - start), start))

    schema = pa.table(columns(1, 0)).schema
    with pyarrow.csv.CSVWriter(path, schema) as writer:
        for table in tables():
            writer.write_table(table)


def peer(source: Path, target: Path) -> dict[str, Any]:
    """Read and write as pyarrow does by itself, batch by batch, and tell what it took."""
    began = time.monotonic()
    reader = pyarrow.csv.open_csv(source)
    with pq.ParquetWriter(target, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return taken(time.monotonic() - began, used, runtime.resident_mib())


def taken(seconds: float, usage: resource.struct_rusage, resident: int) -> dict[str, Any]:
    """Return what a process took: seconds by the clock and of the processor, MiB at its peak."""
    return {
        "seconds": round(seconds, 2),
        "processor_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "resident_mib": resident,
    }


def ours(folder: Path, stage: str) -> dict[str, Any]:
    """Run a stage in a process of its own, and tell what it took."""
    environment = {"PYTHONPATH": str(ROOT), "TMPDIR": tempfile.gettempdir()}
    began = time.monotonic()
    words = [sys.executable, *STAGES[stage].split()]
    process = subprocess.Popen(words, cwd=folder, env=environment)  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)  # of this one alone
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    seconds = time.monotonic() - began
    note = folder / ".trunkline/machine" / f"{stage}@own.json"
    resident = json.loads(note.read_text(encoding="utf-8"))["resident_mib"]
    return taken(seconds, usage, resident)


def measure(rows: int) -> dict[str, Any]:
    """Make a file, ingest and validate it, and tell what that took beside the file's size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "params.yaml").write_text(json.dumps(PARAMETERS), encoding="utf-8")
        contracts = folder / "contracts"
        contracts.mkdir()
        (contracts / "own.json").write_text(json.dumps(CONTRACT), encoding="utf-8")
        nothing = json.dumps({"dataset": "own", "rows": 0, "columns": {}})
        (contracts / "own.reference.json").write_text(nothing, encoding="utf-8")
        make(folder / "own.csv", rows)
        found: dict[str, Any] = {"rows": rows, "mib": (folder / "own.csv").stat().st_size >> 20}
        found |= {stage: ours(folder, stage) for stage in STAGES}
        words = [sys.executable, "-m", "benchmarks.ingesting", "--peer", str(folder)]
        told = subprocess.run(words, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
        peer = json.loads(told.stdout)
        times = {
            unit: round(sum(found[stage][unit] for stage in COMPARED) / peer[unit], 2)
            for unit in ("seconds", "processor_seconds")
        }
        return found | {"pyarrow": peer, "times": times}


def main() -> None:
    """Print what was measured as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingesting", description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=200_000)
    parser.add_argument("--peer", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        print(json.dumps(peer(arguments.peer / "own.csv", arguments.peer / "peer.parquet")))
    else:
        print(json.dumps(measure(arguments.rows), indent=2))


if __name__ == "__main__":
    main()
