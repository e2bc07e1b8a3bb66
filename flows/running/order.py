"""The order that DVC's graph does not show."""

from pathlib import Path
from typing import Any


def of_frozen(graph: Any, ordered: list[Any]) -> dict[str, list[str]]:
    """Return what each stage comes after because one of the two is frozen.

    DVC cuts a frozen stage from its dependencies, but records what they are at its turn.
    """
    after: dict[str, list[str]] = {stage.addressing: [] for stage in ordered}
    positions = {stage: position for position, stage in enumerate(ordered)}
    for frozen in (stage for stage in ordered if stage.frozen):
        for other in graph.successors(frozen):
            if other in positions:
                first, second = sorted((frozen, other), key=lambda stage: positions[stage])
                after[second.addressing].append(first.addressing)
    return after


def around_outputs(ordered: list[Any]) -> frozenset[str]:
    """Return the folders that outputs of stages lie in."""
    outs = (out.fs_path for stage in ordered for out in stage.outs if out.protocol == "local")
    return frozenset(str(folder) for path in outs for folder in Path(path).parents)
