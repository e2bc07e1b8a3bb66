"""Facts are read as the towers that are taken over read them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from tests.recommending import twin_markets
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import borrowing_facts, facts
from trunkline.recommending.fitting import Known
from trunkline.recommending.model import Sides
from trunkline.recommending.searching import Rows
from trunkline.recommending.source import Source
from trunkline.settings.recommending.study import FromMarket, Recommender, Side

USERS = Side(dataset="people", key="user", columns=("age",))
ITEMS = Side(dataset="things", key="item", columns=("kind", "length"))


def study(parts: str = "both", **sides: Side | None) -> Recommender:
    """Return a study of two towers that read facts."""
    told = {"users": USERS, "items": ITEMS} | sides
    transfer = FromMarket(study="large", parts=parts)
    return dataclasses.replace(twin_markets.study(), **told, transfer=transfer)


def tables(ages: list[float], kinds: list[str], lengths: list[float]) -> dict[str, facts.Facts]:
    """Return facts of users u0, u1, ... and items i0, i1, ..."""
    users = pd.DataFrame({"user": [f"u{n}" for n in range(len(ages))], "age": ages})
    items = pd.DataFrame(
        {"item": [f"i{n}" for n in range(len(kinds))], "kind": kinds, "length": lengths}
    )
    for frame in (users, items):
        frame["row_id"] = [f"r{n}" for n in range(len(frame))]
    return {"users": facts.read(users, USERS, "user"), "items": facts.read(items, ITEMS, "item")}


def known(users: int, items: int) -> Known:
    """Return pairs of the first users and items, of which the search lacks the last of both."""

    def rows(of_users: int, of_items: int) -> Rows:
        place = np.zeros(1, np.int32)
        ids = (np.array([f"{what}{n}" for n in range(count)])
               for what, count in (("u", of_users), ("i", of_items)))  # fmt: skip
        pairs = Pairs(*ids, place, place, np.ones(1, np.float32))
        return Rows(pairs, Sides(), pairs.of(np.arange(0)))

    return Known(rows(users - 1, items - 1), rows(users, items))


LARGE = tables([10, 30], ["a", "b"], [0, 2])  # mean and deviation: 20 and 10; 1 and 1
SMALL = tables([40, 20, 20], ["b", "c", "a"], [3, 1, 1])


def large() -> Source:
    """Return a market whose encoders know the kinds a and b."""
    names = {"users": np.array(["u0", "u1"]), "items": np.array(["i0", "i1"])}
    encoders = {
        side: encoder for side, settings in study().sides.items()
        if (encoder := facts.fit(LARGE[side], settings, names[side])) is not None
    }  # fmt: skip
    return Source("large", names["users"], names["items"], encoders, {})


def test_numbers_mean_what_they_mean_there():
    """Ages less 20 by 10, lengths less 1; a kind that was not there is neither of those."""
    told = borrowing_facts.told(known(3, 3), SMALL, study(), large())
    assert told.known.final.sides.users.tolist() == [[2], [0], [0]]
    assert told.known.search.sides.users.tolist() == [[2], [0]]
    items = told.known.final.sides.items
    named = dict(zip(told.encoders["items"].names, items.T.tolist(), strict=True))
    assert named == {
        "kind = a": [0, 0, 1], "kind = b": [1, 0, 0], "kind is none of these": [0, 1, 0],
        "length": [2, 0, 0],
    }  # fmt: skip
    assert told.known.search.sides.items.tolist() == items[:2].tolist()


def test_the_tower_that_stays_reads_its_own():
    """Ages as the study itself has them, by the users of each part."""
    told = borrowing_facts.told(known(3, 3), SMALL, study("items"), large())
    np.testing.assert_allclose(told.known.search.sides.users[:, 0], [1, -1], rtol=1e-6)
    np.testing.assert_allclose(told.known.final.sides.users.mean(), 0, atol=1e-6)
    assert told.known.final.sides.items[:, -1].tolist() == [2, 0, 0]
    assert told.encoders["items"] is not None


@pytest.mark.parametrize(
    ("users", "message"),
    [
        (None, r"tower of users is to begin .* only there \['age'\], only here \[\]"),
        (dataclasses.replace(USERS, columns=()), r"only there \['age'\], only here \[\]"),
        (dataclasses.replace(USERS, columns=("user",)), r"\['age'\], only here \['user'\]"),
    ],
)
def test_other_columns_are_refused(users, message):
    """Of a tower that is taken over; the other one may read what it likes."""
    with pytest.raises(ValueError, match=message):
        borrowing_facts.told(known(3, 3), SMALL, study(users=users), large())
    told = borrowing_facts.told(known(3, 3), SMALL, study("items", users=users), large())
    assert (told.known.final.sides.users is None) == (users is None or not users.columns)


def test_columns_that_the_source_does_not_read_are_refused():
    """It has no features of items at all."""
    source = large()._replace(encoders={"users": large().encoders["users"]})
    with pytest.raises(ValueError, match=r"only there \[\], only here \['kind', 'length'\]"):
        borrowing_facts.told(known(3, 3), SMALL, study(), source)
    told = borrowing_facts.told(known(3, 3), SMALL, study(items=None), source)
    assert told.known.final.sides.items is None


def test_a_study_without_a_source_is_refused():
    """There is nothing to read the facts by."""
    asked = dataclasses.replace(study(), transfer=None)
    with pytest.raises(ValueError, match="expected a study with `transfer`"):
        borrowing_facts.told(known(3, 3), SMALL, asked, large())
