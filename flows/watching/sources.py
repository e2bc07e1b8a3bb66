"""What a source looks like from outside: cheap to ask for, and different once rows are different.

A source is an entry `datasets.<name>.source` of params.yaml. What it names says how it is looked
at: a `table`, a `query`, a `url` or a `path`. A source that names nothing of the kind ships with
the project or is generated; it changes with the code alone, and DVC sees that.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flows.watching import counting, fetching, filing
from trunkline.settings import addresses

Look = Callable[[str, Mapping[str, Any]], dict[str, Any]]
Seen = list[dict[str, Any]]  # JSON; one entry for each file, address or table
FIXED = frozenset(
    {"bundled", "family", "latent", "market", "preset", "stories"}
)  # a preset by its SHA-256

# In this order: what has a table also has a path or a url, of its database.
LOOKS: dict[str, Look] = {
    "table": counting.look,
    "query": counting.look,
    "url": fetching.look,
    "urls": fetching.look,
    "path": filing.look,
    "paths": filing.look,
}


def look(source: Mapping[str, Any]) -> Seen | None:
    """Return what can be seen of a source; None where it cannot change.

    Two looks are equal as long as the source has not changed.

    Args:
        source: As params.yaml has it, with its `kind`.

    Raises:
        ValueError: Nothing in it says where its rows come from, or how that is reached is unknown.
        OSError: It cannot be reached.
    """
    for key, see in LOOKS.items():
        if key in source:
            return [_at(see, place)(place, source) for place in _places(source[key])]
    if source.get("kind") in FIXED:
        return None
    raise ValueError(
        f"expected one of {', '.join(LOOKS)} in a source of kind '{source.get('kind')}', received "
        f"{', '.join(source)}: whether it changes cannot be seen; name its place, or give its kind "
        "a look in flows/watching/sources.py"
    )


def _at(see: Look, place: str) -> Look:
    """Return the look for a place: an address may stand where a path does."""
    remote = see is filing.look and addresses.remote(place)
    return fetching.look if remote else see


def _places(value: object) -> Iterator[str]:
    """Yield the text in a value that may be text, a list of it or a mapping to it."""
    match value:
        case str():
            yield value
        case list():
            for entry in value:
                yield from _places(entry)
        case dict():
            for entry in value.values():
                yield from _places(entry)
        case _:
            raise ValueError(f"expected the text of a place or a list of it, received {value!r}")
