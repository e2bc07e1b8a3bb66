"""What the page says about how columns become what a network reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

import pandas as pd

from trunkline.data.encoding import kinds
from trunkline.reports import expecting, numbers
from trunkline.reports.contents import Dataset
from trunkline.reports.findings import Study
from trunkline.reports.images import matching
from trunkline.reports.metalearning import measured as metalearning
from trunkline.settings import naming
from trunkline.settings.encoding import Encoding
from trunkline.settings.inputs import Inputs


@dataclass(frozen=True, kw_only=True)
class Line:
    """Neighbouring columns that enter alike: how, by what settings, and who said so."""

    columns: str
    kind: str
    details: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Entering:
    """How the columns of a dataset enter the networks of a study."""

    title: str
    columns: int
    lines: tuple[Line, ...]


def entering(
    dataset: Dataset, studies: Sequence[Study], learners: Sequence[metalearning.Measured] = ()
) -> tuple[Entering, ...]:
    """Return how columns become numbers, study by study; a source read differently is told too.

    Args:
        dataset: its sample rows have the types that decide where nothing was said.
        studies: those that ask of this dataset.
        learners: studies of meta-learners that do.
    """
    found = []
    for study in studies:
        found.append(_entering(dataset.samples, study.settings.inputs, study.settings.title))
        source = study.settings.pretrain.inputs
        if source is not None:
            title = f"{study.settings.title}, to learn the source task"
            found.append(_entering(dataset.samples, source, title))
    found += [_entering(dataset.samples, s.settings.inputs, s.settings.title) for s in learners]
    return tuple(found)


def _entering(samples: pd.DataFrame, inputs: Inputs, title: str) -> Entering:
    columns = matching([str(name) for name in samples], inputs.columns)
    chosen = [(_chosen(samples[name], inputs), name) for name in columns]
    return Entering(
        title=title,
        columns=len(columns),
        lines=tuple(
            Line(
                columns=expecting.span([name for _, name in group]),
                kind=numbers.ABSENT if settings is None else settings.kind.replace("_", " "),
                details="" if settings is None else _details(settings),
                by=f"the entry {pattern}" if pattern else "its type",
            )
            for (pattern, settings), group in groupby(chosen, key=lambda one: one[0])
        ),
    )


def _chosen(column: pd.Series, inputs: Inputs) -> tuple[str, Encoding | None]:
    """Return the pattern that fits first and what it says; nothing where no sample tells."""
    for pattern, settings in inputs.encode.items():
        if naming.fits(str(column.name), pattern):
            return pattern, settings
    if column.dtype == object and column.isna().all():
        return "", None
    return "", kinds.default(column, inputs.scale)


def _details(settings: Any) -> str:
    """Return the options of an encoding that differ between kinds, as words."""
    told: Mapping[str, Any] = {
        field.name.replace("_", " "): getattr(settings, field.name)
        for field in fields(settings)
        if field.name != "kind"
    }
    return "; ".join(f"{name} {_value(value)}" for name, value in told.items() if value != ())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        shown = [expecting.value(item) for item in value[:12]]
        return " ".join(shown) + (f" and {len(value) - 12} more" if len(value) > 12 else "")
    return expecting.value(value)
