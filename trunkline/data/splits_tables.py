"""What a split looks at of a table that need not fit into memory: asked of its file by DuckDB.

Of each row some bytes are kept: its hash, the number of its stratum, of its group or its time.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import queries, splits_columns, splits_parting
from trunkline.data.splits_columns import COPY, DIGITS
from trunkline.data.splits_parting import Parting
from trunkline.settings.splitting import Split

BATCH = 2**18  # rows that DuckDB hands over at a time
PLACE = "file_row_number"  # of a row in its file, in DuckDB's words
MANY = 2**20  # distinct values that stratify; more than that name rows


def parting(path: Path, kept: np.ndarray | None, settings: Split, seed: int) -> Parting:
    """Return the numbers of the rows of each part, as `splits.parting` does of a frame.

    Args:
        path: a table with a column `row_id`, in Parquet.
        kept: whether each row takes part, bool [rows]; none: all do.
        settings: the shares, and what decides.
        seed: the root seed.

    Returns:
        The rows' places in the file, those that take no part counted too.

    Raises:
        ValueError: as `splits.parting`.
    """
    with queries.connected() as connection:
        columns = Table(connection, path, kept)
        found = splits_parting.parting(columns, settings, seed)
    return Parting(
        columns.places(found.train),
        columns.places(found.validation),
        columns.places(found.test),
        found.told,
    )


class Table:
    """The columns of a Parquet file, of the rows that take part."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, path: Path, kept: np.ndarray | None = None
    ) -> None:
        self._connection = connection
        file = queries.text(str(path))
        self.names = list(connection.read_parquet(str(path)).columns)
        if PLACE in self.names:
            raise ValueError(
                f"the table has a column '{PLACE}', which is what DuckDB calls the place of a row: "
                "rename it with `columns.rename` in the source"
            )
        self._from = f"FROM read_parquet({file}, {PLACE} = true)"
        (found,) = connection.execute(f"SELECT count(*) {self._from}").fetchall()
        self._all = int(found[0])
        self._kept = None if kept is None else np.flatnonzero(kept)
        self.rows = self._all if self._kept is None else self._kept.size

    def places(self, rows: np.ndarray) -> np.ndarray:
        """Return where rows that take part lie in the file."""
        return rows if self._kept is None else self._kept[rows]

    def hashes(self, seed: int) -> np.ndarray:
        """Return the first eight bytes of SHA-256 of seed and row, as a number."""
        content = f"regexp_replace(row_id, {queries.text(COPY)}, '\\1')"
        return self._filled(_hash(f"{seed}/split/", content), np.uint64)[0]

    def groups(self, column: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the first eight bytes of SHA-256 of seed and group, as a number."""
        splits_columns.check_group(column, self._kind(column))
        name = queries.name(column)
        return self._filled(_hash(f"{seed}/split/group/", f"CAST({name} AS VARCHAR)"), np.uint64)

    def codes(self, column: str) -> tuple[np.ndarray, pa.Array]:
        """Return the place of each value among the distinct ones, -1 where it is missing."""
        name = queries.name(column)
        distinct = f"SELECT DISTINCT {name} AS value {self._from} ORDER BY value LIMIT {MANY + 1}"
        values = self._connection.sql(distinct).to_arrow_table()["value"].combine_chunks()
        if len(values) > MANY:
            raise ValueError(
                f"column '{column}' has more than {MANY} different values, too many for strata or "
                "names of parts: cut it into `split.bins`, or name another column"
            )
        values = splits_columns.plain(values)
        values = values.filter(values.is_valid())
        codes = np.full(self._all, -1, np.int32)
        for places, batch in self._batches(name):
            codes[places] = (
                pc.index_in(splits_columns.plain(batch), values).fill_null(-1).to_numpy()
            )
        return self._of_kept(codes), values

    def numbers(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Return numbers or times in their order, and which are missing."""
        kind = self._kind(column)
        splits_columns.check_ordered(column, kind)
        wide: type = np.float64 if pa.types.is_floating(kind) else np.int64
        values: np.ndarray = np.zeros(self._all, wide)
        missing = np.zeros(self._all, bool)
        for places, batch in self._batches(queries.name(column)):
            values[places], missing[places] = splits_columns.ordered(batch)
        return self._of_kept(values), self._of_kept(missing)

    def row_ids(self, rows: np.ndarray) -> pa.Array:
        """Return the names of some rows."""
        wanted = pa.table({"row": self.places(rows).astype(np.int64), "turn": np.arange(rows.size)})
        self._connection.register("wanted", wanted)
        asked = (
            f"SELECT row_id AS name {self._from} JOIN wanted ON wanted.row = {PLACE} "
            "ORDER BY wanted.turn"
        )
        names = self._connection.sql(asked).to_arrow_table()["name"]
        self._connection.unregister("wanted")
        return names.combine_chunks().cast(pa.large_string())

    def _kind(self, column: str) -> pa.DataType:
        asked = f"SELECT {queries.name(column)} AS value {self._from} LIMIT 0"
        return self._connection.sql(asked).to_arrow_table().schema.field("value").type

    def _filled(self, value: str, kind: type) -> tuple[np.ndarray, np.ndarray]:
        """Return a number of each row, and which are missing."""
        values: np.ndarray = np.zeros(self._all, kind)
        missing = np.zeros(self._all, bool)
        for places, batch in self._batches(value):
            missing[places] = batch.is_null().to_numpy(zero_copy_only=False)
            values[places] = batch.fill_null(0).to_numpy()
        return self._of_kept(values), self._of_kept(missing)

    def _batches(self, value: str) -> Iterator[tuple[np.ndarray, pa.Array]]:
        """Yield places in the file and values, in whatever order DuckDB reads them."""
        asked = f"SELECT {PLACE} AS place, {value} AS value {self._from}"
        for batch in self._connection.sql(asked).to_arrow_reader(BATCH):
            yield batch.column("place").to_numpy(), batch.column("value")

    def _of_kept(self, values: np.ndarray) -> np.ndarray:
        return values if self._kept is None else values[self._kept]


def _hash(prefix: str, text: str) -> str:
    """Return SQL for the first eight bytes of SHA-256 as a number; of no text it is null."""
    digest = f"sha256({queries.text(prefix)} || {text})"
    return f"CAST('0x' || left({digest}, {DIGITS}) AS UBIGINT)"
