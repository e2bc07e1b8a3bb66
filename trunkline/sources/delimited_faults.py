"""Text with a delimiter, opened; and what is wrong with it, where it cannot be parsed."""

import csv
import io
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

import pyarrow.csv

from trunkline.data import inference
from trunkline.settings.files import Csv
from trunkline.sources import unpacking

BLOCK = 1 << 22  # bytes that are parsed at a time; a row must fit


def text(settings: Csv, path: Path) -> AbstractContextManager[tuple[IO[bytes], unpacking.Text]]:
    """Open the text of a file as its settings say it is written."""
    how = (settings.encoding, settings.quote, settings.member, settings.replace)
    return unpacking.text(path, *how)


def broken(
    settings: Csv, path: Path, mark: str, bad: list[pyarrow.csv.InvalidRow], error: Exception
) -> str:
    """Return what is wrong with rows that cannot be parsed."""
    fault, header = unbalanced(settings, path, mark), int(settings.header)
    if fault is None and bad:
        row = bad[0]
        number = "" if row.number is None else f"row {row.number - settings.skip - header}: "
        fault = (
            f"{settings.path}: {number}expected {row.expected_columns} values, received "
            f"{row.actual_columns}: {inference.shown(row.text)}: quote values that hold {mark!r}, "
            "or state another `delimiter` or `quote`"
        )
    if fault is None and (settings.header and not settings.skip) and not _second(settings, path):
        fault = f"{settings.path}: expected rows, the file has a header and none"
    return fault or (
        f"{settings.path}: expected rows of at most {BLOCK} bytes, received a longer one or none: "
        f"{error}"
    )


def _second(settings: Csv, path: Path) -> bool:
    """Return whether anything comes after the first row, which may lack the end of its line."""
    with text(settings, path) as (content, _):
        return len(content.readline(BLOCK)) == BLOCK or bool(content.read(1))


def unbalanced(settings: Csv, path: Path, mark: str) -> str | None:
    """Return where a quote is opened and never closed, None where all are closed."""
    if not settings.quote:
        return None
    with text(settings, path) as (content, _):
        lines = io.TextIOWrapper(content, encoding="utf-8", newline="")
        rows = csv.reader(lines, delimiter=mark, quotechar=settings.quote, strict=True)
        began = 0
        try:
            for _ in rows:
                began = rows.line_num
        except csv.Error as error:
            if "field larger" in str(error) and rows.line_num == began + 1:
                return None  # one long line
            return (
                f"{settings.path}: line {began + 1}: a {settings.quote} is opened there and not "
                f"closed as it should be ({error}): close it, write it twice within a value, or "
                "state `quote: ''`"
            )
    return None
