"""Text with a delimiter: CSV, TSV and the like, plain or packed, streamed."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from trunkline.data import choosing, glancing, guessing
from trunkline.data.choosing import Choice
from trunkline.data.streams import Stream
from trunkline.settings import addresses
from trunkline.settings.files import Csv
from trunkline.sources import delimited_faults, places, remote

OTHERS = (",", ";", "\t", "|")  # delimiters that a header may hint at


def read(settings: Csv, root: Path, *, quick: bool = False) -> Stream:
    """Return the rows of a file.

    Args:
        settings: where it is and how it is written.
        root: the project's folder.
        quick: take columns for what their first values are, as `glancing` does.

    Raises:
        ValueError: it is no such file; names the row and the value.
        OSError: it does not exist or may not be read.
    """
    path = remote.at(root, settings.path, settings.sha256)
    local = places.file(path, settings.sha256)
    mark = delimiter(settings)
    names = _names(settings, path, mark)
    chosen = choosing.choices(names, settings.columns, settings.path)

    def batches(parsed: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        types = {name: pa.float64() if name in parsed else pa.large_string() for name in names}
        return _batches(settings, mark, types, chosen, path)

    schema = pa.schema([(choice.source, pa.large_string()) for choice in chosen])
    told = {
        "kind": "csv",
        "file": {**local.told(), "path": settings.path},
        "delimiter": mark,
        "decimal": settings.decimal,
        "encoding": settings.encoding,
        "nulls": list(settings.nulls),
        "member": settings.member,
        "replace": dict(settings.replace),
    }
    raw = Stream(schema, batches, told)
    if quick:
        return glancing.glanced(raw, batches, chosen, settings.decimal, settings.path)
    return guessing.guessed(raw, chosen, settings.decimal, settings.path)


def delimiter(settings: Csv) -> str:
    """Return what stands between values: as stated, else by the file's ending."""
    if settings.delimiter is not None:
        return settings.delimiter
    return "\t" if ".tsv" in Path(addresses.name(settings.path)).suffixes else ","


def _names(settings: Csv, path: Path, mark: str) -> list[str]:
    """Return the names of the columns: of the header, or as stated.

    Raises:
        ValueError: the delimiter is another one; there is no header.
    """
    with delimited_faults.text(settings, path) as (content, _):
        lines = io.TextIOWrapper(content, encoding="utf-8", newline="")
        for _ in range(settings.skip):
            lines.readline()
        quote: Any = settings.quote or None
        plain: Any = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
        try:
            first = next(csv.reader(lines, delimiter=mark, quotechar=quote, quoting=plain), [])
        except csv.Error as error:
            raise ValueError(f"{settings.path}: the first row cannot be read: {error}") from error
    if not first:
        raise ValueError(f"{settings.path}: expected names or values in the first row, it is empty")
    _hint(settings, first, mark)
    if first[0].lstrip().startswith(('{"', "[{", "{'")):
        raise ValueError(
            f"{settings.path}: expected rows, it is JSON: say `kind: jsonl`, and write an object a "
            "line"
        )
    names = first if settings.header else list(settings.names)
    if len(names) != len(first):
        raise ValueError(
            f"{settings.path}: expected {len(names)} columns, as `names` has, the first row has "
            f"{len(first)}: name each"
        )
    return names


def _hint(settings: Csv, first: list[str], mark: str) -> None:
    """Stop where one column holds several of another delimiter."""
    counts = {other: first[0].count(other) for other in OTHERS if other != mark}
    other = max(counts, key=counts.__getitem__)
    if len(first) == 1 and counts[other]:
        name = "tab" if other == "\t" else f"'{other}'"
        raise ValueError(
            f"{settings.path}: expected {mark!r} between columns, the first row has none but "
            f"{counts[other]} times {name}: state `delimiter: {other!r}`"
        )


def _batches(
    settings: Csv, mark: str, types: dict[str, pa.DataType], chosen: list[Choice], path: Path
) -> Iterator[pa.RecordBatch]:
    bad: list[pyarrow.csv.InvalidRow] = []

    def refuse(row: pyarrow.csv.InvalidRow) -> str:
        bad.append(row)
        return "error"

    parsing = pyarrow.csv.ParseOptions(
        delimiter=mark,
        quote_char=settings.quote or False,
        newlines_in_values=bool(settings.quote),
        ignore_empty_lines=len(types) > 1,
        invalid_row_handler=refuse,
    )
    with delimited_faults.text(settings, path) as (content, seen):
        try:
            yield from pyarrow.csv.open_csv(
                content,
                parse_options=parsing,
                read_options=_reading(settings, list(types)),
                convert_options=_converting(settings, types, chosen),
            )
        except pa.ArrowInvalid as error:
            if pa.float64() in types.values():  # what is wrong, text will tell
                raise glancing.Misfit(settings.path) from error
            raise ValueError(delimited_faults.broken(settings, path, mark, bad, error)) from error
        if seen.quotes % 2 and (fault := delimited_faults.unbalanced(settings, path, mark)):
            raise ValueError(fault)


def _reading(settings: Csv, names: list[str]) -> pyarrow.csv.ReadOptions:
    return pyarrow.csv.ReadOptions(
        column_names=names,
        skip_rows=settings.skip,
        skip_rows_after_names=int(settings.header),
        block_size=delimited_faults.BLOCK,
        use_threads=False,  # else a broken row has no number
    )


def _converting(
    settings: Csv, types: dict[str, pa.DataType], chosen: list[Choice]
) -> pyarrow.csv.ConvertOptions:
    return pyarrow.csv.ConvertOptions(
        include_columns=[choice.source for choice in chosen],
        column_types=types,
        null_values=list(settings.nulls),
        strings_can_be_null=True,
    )
