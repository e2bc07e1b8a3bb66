"""What the page says about rows per value: of columns that stratify, and of those tasks ask for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trunkline.reports import names, numbers
from trunkline.reports.contents import Dataset
from trunkline.reports.findings import Study
from trunkline.reports.metalearning import measured as metalearning

SPLITS = ("train", "validation", "test", "quarantine")
MOST = 24  # values of a column that is not folded away


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Rows per value of one column: a row per value; per split a count and its share.

    Attributes:
        uses: what the values decide.
        folded: whether they are too many to be shown at once.
    """

    column: str
    uses: str
    splits: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    folded: bool


def balances(
    dataset: Dataset, studies: Sequence[Study], learners: Sequence[metalearning.Measured] = ()
) -> tuple[Balance, ...]:
    """Return rows per value of each column that matters to a study, or to the split.

    Args:
        dataset: its summary has the counts; a column of many values has none.
        studies: those that ask of this dataset.
        learners: studies of meta-learners that do.
    """
    uses: dict[str, list[str]] = {}
    for column, use in (*_asked(learners), *_used(dataset, studies)):
        if column in dataset.summary["classes"] and use not in uses.setdefault(column, []):
            uses[column].append(use)
    rows = dataset.summary["rows"]
    return tuple(
        _balance(column, names.listed(words), dataset.summary["classes"][column], rows)
        for column, words in uses.items()
    )


def _used(dataset: Dataset, studies: Sequence[Study]) -> Iterator[tuple[str, str]]:
    """Yield columns, and what each is there for: labels first."""
    for study in studies:
        for name in study.settings.tasks:
            for column in study.settings.tasks[name].columns:
                yield column, f"labels of {names.quoted(study.title(name))}"
    for study in studies:
        for task in study.settings.tasks.values():
            for column in task.where:
                yield column, "which rows a task has"
    for column in dataset.settings.split.stratify:
        yield column, "strata of the split"


def _asked(learners: Sequence[metalearning.Measured]) -> Iterator[tuple[str, str]]:
    """Yield columns that say what an episode is."""
    for learner in learners:
        episodes, title = learner.settings.episodes, names.quoted(learner.settings.title)
        if episodes.kind == "classes":
            yield episodes.target, f"classes of episodes of {title}"
        if episodes.group is not None:
            yield episodes.group, f"tasks of {title}"
        if episodes.parent is not None:
            yield episodes.parent, f"parents of classes of {title}"


def _balance(
    column: str, uses: str, counts: Mapping[str, Mapping[str, int]], rows: Mapping[str, int]
) -> Balance:
    splits = tuple(split for split in SPLITS if split in counts)
    labels = dict.fromkeys(label for split in splits for label in counts[split])
    totals = {split: sum(counts[split].values()) for split in splits}
    lines = [
        (label, tuple(_cell(counts[split].get(label, 0), totals[split]) for split in splits))
        for label in sorted(labels, key=_in_order)
    ]
    without = tuple((f"{rows[split] - totals[split]}", "") for split in splits)
    if any(count != "0" for count, _ in without):
        lines.append(("without a value", without))
    return Balance(
        column=column, uses=uses, splits=splits, rows=tuple(lines), folded=len(lines) > MOST
    )


def _cell(count: int, total: int) -> tuple[str, str]:
    """Return a count and its share of the rows that have a value."""
    share = f"{numbers.plain(100 * count / total, 1)}\N{NO-BREAK SPACE}%" if total else ""
    return str(count), share


def _in_order(label: str) -> tuple[bool, float, str]:
    """Sort labels that are numbers as numbers, before the others."""
    numeric = label.lstrip("-").replace(".", "", 1).isdecimal()
    return (not numeric, float(label) if numeric else 0.0, label)
