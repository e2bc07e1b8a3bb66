"""The kind of a source, where the ending of its file leaves no doubt."""

from collections.abc import Mapping
from typing import Any

from trunkline.settings import addresses

KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".xlsx": "excel",
    ".npz": "npz",
}
PACKED = (".gz", ".bz2", ".xz", ".zst")


def kind(source: Mapping[str, Any]) -> str | None:
    """Return the kind of a source that states none, None where its `path` does not tell.

    Example:
        >>> kind({"path": "wine.csv.gz"}), kind({"path": "pictures"})
        ('csv', None)
    """
    path = source.get("path")
    if not isinstance(path, str):
        return None
    name = addresses.name(path).lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return next((kind for ending, kind in KINDS.items() if name.endswith(ending)), None)


def completed(source: object) -> object:
    """Return a source with its kind, where it states none and its ending tells."""
    if isinstance(source, Mapping) and "kind" not in source and (told := kind(source)):
        return {"kind": told, **source}
    return source
