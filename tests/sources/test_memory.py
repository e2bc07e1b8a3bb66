"""A table larger than what is held in memory passes ingest."""

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import ingesting

MORE = 20  # bytes of each further row: its hash, twice while it is sorted, and what is not freed
SLACK = 160  # MiB: batches, pools of memory, one row group
# MiB: a group of rows that is judged, as Arrow and as pandas have them, the next one, two buckets.
CHECKED = 300


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file() -> None:
    """Twenty times the rows (70 MiB more of text) take a hash of each, and no table of them."""
    small, large = (ingesting.measure(rows) for rows in (20_000, 400_000))
    grown = large["ingest"]["resident_mib"] - small["ingest"]["resident_mib"]
    assert large["mib"] - small["mib"] > 60
    assert grown < SLACK + MORE * (large["rows"] - small["rows"]) / 2**20
    checked = large["validate"]["resident_mib"] - small["validate"]["resident_mib"]
    assert checked < CHECKED


READS = """
import sys
from pathlib import Path
from trunkline.determinism import runtime
from trunkline.artifacts import streaming
from trunkline.settings.databases import Sql
from trunkline.sources import sql
query = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < " + sys.argv[1] + ") "
    "SELECT n, printf('%080d', n) AS a, printf('%080d', -n) AS b FROM c"
)
settings = Sql(kind="sql", url="sqlite:///shop.db", query=query)
written = streaming.write(sql.read(settings, Path()), None, Path("table.parquet"))
print(written["rows"], runtime.resident_mib())
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_a_query() -> None:
    """Twenty times the rows (60 MiB more of text), which the database sorts, come in batches."""
    with contextlib.closing(sqlite3.connect("shop.db")) as connection:
        connection.execute("CREATE TABLE nothing_else (x integer)")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    seen = []
    for rows in (20_000, 400_000):
        run = subprocess.run(
            [sys.executable, "-c", READS, str(rows)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        count, resident = map(int, run.stdout.split())
        assert count == rows
        seen.append(resident)
    assert seen[1] - seen[0] < SLACK + MORE * 380_000 / 2**20
