"""A table larger than what is held in memory passes ingest."""

import pytest

from benchmarks import ingesting

MORE = 20  # bytes of each further row: its hash, twice while it is sorted, and what is not freed
SLACK = 160  # MiB: batches, pools of memory, one row group


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file() -> None:
    """Twenty times the rows (70 MiB more of text) take a hash of each, and no table of them."""
    small, large = (ingesting.measure(rows) for rows in (20_000, 400_000))
    grown = large["ingest"]["resident_mib"] - small["ingest"]["resident_mib"]
    assert large["mib"] - small["mib"] > 60
    assert grown < SLACK + MORE * (large["rows"] - small["rows"]) / 2**20
