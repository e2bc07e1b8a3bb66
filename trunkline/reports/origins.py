"""What the page says about where rows came from: files, databases, published data, generators."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trunkline.reports import names, numbers
from trunkline.settings.databases import Sql
from trunkline.settings.dataset import Dataset
from trunkline.settings.family import Family
from trunkline.settings.market import Market
from trunkline.settings.presets import Preset

MOST = 6  # files that are not folded away
_KINDS = {
    "csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet", "arrow": "Arrow", "excel": "Excel",
    "npz": "NumPy", "idx": "IDX", "images": "pictures", "sql": "database",
    "bundled": "ships with a library", "latent": "generated", "stories": "generated",
    "market": "generated", "family": "generated",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A line about a source: what it is about, words, and what is to be copied as it is."""

    label: str
    text: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One source of a dataset.

    Attributes:
        facts: what is shown at once.
        more: files, where they are many.
    """

    facts: tuple[Fact, ...]
    more: tuple[Fact, ...] = ()


def origins(settings: Dataset, told: Mapping[str, Any]) -> tuple[Origin, ...]:
    """Return each source of a dataset with what was read from it.

    Args:
        settings: of the dataset.
        told: `source` of its summary; empty of rows that are generated.
    """
    one = () if settings.source is None else (settings.source,)
    sources = settings.sources or one
    entries = told.get("sources", [told])
    if len(entries) != len(sources):  # a summary of other settings: what was read is still told
        return tuple(_origin(None, entry) for entry in entries if entry)
    return tuple(_origin(*both) for both in zip(sources, entries, strict=True))


def files(told: Any) -> Iterator[Fact]:
    """Yield path, size and digest of each file that a source tells of, however deep."""
    if isinstance(told, Mapping):
        if "path" in told and "sha256" in told:
            yield Fact(
                label="File",
                text=f"{told['path']}, {_size(told.get('bytes'))}, SHA-256",
                code=str(told["sha256"]),
            )
        else:
            for entry in told.values():
                yield from files(entry)
    elif isinstance(told, list):
        for entry in told:
            yield from files(entry)


def _origin(source: Any, told: Mapping[str, Any]) -> Origin:
    found = tuple(files(told))
    few = len(found) <= MOST
    many = Fact(label="Files", text=f"{len(found)}, listed below")
    return Origin(
        facts=(
            *_published(source, told.get("preset", {})),
            Fact(label="Kind", text=_kind(source, told)),
            *_database(source, told),
            *(found if few else (many,)),
        ),
        more=() if few else found,
    )


def _published(source: Any, preset: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield what the makers of published data are to be told and asked."""
    if isinstance(source, Preset) and not preset:
        yield Fact(label="Published as", text=source.name)
    if preset:
        part = f"{preset['title']}; of its tables {preset['part']}"
        yield Fact(label="Published as", text=part)
        yield Fact(label="Licence", text=str(preset["licence"]))
        yield Fact(label="To be cited", text=str(preset["citation"]))
        yield Fact(label="Page", text="", code=str(preset["page"]))


def _kind(source: Any, told: Mapping[str, Any]) -> str:
    kind = str(told.get("kind") or getattr(source, "kind", "") or numbers.ABSENT)
    words = [_KINDS.get(kind, kind)]
    if kind == "csv":
        words += [f"values apart by {_mark(told.get('delimiter', ','))}"]
        words += [f"decimal sign {told['decimal']}"] if told.get("decimal", ".") != "." else []
        words += [str(told["encoding"])] if "encoding" in told else []
        words += [f"{told['member']} of an archive"] if told.get("member") else []
    if kind in ("bundled", "latent", "stories"):
        words += [f"named {getattr(source, 'name', kind)} in params.yaml"]
    if isinstance(source, Family):
        words += [f"a family of {source.form} in params.yaml"]
    if isinstance(source, Market):
        words += [f"{source.table} of the {source.market} market in params.yaml"]
    if "pictures" in told:
        words += [f"{numbers.plain(int(told['pictures']), 0)} of them"]
    return ", ".join(words)


def _mark(sign: str) -> str:
    named = {"\t": "tabs", ",": "commas", ";": "semicolons", " ": "blanks"}
    return named.get(sign, names.quoted(sign))


def _database(source: Any, told: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield what was asked of a database, and what it returned; its address has no password."""
    if told.get("kind") != "sql":
        return
    address = source.url if isinstance(source, Sql) else ""
    yield Fact(label="Database", text=str(told["dialect"]), code=address)
    for key in ("table", "query"):
        if told.get(key):
            yield Fact(label=key.capitalize(), text="", code=str(told[key]))
    yield Fact(label="Sorted by", text=_sorted(told.get("order_by", numbers.ABSENT)))
    if "rows" in told:
        rows = numbers.plain(int(told["rows"]), 0)
        yield Fact(label="Rows", text=f"{rows}, SHA-256 of them", code=str(told["sha256"]))


def _sorted(by: str | Sequence[str]) -> str:
    return by if isinstance(by, str) else names.listed(list(by))


def _size(size: object) -> str:
    if not isinstance(size, int):
        return "size unknown"
    return "1 byte" if size == 1 else f"{numbers.plain(size, 0)} bytes"
