"""Tables of facts: a row for each id, encoded by what training knows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interactions.tables_of import TIMED, table
from trunkline.interactions import parts
from trunkline.recommending import facts
from trunkline.settings.encoding import OneHot
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.study import Recommender, Side

PEOPLE = [("c", 60, "north"), ("a", 20, "south"), ("b", 40, "north"), ("z", 999, "west")]
SIDE = Side(dataset="people", columns=("age",), scale="none")
BOTH = Side(dataset="people", columns=("age", "town"), encode={"town": OneHot(kind="one_hot")})
TRAIN = (("c", 7, 1, 3), ("a", 8, 1, 1), ("a", 9, 1, 5))


def people(rows: list[tuple[str, int, str]] = PEOPLE, key: str = "user") -> pd.DataFrame:
    """Return facts about users, in no order."""
    return table(*rows, names=f"{key} age town")


def read(side: Side = SIDE, **told: Any) -> facts.Facts:
    """Return them as they are read."""
    return facts.read(people(**told), side, told.get("key", "user"))


def names(*ids: str) -> np.ndarray:
    """Return ids as pairs have them."""
    return np.array(ids, object)


def numbers(wanted: np.ndarray, known: np.ndarray, side: Side = SIDE) -> Any:
    """Return the numbers of some ids, encoded by the rows of others."""
    found = read(side)
    encoder = facts.fit(found, side, known)
    assert encoder is not None
    return facts.encoded(found, side, encoder, wanted).tolist()


def test_a_table_is_read_by_its_ids() -> None:
    """Ids are sorted, and each knows its row."""
    found = read()
    assert found.ids.tolist() == ["a", "b", "c", "z"]
    assert found.frame["user"].iloc[found.order].tolist() == ["a", "b", "c", "z"]


def test_a_key_of_its_own() -> None:
    """The column of ids is called as the study says."""
    assert read(key="name").ids.tolist() == ["a", "b", "c", "z"]


def test_ids_may_be_numbers() -> None:
    """Whole numbers are sorted as numbers."""
    frame = table((10, 1), (9, 2), names="item length")
    found = facts.read(frame, Side(dataset="films"), "item")
    assert found.ids.tolist() == [9, 10]
    assert found.order.tolist() == [1, 0]


def test_no_column_of_ids() -> None:
    """The table, the column and the way out are named."""
    message = "dataset 'people' has no column 'who' to find users or items by: name it with `key`"
    with pytest.raises(ValueError, match=message):
        facts.read(people(), SIDE, "who")


def test_an_id_of_several_rows() -> None:
    """At most three of them are shown."""
    rows = [(name, 1, "x") for name in "eddccbba"]
    message = "'people', column 'user': expected one row .*, received several of b, c, d$"
    with pytest.raises(ValueError, match=message):
        read(rows=rows)
    with pytest.raises(ValueError, match=r"received several of a$"):
        read(rows=[*PEOPLE, ("a", 21, "south")])


def test_a_row_without_an_id() -> None:
    """It is about nobody."""
    rows: list[Any] = [*PEOPLE, (None, 30, "east")]
    with pytest.raises(ValueError, match=r"dataset 'people': column 'user' names nobody in 1 rows"):
        read(rows=rows)


def test_numbers_come_in_the_order_of_the_ids() -> None:
    """A user may be asked for twice."""
    assert numbers(names("c", "a", "c"), names("a", "c")) == [[60], [20], [60]]


def test_only_known_rows_are_fitted_on() -> None:
    """Mean and deviation are those of a and c, and so are the towns; that of z is another."""
    found = numbers(names("a", "b", "c", "z"), names("a", "c"), BOTH)
    assert [row[0] for row in found] == pytest.approx([-1, 0, 1, (999 - 40) / 20])
    assert [row[1:] for row in found] == [[0, 0, 1], [0, 1, 0], [0, 1, 0], [1, 0, 0]]


def test_nothing_is_read() -> None:
    """A table may be there for its titles alone."""
    side = Side(dataset="people", title="town")
    assert facts.fit(read(side), side, names("a")) is None


def test_a_misspelt_column() -> None:
    """It is answered with the one that was meant."""
    side = Side(dataset="people", columns=("agee",))
    with pytest.raises(ValueError, match="no column matches 'agee'"):
        facts.fit(read(side), side, names("a"))


def test_an_id_without_a_row() -> None:
    """How many there are, three of them, and both ways out."""
    message = r"dataset 'people': 4 ids of the interactions have no row in it \(p, q, r\): add them"
    with pytest.raises(ValueError, match=message):
        numbers(names("a", "p", "q", "r", "s"), names("a"))
    with pytest.raises(ValueError, match=r"1 ids of the interactions have no row in it \(y\)"):
        facts.fit(read(), SIDE, names("a", "y"))


def test_ids_of_another_type() -> None:
    """The interactions count users, the table names them."""
    with pytest.raises(ValueError, match="dataset 'people': expected names of the type that"):
        facts.fit(read(), SIDE, np.array([1, 2]))


def study(**sides: Side) -> Recommender:
    """Return a study that reads sides."""
    return Recommender(title="t", dataset="d", interactions=TIMED, models=Models(), **sides)


def test_sides_are_those_of_training() -> None:
    """A row for each user of training, in the order of their places; items have no table."""
    pairs = parts.learned(table(*TRAIN), TIMED)
    found = facts.sides({"users": read()}, study(users=SIDE), pairs)
    assert found.users is not None
    assert found.users.dtype == np.float32
    assert found.users.tolist() == [[20], [60]]
    assert found.items is None


def test_sides_of_items() -> None:
    """Both tables are read alike; one that nothing is read of gives nothing."""
    films = table((9, 3.0), (8, 2.0), (7, 1.0), names="item length")
    side = Side(dataset="films", columns=("length",), scale="none")
    told = {"users": read(), "items": facts.read(films, side, "item")}
    asked = study(users=Side(dataset="people"), items=side)
    found = facts.sides(told, asked, parts.learned(table(*TRAIN), TIMED))
    assert found.users is None
    assert found.items is not None
    assert found.items.tolist() == [[1], [2], [3]]


@given(st.permutations(PEOPLE))
def test_the_order_of_rows_changes_nothing(rows: list[tuple[str, int, str]]) -> None:
    """Numbers are found by ids."""
    known = names("a", "b", "c")
    found = facts.read(people(rows), BOTH, "user")
    encoder = facts.fit(found, BOTH, known)
    assert encoder is not None
    assert facts.encoded(found, BOTH, encoder, known).tolist() == numbers(known, known, BOTH)
