"""The columns of a dataset, as far as they are known before its source is read."""

from trunkline.settings import naming
from trunkline.settings.dataset import Dataset, Source, Stories
from trunkline.settings.family import Family
from trunkline.settings.files import Columns, Csv
from trunkline.settings.market import COLUMNS, Market


def known(dataset: Dataset) -> tuple[str, ...] | None:
    """Return the names of all columns; None: only the source can tell.

    Example:
        >>> known(Dataset(title="Users", source=Market(kind="market", table="users")))
        ('row_id', 'user_id', 'age', 'occupation', 'town')
    """
    sources = dataset.sources if dataset.source is None else (dataset.source,)
    found = [_of(source) for source in sources]
    if not found or found[0] is None:
        return None
    return ("row_id", *(name for name in found[0] if name != "row_id"))


def lacks(dataset: Dataset, name: str) -> str | None:
    """Return why a column or pattern names nothing; None: it does, or only the source can tell.

    Args:
        dataset: where it should be.
        name: of a column, or a pattern with `*`.
    """
    columns = known(dataset)
    if columns is None or any(naming.fits(column, name) for column in columns):
        return None
    return f"the dataset has no column '{name}'{naming.suggestion(name, columns)}"


def _of(source: Source) -> tuple[str, ...] | None:
    match source:
        case Market():
            return COLUMNS[source.table]
        case Family():
            return ("task", *source.inputs, "y")
        case Stories():
            return ("medium", "title", "text", "category")
        case Csv() if not source.header and not source.columns.select:
            return _renamed(source.columns, source.names)
    chosen = getattr(source, "columns", None)
    if isinstance(chosen, Columns) and chosen.select and not any("*" in n for n in chosen.select):
        return _renamed(chosen, chosen.select)
    return None


def _renamed(columns: Columns, names: tuple[str, ...]) -> tuple[str, ...]:
    return (*(columns.rename.get(name, name) for name in names), *columns.constants)
