"""Tables that need not fit into memory: what checks and summaries ask of them.

A table is read in groups of rows, a few columns at a time, or by DuckDB; who opens the file is
`trunkline.artifacts.streaming`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from trunkline.data import queries, streams, working

GROUP = 524288  # rows looked at together: enough that the cost of a group does not count
VIEW = "stored"  # what a table is called in a query
GAPPY = ("float64", "object")  # what pandas calls whole numbers and booleans with gaps


@dataclass(frozen=True)
class Stored:
    """A table with a column `row_id`, read anew as often as need be.

    Attributes:
        schema: names and Arrow types of the columns.
        types: what pandas calls the type of each whole column.
        read: returns the rows of some columns, in order, each time it is called.
        scan: an Arrow table, or the part of a query that reads the file.
        rows: how many there are.
        aside: names of rows that are left out.
    """

    schema: pa.Schema
    types: dict[str, str]
    read: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
    scan: pa.Table | str
    rows: int
    aside: pa.Array = field(default_factory=lambda: pa.array([], pa.large_string()))

    def without(self, aside: pa.Array) -> "Stored":
        """Return the table without the rows of these names, all of which it has.

        A column that lacks no value then has the type of one without gaps.
        """
        rest = replace(self, aside=aside, rows=self.rows - len(aside))
        plain = {f.name: streams.pandas_type(f.type, missing=False) for f in self.schema}
        gaps = [name for name, kind in self.types.items() if kind in GAPPY and kind != plain[name]]
        lacking = {
            name
            for batch in (rest.batches(gaps) if gaps else ())
            for name in gaps
            if batch.column(name).null_count
        }
        whole = {name: plain[name] for name in gaps if name not in lacking}
        return replace(rest, types=self.types | whole)

    def empty(self) -> pd.DataFrame:
        """Return a frame without rows, of the same columns."""
        return pd.DataFrame(columns=list(self.types))

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the rows that are not left out, in order."""
        if not len(self.aside):
            yield from self.read(columns)
            return
        for batch in self.read(list(dict.fromkeys([*columns, "row_id"]))):
            kept = pc.invert(pc.is_in(batch.column("row_id"), self.aside))
            yield batch.filter(kept).select(list(columns))

    def frames(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        """Yield the rows of some columns in groups, at least one, typed as the whole is."""
        found = False
        for table in working.ahead(streams.regrouped(self.batches(columns), GROUP), depth=1):
            found = True
            yield self._typed(table)
        if not found:
            fields = [self.schema.field(name) for name in columns]
            yield self._typed(pa.schema(fields).empty_table())

    def whole(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return all rows of a few columns in memory."""
        fields = [self.schema.field(name) for name in columns]
        return self._typed(pa.Table.from_batches(self.batches(columns), pa.schema(fields)))

    def outline(self) -> pd.DataFrame:
        """Return a frame of as many rows and the same columns, whose cells take no memory."""
        cell = np.zeros((1, 1), np.bool_)
        cells = np.broadcast_to(cell, (self.rows, len(self.types)))
        return pd.DataFrame(cells, columns=list(self.types), copy=False)

    def view(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the rows that are not left out known to DuckDB as the relation `stored`."""
        source = self.scan
        if not isinstance(source, str):
            connection.register("given", source)
            source = "given"
        rest = ""
        if len(self.aside):
            connection.register("aside", pa.table({"row_id": self.aside}))
            rest = " ANTI JOIN aside USING (row_id)"
        connection.execute(f"CREATE TEMP VIEW {VIEW} AS SELECT * FROM {source}{rest}")  # noqa: S608

    def _typed(self, table: pa.Table) -> pd.DataFrame:
        frame: pd.DataFrame = table.to_pandas(use_threads=False, split_blocks=True)
        kinds = {str(name): str(kind) for name, kind in frame.dtypes.items()}
        wrong = {n: self.types[n] for n, kind in kinds.items() if kind != self.types[n]}
        return frame.astype(wrong) if wrong else frame


def of_frame(frame: pd.DataFrame) -> Stored:
    """Return a table that is in memory anyway.

    Raises:
        ValueError: a column holds values of several types, or two columns share a name.
    """
    stream = streams.of_frame(frame)
    table = pa.Table.from_batches(stream.batches(), stream.schema)
    types = {str(name): str(kind) for name, kind in frame.dtypes.items()}

    def read(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from table.select(list(columns)).to_batches()

    return Stored(stream.schema, types, read, table, len(frame))


def told(stored: Stored) -> dict[str, Any]:
    """Return rows, names and types, as `tables.schema` has them of a frame."""
    columns = [{"name": name, "type": kind} for name, kind in stored.types.items()]
    return {"rows": stored.rows, "columns": columns}


def file(path: str) -> str:
    """Return the part of a query that reads a Parquet file."""
    return f"read_parquet({queries.text(path)})"
