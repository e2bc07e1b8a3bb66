"""Facts about users and items that stand beside each interaction, as a table of their own."""

import pandas as pd

from trunkline.data import tables
from trunkline.settings.recommending.study import Side


def told(learned: pd.DataFrame, side: Side, key: str) -> pd.DataFrame:
    """Return one row for each user or item that interactions name, with the facts beside them.

    Args:
        learned: rows of the interactions.
        side: which columns are facts.
        key: the column of ids.

    Raises:
        ValueError: rows of one user or item tell different facts.
    """
    wanted = dict.fromkeys([key, *tables.columns(learned, side.columns)])
    if side.title is not None:
        wanted[side.title] = None
    distinct = learned.drop_duplicates(list(wanted), ignore_index=True)
    repeated = distinct[key].duplicated(keep=False)
    if repeated.any():
        who = distinct.loc[repeated, key].iloc[0]
        columns = [
            name for name in wanted if distinct.loc[distinct[key] == who, name].nunique() > 1
        ]
        raise ValueError(
            f"dataset '{side.dataset}': rows of '{key}' = '{who}' tell different facts in "
            f"{', '.join(map(repr, columns)) or 'some column, once missing'} "
            f"({distinct.loc[repeated, key].nunique()} such): make them the same at the source, or "
            "give facts a dataset of their own"
        )
    return distinct
