"""Sheets of Excel workbooks (`.xlsx`), row by row, by openpyxl (the extra `excel`)."""

import contextlib
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from trunkline.data import cells
from trunkline.data.streams import Stream
from trunkline.settings import naming
from trunkline.settings.files import Excel
from trunkline.sources import archives, places, remote

LIMIT = 1 << 30  # bytes of a workbook once it is unpacked


def read(settings: Excel, root: Path) -> Stream:
    """Return the rows of a sheet; its first row has the names of the columns.

    Raises:
        ValueError: it is no workbook, has no such sheet, or openpyxl is not installed.
        OSError: it does not exist or may not be read.
    """
    path = remote.at(root, settings.path, settings.sha256)
    local = places.file(path, settings.sha256)
    archives.within(path, LIMIT)
    told = {"kind": "excel", "file": {**local.told(), "path": settings.path}}

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        return _rows(settings, path)

    return cells.stream(rows, settings.columns, settings.path, told)


def _rows(settings: Excel, path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with _opened(settings, path) as book:
        lines = _sheet(settings, book).iter_rows(values_only=True)
        names = _names(settings, next(lines, ()))
        number = 0
        for line in lines:
            values = [_value(value, settings) for value in line]
            if all(value is None for value in values):
                continue  # rows of a sheet that were formatted and never filled
            number += 1
            if any(value is not None for value in values[len(names) :]):
                raise ValueError(
                    f"{settings.path}: row {number} has values right of the last named column: "
                    "name their columns in the first row"
                )
            yield number, dict(zip(names, values, strict=False))


@contextlib.contextmanager
def _opened(settings: Excel, path: Path) -> Iterator[Any]:
    """Open a workbook; whatever openpyxl stumbles over is a damaged workbook."""
    try:
        import openpyxl
    except ImportError as error:
        raise ValueError(
            f"{settings.path}: workbooks need openpyxl: `.venv/bin/python -m pip install "
            "openpyxl`, or save the sheet as CSV"
        ) from error
    try:
        with path.open("rb") as content, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            # Given a path, openpyxl wants a certain ending.
            book = openpyxl.load_workbook(content, read_only=True, data_only=True)
            try:
                yield book
            finally:
                book.close()
    except places.BROKEN as error:
        if str(error).startswith(f"{settings.path}: "):
            raise  # with a message of its own
        raise places.damaged(settings.path, "an Excel workbook", error) from error


def _sheet(settings: Excel, book: Any) -> Any:
    """Return the sheet that is meant."""
    names = list(book.sheetnames)
    if settings.sheet is not None and settings.sheet not in names:
        hint = naming.suggestion(settings.sheet, names)
        raise ValueError(f"{settings.path}: no sheet '{settings.sheet}'{hint}")
    if settings.sheet is None and len(names) != 1:
        raise ValueError(f"{settings.path}: it has the sheets {names}: name one as `sheet`")
    return book[settings.sheet or names[0]]


def _names(settings: Excel, first: tuple[object, ...]) -> list[str]:
    names = [str(value) if value is not None else "" for value in first]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise ValueError(f"{settings.path}: expected names in the first row, it is empty")
    for number, name in enumerate(names, 1):
        if names.count(name) > 1 or not name:
            what = f"is called '{name}', as another is" if name else "has no name"
            raise ValueError(f"{settings.path}: column {number} {what}: give it a name of its own")
    return names


def _value(value: object, settings: Excel) -> object:
    if isinstance(value, str) and value in settings.nulls:
        return None
    plain = value is None or isinstance(value, str | bool | int | float | datetime)
    return value if plain else str(value)  # a time of day, a duration
