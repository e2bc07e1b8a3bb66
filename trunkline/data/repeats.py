"""Values that occur twice: DuckDB groups them, spilling what does not fit into memory."""

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from trunkline.data import queries, stored
from trunkline.data.clauses import Clause
from trunkline.data.counting import Tally
from trunkline.data.stored import Stored

ONE = "expect_column_values_to_be_unique"
SEVERAL = "expect_compound_columns_to_be_unique"
# Rows that are not looked at, as Great Expectations calls them.
IGNORED = {
    "all_values_are_missing": " OR ",
    "any_value_is_missing": " AND ",
    "never": "",
}


def counted(clause: Clause) -> bool:
    """Return whether a clause is about values that occur twice, in all rows."""
    return clause.type in (ONE, SEVERAL) and not clause.kwargs.get("row_condition")


def tallies(table: Stored, asked: Mapping[int, Clause], keep: int) -> dict[int, Tally]:
    """Return how many rows have values that other rows have too, clause by clause.

    Args:
        table: the rows.
        asked: clauses that `counted` accepts, by their places.
        keep: as many names of rows are kept of each clause.

    Raises:
        ValueError: the file cannot be read, or the temporary folder is full.
    """
    if not asked:
        return {}
    with queries.connected() as connection:
        table.view(connection)
        return {place: _tally(connection, table, c, keep) for place, c in asked.items()}


def _tally(
    connection: duckdb.DuckDBPyConnection, table: Stored, clause: Clause, keep: int
) -> Tally:
    columns = [clause.column] if clause.type == ONE else list(clause.kwargs["column_list"])
    keys = [_key(table, column) for column in columns]
    known = IGNORED[clause.kwargs.get("ignore_row_if", "all_values_are_missing")]
    where = known.join(f"{key} IS NOT NULL" for key in keys) if known else "true"
    selected = ", ".join(f"{key} AS k{place}" for place, key in enumerate(keys))
    keyed = f"SELECT row_id AS name, {selected} FROM {stored.VIEW} WHERE {where}"  # noqa: S608
    names = ", ".join(f"k{place}" for place in range(len(keys)))
    grouped = f"SELECT {names}, count(*) AS n FROM ({keyed}) GROUP BY {names}"  # noqa: S608
    counts = f"SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (n > 1), 0) FROM ({grouped})"  # noqa: S608
    elements, unexpected = connection.execute(counts).fetchall()[0]
    tally = Tally(mostly=float(clause.kwargs.get("mostly", 1)), keep=keep)
    tally.elements, tally.unexpected = int(elements), int(unexpected)
    if not tally.success:
        same = " AND ".join(f"a.k{p} IS NOT DISTINCT FROM b.k{p}" for p in range(len(keys)))
        rows = (
            f"SELECT DISTINCT name FROM ({keyed}) a SEMI JOIN ({grouped} HAVING count(*) > 1) b "  # noqa: S608
            f"ON {same} ORDER BY name"
        )
        for batch in connection.sql(rows).to_arrow_reader(100_000):
            tally.name(batch.column("name").to_pylist())
    return tally


def _key(table: Stored, column: str) -> str:
    """Return the values of a column as they are compared: NaN is a missing value."""
    name = queries.name(column)
    floating = pa.types.is_floating(table.schema.field(column).type)
    return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END" if floating else name
