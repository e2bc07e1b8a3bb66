"""Tables on disk: Parquet and CSV, the same rows to the same bytes."""

import csv
import io
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from trunkline.artifacts import files

ROW_GROUP = 65536  # rows; part of the bytes, so it never depends on the machine
NAME = "row_id"


def layout(schema: pa.Schema) -> dict[str, Any]:
    """Return every other choice that shapes the bytes of a table.

    Only values that usually repeat are listed once and numbered: not numbers, nor names of rows,
    of which a list would be begun for each row group and thrown away.
    """
    return {
        "version": "2.6",
        "compression": "zstd",
        "compression_level": 1,  # 3 takes half as long again, for a tenth of the size
        "use_dictionary": [field.name for field in schema if _repeats(field)],
        "write_page_checksum": True,
    }


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` as Parquet: its columns in order, without its index.

    Args:
        frame: columns of one type each, with distinct names.
        path: the file.

    Raises:
        ValueError: a column holds values of several types, or two columns share a name.
        OSError: it could not be written; the old file is kept.
    """
    files.write(_parquet(frame, path), path)


def read(path: Path) -> pd.DataFrame:
    """Return the table in a Parquet file; text columns are `str`, missing numbers NaN.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged.
    """
    source = pa.BufferReader(files.read(path))
    try:
        table = pq.ParquetFile(source, page_checksum_verification=True).read(use_threads=False)
        frame: pd.DataFrame = table.to_pandas(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise files.damaged(path, error) from error
    return frame


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    r"""Write `frame` as CSV for people and `dvc plots`: "\n", floats in full, missing cells empty.

    Args:
        frame: its columns in order, without its index.
        path: the file.

    Raises:
        OSError: it could not be written; the old file is kept.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    columns = [frame[column].to_list() for column in frame.columns]
    writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
    files.write(text.getvalue().encode(), path)


def read_csv(path: Path) -> pd.DataFrame:
    """Return the table in a CSV file; every float is the one that was written.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged.
    """
    content = files.read(path)
    if not content.endswith(b"\n"):
        raise files.damaged(path, "its last line has no end")
    try:
        return pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""])
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise files.damaged(path, error) from error


def _parquet(frame: pd.DataFrame, path: Path) -> bytes:
    try:
        table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    except (pa.ArrowException, ValueError) as error:
        raise ValueError(
            f"{path} cannot hold this table: {error}. Give each column a name of its own and "
            "values of one type."
        ) from error
    sink = pa.BufferOutputStream()
    # Without pandas' metadata, which names its version.
    plain = table.replace_schema_metadata(None)
    pq.write_table(plain, sink, row_group_size=ROW_GROUP, **layout(plain.schema))
    return bytes(sink.getvalue())


def _repeats(field: pa.Field) -> bool:
    numeric = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
    return not numeric and not pa.types.is_boolean(field.type) and field.name != NAME


def _cell(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(float(value)) if isinstance(value, float) else str(value)
