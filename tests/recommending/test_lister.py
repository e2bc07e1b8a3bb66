"""The model that makes the lists is the best of those that can."""

import pytest

from trunkline.recommending import lister
from trunkline.settings.recommending.lists import Approximate, Diversity, Lists, Reasons

FACTORS = [
    ("approximate", Lists(approximate=Approximate())),
    ("diversity.similarity", Lists(diversity=Diversity(similarity="factors"))),
    ("reasons.similarity", Lists(reasons=Reasons(similarity="factors"))),
]


def test_without_need_of_factors_the_best_makes_them() -> None:
    """Diversity by facts, and reasons by who took both, look at no factors."""
    for options in (Lists(), Lists(diversity=Diversity(similarity="features"), reasons=None)):
        assert lister.lister(["ease", "ials"], options) == ("ease", ())


@pytest.mark.parametrize(("named", "options"), FACTORS)
def test_the_best_makes_them_if_it_has_factors(named: str, options: Lists) -> None:
    """Nothing is to be told then."""
    assert options.by_factors == (named,)
    assert lister.lister(["ials", "ease", "two_tower"], options) == ("ials", ())


@pytest.mark.parametrize(("named", "options"), FACTORS)
def test_else_the_best_of_those_that_have_some(named: str, options: Lists) -> None:
    """And it is told which, and why."""
    name, (note,) = lister.lister(["ease", "item_knn", "two_tower", "ials"], options)
    assert name == "two_tower"
    assert f"lists.{named} looks at factors" in note
    assert "'ease', the best on the validation rows" in note


@pytest.mark.parametrize(("named", "options"), FACTORS)
def test_models_without_factors_alone_are_refused(named: str, options: Lists) -> None:
    """The message says what to name."""
    with pytest.raises(ValueError, match=rf"lists.{named} looks .*\(ease, slim\) has any: leave"):
        lister.lister(["ease", "slim"], options)
