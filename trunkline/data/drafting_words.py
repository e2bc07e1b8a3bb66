"""A drafted contract as text: the file, what it would change, what a person should look at."""

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from trunkline.data.profiles import Column


def text(contract: Mapping[str, Any]) -> str:
    """Return a contract as JSON that a person reads: a line for each expectation."""
    head = {key: value for key, value in contract.items() if key != "expectations"}
    lines = [f"  {_json(key)}: {_json(value)}," for key, value in head.items()]
    entries = ",\n".join(f"    {_json(entry)}" for entry in contract["expectations"])
    return "\n".join(["{", *lines, '  "expectations": [', entries, "  ]", "}"]) + "\n"


def difference(kept: str, drafted: str, name: str) -> str:
    """Return the lines in which a contract and a new draft differ; "" where they do not."""
    lines = difflib.unified_diff(
        kept.splitlines(),
        drafted.splitlines(),
        f"{name} (kept)",
        f"{name} (drafted)",
        "",
        "",
        0,
        "",
    )
    return "\n".join(lines)


def notes(columns: Sequence[Column]) -> list[str]:
    """Return what a person should know that no expectation says."""
    return [
        *(
            f"{c.name}: {c.infinite:,} infinite values, so it got no range. Make them missing at "
            "the source: no network can read them"
            for c in columns
            if c.infinite
        ),
        *(f"{c.name}: no value at all; leave it out" for c in columns if not c.present),
        *(
            f"{c.name}: a `*` in a name stands for other columns too, so it got no expectation. "
            "Rename it with `columns.rename`"
            for c in columns
            if "*" in c.name
        ),
    ]


def message(name: str, kept: str | None, drafted: str, notes_: Sequence[str]) -> str:
    """Say what was drafted, or how a draft differs from the contract that was kept.

    Args:
        name: of the contract's file.
        kept: the contract that was there and stays; None where the draft was written.
        drafted: the draft.
        notes_: as of `notes`.
    """
    lines = [f"note: {note}\n" for note in notes_]
    if kept is None:
        said = "drafted. Review each line, say what the rows are and their licence, then commit it"
        return "".join([f"{name}: {said}\n", *lines])
    changes = difference(kept, drafted, name)
    if not changes:
        return "".join([f"{name}: kept; a new draft says the same\n", *lines])
    return (
        f"{changes}\n{name}: kept as it is. The lines above are how a draft of today differs: "
        "take over what you want, or let it be written over with REPLACE=yes\n" + "".join(lines)
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
