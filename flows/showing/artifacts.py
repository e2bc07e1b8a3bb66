"""Prefect's artifacts: what a run leaves for people to see in the UI."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect import artifacts

from flows.showing import contents, metrics, progress

_AT_ONCE: dict[str, Any] = {"_sync": True}  # no coroutine, even where an event loop runs


def publish(
    root: Path, told: progress.Progress, found: Sequence[metrics.Change] = ()
) -> tuple[UUID, ...]:
    """Create the artifacts of a run; call it in the flow run they belong to.

    Args:
        root: The folder of `dvc.yaml`.
        told: How the run went.
        found: The metrics beside those of the last commit, from `metrics.changes`.

    Returns:
        The ids of the artifacts.
    """
    return tuple(_create(content) for content in contents.gather(root, told, found))


def _create(content: contents.Content) -> UUID:
    told: dict[str, Any] = {"key": content.key, "description": content.description, **_AT_ONCE}
    if isinstance(content, contents.Table):
        rows = [dict(row) for row in content.rows]
        return cast(UUID, artifacts.create_table_artifact(rows, **told))
    if isinstance(content, contents.Page):
        return cast(UUID, artifacts.create_markdown_artifact(content.text, **told))
    return cast(UUID, artifacts.create_link_artifact(content.target, content.words, **told))
