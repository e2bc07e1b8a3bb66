"""The shape of a contract, which people write: objects, lists and texts where they belong."""

from collections.abc import Mapping
from typing import Any

LISTS = ("expectations", "rules")
CALLED: dict[type, str] = {dict: "an object {...}", list: "a list [...]", str: "a text"}
ENTRY: dict[str, type] = {"type": str, "column": str, "columns": list, "kwargs": dict}


def check(contract: object) -> None:
    """Pass a contract whose entries are what they must be; what they say is not looked at.

    Raises:
        ValueError: one is not; says which.
    """
    _expect(contract, dict, "the contract")
    whole: Any = contract
    where = f"the contract for '{whole.get('dataset', '')}'"
    for key in LISTS:
        entries = whole.get(key, [])
        _expect(entries, list, f"`{key}` of {where}")
        for number, entry in enumerate(entries, start=1):
            _entry(entry, f"{key[:-1]} {number} of {where}")


def _entry(entry: Any, where: str) -> None:
    _expect(entry, dict, where)
    for key, kind in ENTRY.items():
        if key in entry:
            _expect(entry[key], kind, f"`{key}` in {where}")
    for name in entry.get("columns", []):
        _expect(name, str, f"each of `columns` in {where}")


def _expect(value: object, kind: type, what: str) -> None:
    if not isinstance(value, Mapping if kind is dict else kind):
        raise ValueError(f"{what}: expected {CALLED[kind]}, received {str(value)[:40]!r}")
