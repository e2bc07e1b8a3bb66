"""All that a run leaves for people to see in Prefect, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.showing import (
    machine,
    markdown,
    metrics,
    places,
    progress,
    stages,
    validation,
    verdicts,
    view,
)


@dataclass(frozen=True)
class Table:
    """Rows under headings."""

    key: str
    description: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Page:
    """Text in Markdown."""

    key: str
    description: str
    text: str


@dataclass(frozen=True)
class Link:
    """A link, and the words it goes by."""

    key: str
    description: str
    target: str
    words: str


Content = Table | Page | Link


def gather(
    root: Path, told: progress.Progress, found: Sequence[metrics.Change] = ()
) -> tuple[Content, ...]:
    """Return what there is to show; a part that the pipeline does not have is left out.

    Args:
        root: The folder of `dvc.yaml`.
        told: How the run went.
        found: The metrics beside those of the last commit.
    """
    rows, states = told.rows(), stages.states(told.rows())
    summary = view.summary(rows, told.elapsed())
    contents: list[Content | None] = [
        _table("pipeline-stages", summary, stages.records(rows, told.now())),
        _table("pipeline-metrics", _METRICS, metrics.records(found)),
        _page("pipeline-verdicts", _VERDICTS, verdicts.markdown_text(verdicts.read(root, states))),
        _page(
            "pipeline-validation",
            _VALIDATION,
            validation.markdown_text(validation.read(root, states)),
        ),
        _table("pipeline-machine", _MACHINE, machine.records(root, states)),
        report(root),
    ]
    return tuple(content for content in contents if content is not None)


def report(root: Path) -> Link | None:
    """Return a link to the report, if there is one.

    Browsers do not follow links from a server's page to a file, so the path is told too.

    Args:
        root: The folder of `dvc.yaml`.
    """
    path = (root / places.REPORT).resolve()
    if not path.is_file():
        return None
    description = f"The report, a file on the machine that ran: {markdown.code(str(path))}"
    return Link("pipeline-report", description, path.as_uri(), places.REPORT)


_METRICS = "Every metric with its interval, and its change since the last commit"
_VERDICTS = "Differences to the baseline with their intervals; positive is better"
_VALIDATION = "What became of each dataset's contract"
_MACHINE = "What depends on the machine; of a stage that did not run, from when it last did"


def _table(key: str, description: str, rows: Sequence[Mapping[str, Any]]) -> Table | None:
    return Table(key, description, rows) if rows else None


def _page(key: str, description: str, text: str) -> Page | None:
    return Page(key, description, text) if text else None
