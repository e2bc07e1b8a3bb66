"""What lock files say of stages, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Output:
    """An output as it is recorded.

    Args:
        path: From the root of the DVC repository.
        hash: Its MD5, with `.dir` at its end for a folder; None where nothing is recorded.
        cached: Whether its content is in DVC's cache; otherwise in git or nowhere.
        metric: Whether `dvc.yaml` calls it a metric.
    """

    path: str
    hash: str | None
    cached: bool = True
    metric: bool = False


@dataclass(frozen=True)
class Stage:
    """A stage of the graph and what is recorded of it.

    Args:
        name: As DVC addresses it.
        runs: Whether DVC runs a command for it; sources and frozen stages have their data brought.
        recorded: Whether a lock file knows it.
        command: The recorded command, on one line each.
        parameters: Recorded values in their canonical form, by `file: key`.
        dependencies: Recorded hashes, by path.
        outputs: By path.
    """

    name: str
    runs: bool = True
    recorded: bool = True
    command: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    dependencies: Mapping[str, str | None] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)


def overlap(one: str, other: str) -> bool:
    """Say whether two paths are the same, or one lies inside the other."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def canonical(value: object) -> object:
    """Return a parameter so that only equal values of equal kinds are equal: 1 is not 1.0."""
    if isinstance(value, Mapping):
        return frozenset((repr(key), canonical(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(canonical(item) for item in value)
    return repr(value)


def by_name(stages: Sequence[Stage]) -> dict[str, Stage]:
    """Return stages by their names, in their order."""
    return {stage.name: stage for stage in stages}
