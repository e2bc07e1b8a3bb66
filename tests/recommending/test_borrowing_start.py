"""Towers begin as another market's where that has something, else as they are drawn."""

import numpy as np
import pandas as pd
import pytest

from tests.recommending import twin_markets
from trunkline.data import encoders
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import borrowing_start
from trunkline.recommending.source import Source
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.settings.recommending.study import FromMarket

FACTS = encoders.fit("none", pd.DataFrame({"row_id": ["a"], "age": [1.0]}), ["age"])


def pairs(users: list[str], items: list[str]) -> Pairs:
    """Return one pair of these users and items."""
    place, one = np.zeros(1, np.int32), np.ones(1, np.float32)
    return Pairs(np.array(users), np.array(items), place, place, one)


def source(users: object, items: object, *told: str) -> Source:
    """Return a market of these ids, with facts about some sides."""
    encoded = dict.fromkeys(told, FACTS)
    return Source("large", np.array(users), np.array(items), encoded, {})


def arrays(users: int, items: int, value: float) -> dict[str, np.ndarray]:
    """Return weights of towers that all have one value."""
    shapes = {
        "users": (users, 2), "items": (items, 2), "bias": (items,),
        "user_tower/kernel_0": (3, 2), "user_tower/bias_0": (2,), "item_tower/kernel_0": (4, 2),
    }  # fmt: skip
    return {name: np.full(shape, value, np.float32) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("parts", "own"),
    [
        ("both", {"users": ([0, 2], [1, 2]), "items": ([1], [0])}),
        ("users", {"users": ([0, 2], [1, 2])}),
        ("items", {"items": ([1], [0])}),
    ],
)
def test_ids_that_both_markets_name_are_found(parts, own):
    """Users b and d, and item y, with their places here and there."""
    found = borrowing_start.shared(
        pairs(["b", "c", "d"], ["x", "y"]), source(["a", "b", "d"], ["y", "z"]),
        FromMarket(study="large", parts=parts),
    )  # fmt: skip
    told = {side: (one.own.tolist(), one.theirs.tolist()) for side, one in found.items()}
    assert told == own


def test_nothing_to_take_over_is_refused():
    """Neither an id nor features; either is enough."""
    here, terms = pairs(["a"], ["x"]), FromMarket(study="large")
    with pytest.raises(ValueError, match="nothing to take over from study 'large': its users and"):
        borrowing_start.shared(here, source(["b"], ["y"]), terms)
    assert borrowing_start.shared(here, source(["b"], ["y"], "items"), terms).keys() == {
        "users", "items"
    }  # fmt: skip
    assert borrowing_start.shared(here, source(["a"], ["y"]), terms)["users"].own.tolist() == [0]


def test_ids_of_another_type_are_refused():
    """Text is never the same as a number."""
    with pytest.raises(ValueError, match="users of 'large': expected names of the type"):
        borrowing_start.shared(pairs(["1"], ["x"]), source([1], ["y"]), FromMarket(study="large"))


def test_sizes_are_those_of_the_other_market():
    """Of vectors and hidden layers; towers without features have no layers to go by."""
    stated = TwoTower(size=9, widths=(8,), l2=3)
    theirs = {"items": np.zeros((5, 4)), "item_tower/kernel_0": np.zeros((2, 7)),
              "item_tower/kernel_1": np.zeros((7, 4))}  # fmt: skip
    assert borrowing_start.same_sizes(stated, theirs) == TwoTower(size=4, widths=(7,), l2=3)
    plain = {"items": np.zeros((5, 4))}
    assert borrowing_start.same_sizes(stated, plain) == TwoTower(size=4, widths=(8,), l2=3)


def test_first_weights_by_hand():
    """Layers and shared ids are the other market's; nothing that is given is changed."""
    drawn, theirs = arrays(3, 4, 1), arrays(6, 5, 7)
    both = {"items": twin_markets.places([0, 2])}
    made = borrowing_start.begun(drawn, theirs, both)
    assert made["items"].tolist() == [[7, 7], [1, 1], [7, 7], [1, 1]]
    assert made["bias"].tolist() == [7, 1, 7, 1]
    assert (made["item_tower/kernel_0"] == 7).all()
    for name in ("users", "user_tower/kernel_0", "user_tower/bias_0"):
        assert (made[name] == 1).all()
    assert all((values == 1).all() for values in drawn.values())
    made = borrowing_start.begun(drawn, theirs, {"users": twin_markets.places([1])})
    assert made["users"].tolist() == [[1, 1], [7, 7], [1, 1]]
    assert (made["user_tower/bias_0"] == 7).all()
    assert (made["items"] == 1).all()


def test_layers_of_another_shape_are_refused():
    """So are those that the other market does not have."""
    drawn, theirs = arrays(3, 4, 1), arrays(3, 4, 7)
    both = {"items": twin_markets.places([0])}
    narrow = theirs | {"item_tower/kernel_0": np.zeros((3, 2))}
    with pytest.raises(ValueError, match=r"'item_tower/kernel_0' .*\(4, 2\), received \(3, 2\)"):
        borrowing_start.begun(drawn, narrow, both)
    theirs.pop("item_tower/kernel_0")
    with pytest.raises(ValueError, match=r"\(4, 2\), received nothing: read the facts"):
        borrowing_start.begun(drawn, theirs, both)
