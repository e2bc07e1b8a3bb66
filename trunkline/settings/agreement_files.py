"""What the entries of a source in files ask of each other."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from trunkline.settings import addresses, agreement_databases, endings, naming
from trunkline.settings.databases import Sql
from trunkline.settings.dataset import QUARANTINE_SHARE, Bundled, Dataset, Latent, Source, Stories
from trunkline.settings.family import Family
from trunkline.settings.files import Columns, Csv, Idx, Images
from trunkline.settings.market import Market
from trunkline.settings.presets import PARTS, UNCERTAIN, Preset

LONGEST = 18  # digits of a whole number
Problem = tuple[str, str]  # the place, what is wrong there


def check(place: str, dataset: Dataset) -> Iterator[Problem]:
    """Yield where a dataset has no source or two, or a source contradicts itself."""
    if (dataset.source is None) == (not dataset.sources):
        yield place, "expected either 'source' or 'sources', one of them"
    if dataset.source is not None:
        yield from _source(f"{place}.source", dataset.source)
    for number, source in enumerate(dataset.sources):
        yield from _source(f"{place}.sources[{number}]", source)
    if dataset.on_violation == "stop" and dataset.quarantine_share != QUARANTINE_SHARE:
        yield (
            f"{place}.quarantine_share",
            "expected 'on_violation: quarantine' beside it: without it no row is set aside",
        )


def _source(place: str, source: Source) -> Iterator[Problem]:
    columns = getattr(source, "columns", None)
    if isinstance(columns, Columns):
        yield from _columns(f"{place}.columns", columns)
    match source:
        case Idx():
            yield from _idx(place, source)
        case Bundled() | Latent() | Stories() | Market() | Family():
            return
        case Preset():
            yield from _preset(place, source)
        case Sql():
            yield from agreement_databases.check(place, source)
        case _:
            yield from _path(f"{place}.path", source.path)
            yield from _sha256(f"{place}.sha256", source.sha256)
    if isinstance(source, Csv):
        yield from _csv(place, source)
    if isinstance(source, Images) and source.channels == 2:
        yield f"{place}.channels", "expected 1 (grey) or 3 (colours), received 2"


def _idx(place: str, source: Idx) -> Iterator[Problem]:
    for name, path in source.paths.items():
        yield from _path(f"{place}.paths.{name}", path)
    for name, value in source.sha256.items():
        yield from _sha256(f"{place}.sha256.{name}", value)
        if name not in source.paths:
            yield f"{place}.sha256.{name}", "it is not among 'paths'"


def _preset(place: str, source: Preset) -> Iterator[Problem]:
    yield from _sha256(f"{place}.sha256", source.sha256)
    parts = PARTS[source.name]
    if source.part is not None and source.part not in parts:
        hint = naming.suggestion(source.part, parts)
        yield f"{place}.part", f"'{source.name}' has no part '{source.part}'{hint}"
    if source.sha256 is not None and source.name not in UNCERTAIN:
        yield f"{place}.sha256", f"the SHA-256 of '{source.name}' is known: leave it out"


def _sha256(place: str, value: str | None) -> Iterator[Problem]:
    if value is not None and not re.fullmatch("[0-9a-fA-F]{64}", value):
        yield place, f"expected 64 hex digits, received {value[:70]!r}"


def _path(place: str, path: str) -> Iterator[Problem]:
    if addresses.remote(path):
        yield from _address(place, path)
        return
    parts = PurePosixPath(path.replace("\\", "/")).parts
    if path.startswith(("/", "~")) or ".." in parts or ":" in path:
        yield (
            place,
            f"expected a path in the project's folder, received {path!r}: a path "
            "of this machine would become part of the results; put the file there, or a link to it",
        )


def _address(place: str, address: str) -> Iterator[Problem]:
    if endings.database(address):
        yield place, f"{_schemes(address)}: {endings.DATABASE}"
        return
    shown = addresses.masked(address)
    if addresses.scheme(address) not in addresses.SCHEMES:
        yield place, _schemes(address)
    if addresses.secret(address):
        yield (
            place,
            f"a password or a token stands in {shown!r}, and this file is for all to read: write "
            "`{NAME}` in its place, and `export NAME=...` where it is run",
        )
    if not addresses.name(address):
        yield place, f"expected the address of a file, received that of a folder: {shown!r}"


def _schemes(address: str) -> str:
    received = addresses.masked(address)
    return f"expected {', '.join(addresses.SCHEMES)} or a path, received {received!r}"


def _columns(place: str, columns: Columns) -> Iterator[Problem]:
    for name in columns.cast.keys() & columns.dates.keys():
        yield f"{place}.dates.{name}", "a column with a format of dates is not cast: remove one"
    taken = list(columns.rename.values())
    for name in sorted({name for name in taken if taken.count(name) > 1}):
        yield f"{place}.rename", f"two columns would be called '{name}'"
    for name, value in columns.constants.items():
        if name in taken:
            yield f"{place}.constants.{name}", "a column is renamed to it: call one something else"
        if not name.strip():
            yield f"{place}.constants", "a column has no name: give it one"
        if isinstance(value, int) and abs(value) >= 10**LONGEST:
            yield (
                f"{place}.constants.{name}",
                f"expected a whole number of at most {LONGEST} digits: quote it to make it text",
            )


def _csv(place: str, source: Csv) -> Iterator[Problem]:
    for name in ("delimiter", "quote"):
        sign = getattr(source, name)
        if sign and (len(sign) != 1 or not sign.isascii() or sign in "\r\n\0"):
            yield f"{place}.{name}", f"expected one character of ASCII, received {sign!r}"
    if source.delimiter is not None and source.delimiter in (source.quote, source.decimal):
        yield (
            f"{place}.delimiter",
            f"{source.delimiter!r} is also the quote or the decimal sign: state another",
        )
    if source.delimiter is None and source.decimal == "," and ".tsv" not in source.path:
        yield f"{place}.delimiter", "missing: the decimal sign is ',', so what is between columns?"
    if source.member is not None and not addresses.name(source.path).lower().endswith(".zip"):
        yield f"{place}.member", f"expected a path that ends on .zip, received {source.path!r}"
    if "" in source.replace:
        yield f"{place}.replace", "expected words to be replaced, received ''"
    if source.header == bool(source.names):
        yield f"{place}.names", "expected names where, and only where, 'header' is false"
