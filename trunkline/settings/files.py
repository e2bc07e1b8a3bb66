"""Files and folders of the user's own, from which the rows of a dataset come."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, MinLen

Name = Annotated[str, MinLen(1)]
Path = Annotated[str, MinLen(1)]  # relative to the project's folder
Kind = Literal["boolean", "integer", "number", "text", "timestamp"]
Encoding = Literal[
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "latin-1", "cp1250",
    "cp1251", "cp1252", "cp1253", "cp1254", "cp437", "cp850", "iso8859-2", "iso8859-15",
    "koi8-r", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr",
]  # fmt: skip
NULLS = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns are taken, and as what; entries but `constants` speak of names in the source.

    Attributes:
        select: names or patterns, in the order of the table; none for all.
        rename: `{old: new}`.
        cast: `{column: kind}`; a column that is named is not guessed at.
        dates: `{column: format}` of text that holds dates, as in `%d.%m.%Y`.
        constants: `{column: value}` of columns that the source lacks, the same in every row.
    """

    select: tuple[Name, ...] = ()
    rename: dict[str, Name] = field(default_factory=dict)
    cast: dict[str, Kind] = field(default_factory=dict)
    dates: dict[str, Name] = field(default_factory=dict)
    constants: dict[str, bool | int | str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Csv:
    """Text with a delimiter, plain or compressed (`.gz`, `.bz2`, `.xz`, `.zst`).

    Attributes:
        sha256: what the file must have; none for whatever it has.
        delimiter: one character; none for a tab where the name says `.tsv`, else a comma.
        decimal: between the whole part of a number and the rest.
        quote: what encloses values that hold a delimiter; nothing for no such character.
        nulls: words that stand for a missing value.
        header: whether the first row has the names of the columns.
        names: of the columns, where there is no header.
        skip: lines before the header.
        member: the file in a `.zip`, by its name there.
        replace: `{word: what stands in its place}`, before the text is cut into rows.
    """

    kind: Literal["csv"]
    path: Path
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)
    delimiter: Name | None = None
    decimal: Literal[".", ","] = "."
    quote: str = '"'
    encoding: Encoding = "utf-8"
    nulls: tuple[str, ...] = NULLS
    header: bool = True
    names: tuple[Name, ...] = ()
    skip: Annotated[int, Ge(0)] = 0
    member: Name | None = None
    replace: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JsonLines:
    """One JSON object a line, plain or compressed as `csv`."""

    kind: Literal["jsonl"]
    path: Path
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, kw_only=True)
class Parquet:
    """A Parquet file, or a folder of them; folders named `column=value` become columns."""

    kind: Literal["parquet"]
    path: Path
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """An Arrow IPC file or stream; Feather of version 2 is the same."""

    kind: Literal["arrow"]
    path: Path
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, kw_only=True)
class Excel:
    """A sheet of an Excel workbook (`.xlsx`), its first row the names of the columns.

    Attributes:
        sheet: its name; none for the only one.
    """

    kind: Literal["excel"]
    path: Path
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)
    sheet: Name | None = None
    nulls: tuple[str, ...] = NULLS


@dataclass(frozen=True, kw_only=True)
class Npz:
    """Arrays of NumPy (`.npz`); of `x` with several columns these become `x_0`, `x_1`."""

    kind: Literal["npz"]
    path: Path
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, kw_only=True)
class Idx:
    """Files of the MNIST family, plain or `.gz`: `{pixel: images, label: labels}`.

    Attributes:
        paths: each becomes a column, or columns `pixel_000` where a row has several values.
        sha256: what the files must have, by the same names.
    """

    kind: Literal["idx"]
    paths: Annotated[dict[str, Path], MinLen(1)]
    sha256: dict[str, Name] = field(default_factory=dict)
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, kw_only=True)
class Images:
    """Pictures in a folder or an archive (`.zip`, `.tar`), the class in their path.

    Columns: `path`, `label` (the folders on the way to the picture that are its class), `parent`
    (of a class of several folders, those above the last), `pixel_*`.

    Attributes:
        height: of every picture in the table; others are scaled to it.
        width: likewise.
        channels: 1 for grey, 3 for red, green and blue.
        limit_mib: an archive that holds more is refused.
        skip: folders above that of the class.
        levels: folders that make the class, joined by `/`; all but the last are its `parent`.
    """

    kind: Literal["images"]
    path: Path
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)
    height: Annotated[int, Gt(0), Le(256)]
    width: Annotated[int, Gt(0), Le(256)]
    channels: Annotated[int, Ge(1), Le(3)] = 1
    limit_mib: Annotated[int, Gt(0)] = 4096
    skip: Annotated[int, Ge(0)] = 0
    levels: Annotated[int, Ge(1)] = 1
