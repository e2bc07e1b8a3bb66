"""Questions to tables larger than memory: DuckDB in memory, with every setting that matters pinned.

Counts, minima, maxima and sets are the same however many threads count them. Two things are not:
rows have an order only where a query states one, and sums of floats differ by threads.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

# Fixed, as the machine's own would decide in which order floats are added and what spills.
THREADS = 2
MEMORY = "400MiB"  # of what DuckDB keeps itself; what is more spills to the temporary folder


@contextmanager
def connected(memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an empty database in memory; close it and remove what it spilled.

    It reaches files and nothing beyond the machine: extensions are not loaded by themselves.

    Args:
        memory: what it may hold at once, as DuckDB writes it; larger work spills to disk.

    Raises:
        ValueError: DuckDB met a damaged file, or a full disk.
    """
    with tempfile.TemporaryDirectory(prefix="trunkline-", ignore_cleanup_errors=True) as spilled:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": THREADS,
            "memory_limit": memory,
            "temp_directory": spilled,
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": False,
            "extension_directory": spilled,  # empty: not what a user has installed
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,  # no table is a variable by accident
            "enable_external_file_cache": False,  # or Parquet's pages would fill the limit
            "default_null_order": "NULLS_LAST",
        }
        connection = duckdb.connect(":memory:", config=settings)
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET lock_configuration = true")
            yield connection
        except duckdb.Error as error:
            raise ValueError(
                f"a table could not be searched: {str(error).splitlines()[0]}. If it is damaged, "
                "delete it and run `dvc repro`; if space is short, let TMPDIR name a larger folder"
            ) from error
        finally:
            connection.close()


def name(identifier: str) -> str:
    """Return a column's name as SQL quotes it, whatever characters it has."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text as SQL quotes it."""
    return "'" + value.replace("'", "''") + "'"
