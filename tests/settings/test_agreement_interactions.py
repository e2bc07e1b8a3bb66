"""Entries of interactions that contradict each other are told with their place."""

from typing import Any

import pytest

from trunkline.settings.recommending import agreement_interactions
from trunkline.settings.recommending.interactions import Interactions, Scale

PLAIN = {"user": "u", "item": "i"}
FULL = {**PLAIN, "rating": "r", "time": "t"}
FIVE = Scale(lowest=1, highest=5)


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        (
            {**PLAIN, "item": "u"},
            ": expected a column for each of user, item, rating and time, 'u'",
        ),
        ({**PLAIN, "at_least": 3.0}, ".at_least: of which ratings? Name their column in 'rating'"),
        ({**PLAIN, "scale": FIVE}, ".scale: of which ratings? Name their column in 'rating'"),
        ({**PLAIN, "duplicates": "mean"}, ".duplicates: the mean of which ratings? Name their"),
        ({**PLAIN, "duplicates": "last"}, ".duplicates: the last in which order? Name a column"),
        ({**PLAIN, "duplicates": "first"}, ".duplicates: the first in which order? Name a col"),
        ({**PLAIN, "unit": "days"}, ".unit: of which times? Name their column in 'time'"),
        ({**PLAIN, "latest": "2024-12-31"}, ".latest: of which times? Name their column in 'time'"),
        ({**FULL, "latest": "2024-12-31", "unit": "steps"}, ".latest: steps have no calendar: rem"),
        (
            {**FULL, "latest": "31.12.2024"},
            ".latest: expected a day such as 2024-12-31, received '",
        ),
        ({**FULL, "scale": Scale(lowest=5, highest=5)}, ".scale: expected lowest < highest, rece"),
        ({**FULL, "scale": FIVE, "at_least": 6.0}, ".at_least: expected a rating from 1 to 5, rec"),
        ({**FULL, "cold": ("users", "users")}, ".cold: expected each entry once, received 'users"),
        ({**FULL, "core": 5, "cold": ("users",)}, ".core: whom it leaves out of training, valid"),
    ],
)
def test_a_contradiction_is_told(entries: dict[str, Any], line: str) -> None:
    """What belongs to ratings without ratings, to times without times, and limits that cross."""
    found = list(agreement_interactions.check("studies.s", Interactions(**entries)))
    assert any(f"{place}: {told}".startswith(f"studies.s{line}") for place, told in found), found


@pytest.mark.parametrize(
    "entries",
    [
        PLAIN,
        {**FULL, "scale": FIVE, "at_least": 5.0, "duplicates": "last", "latest": "2024-12-31"},
        {**PLAIN, "rating": "r", "duplicates": "mean"},
        {**FULL, "unit": "steps", "core": 5, "cold": ("items", "users")},
    ],
)
def test_what_goes_together(entries: dict[str, Any]) -> None:
    """Nothing is told of entries that agree."""
    assert not list(agreement_interactions.check("studies.s", Interactions(**entries)))
