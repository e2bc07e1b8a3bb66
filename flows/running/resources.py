"""What a stage needs while it runs, as its `meta:` in `dvc.yaml` says, and what there is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
BYTES = {"": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 10**3, "MB": 10**6, "GB": 10**9}


@dataclass(frozen=True)
class Resources:
    """What a stage needs.

    Args:
        cpus: Cores it keeps busy.
        memory: Bytes it may take; 0 says nothing.
        mutex: Names of what only one stage may hold at a time.
        timeout: Seconds each of its attempts may take; None is without limit.
        retries: How often it is tried again after a failure.
    """

    cpus: int = 1
    memory: int = 0
    mutex: frozenset[str] = frozenset()
    timeout: float | None = None
    retries: int = 0


class Pool:
    """The cores and the memory of a run, and who holds what of them.

    Args:
        cpus: Cores there are.
        memory: Bytes there are.
    """

    def __init__(self, cpus: int, memory: int) -> None:
        self.cpus = cpus
        self.memory = memory
        self._held: dict[str, Resources] = {}

    def take(self, name: str, wanted: Resources) -> bool:
        """Give a stage what it wants, or return False; who wants more than there is runs alone."""
        held = self._held.values()
        cpus = self.cpus - sum(other.cpus for other in held)
        memory = self.memory - sum(other.memory for other in held)
        asked = Resources(
            min(wanted.cpus, self.cpus), min(wanted.memory, self.memory), wanted.mutex
        )
        if asked.cpus > cpus or asked.memory > memory:
            return False
        if any(asked.mutex & other.mutex for other in held):
            return False
        self._held[name] = asked
        return True

    def give_back(self, name: str) -> None:
        """Take back what a stage held."""
        del self._held[name]


def parse(name: str, meta: object) -> Resources:
    """Return what a stage's `meta:` asks for; keys that mean nothing here are left to others.

    Args:
        name: The stage, for messages.
        meta: The value of `meta:`, a mapping or None.

    Raises:
        ValueError: A key of ours has a value that cannot be read.
    """
    if not isinstance(meta, Mapping):
        return Resources()
    reader = _Reader(name, meta)
    return Resources(
        cpus=reader.count("cpus", 1, least=1),
        memory=reader.amount("memory", BYTES, "a number of bytes, or one with KiB, MiB or GiB"),
        mutex=reader.names("mutex"),
        timeout=reader.seconds("timeout"),
        retries=reader.count("retries", 0, least=0),
    )


@dataclass(frozen=True)
class _Reader:
    """Reads the keys of one stage's `meta:`."""

    name: str
    meta: Mapping[str, object] = field(repr=False)

    def _wrong(self, key: str, expected: str) -> ValueError:
        return ValueError(
            f"dvc.yaml: stage '{self.name}': meta.{key}: expected {expected}, "
            f"received {self.meta[key]!r}"
        )

    def count(self, key: str, default: int, least: int) -> int:
        value = self.meta.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self._wrong(key, f"a whole number of {least} or more")
        return int(value)

    def amount(self, key: str, units: Mapping[str, float], expected: str) -> int:
        return round(self._scaled(key, units, expected)) if key in self.meta else 0

    def seconds(self, key: str) -> float | None:
        if key not in self.meta:
            return None
        return self._scaled(key, SECONDS, "seconds above 0, or a number with s, m or h")

    def _scaled(self, key: str, units: Mapping[str, float], expected: str) -> float:
        read = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", str(self.meta[key]))
        if not read or read[2] not in units or float(read[1]) == 0:
            raise self._wrong(key, expected)
        return float(read[1]) * units[read[2]]

    def names(self, key: str) -> frozenset[str]:
        value = self.meta.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            raise self._wrong(key, "a name or a list of names")
        return frozenset(map(str, listed))
