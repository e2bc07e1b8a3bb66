from pathlib import Path

import pytest

from flows.proving import orders


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": -0.1}, "Expected a tolerance of 0 or more, received -0.1"),
        ({"tolerance": float("nan")}, "Expected a tolerance of 0 or more, received nan"),
        ({"tolerance": 0.1, "quick": True}, "leave out the tolerance"),
        ({"targets": ("a",), "quick": True}, "leave out the targets"),
        ({"only": "serial", "quick": True}, "leave out which run is wanted"),
        ({"jobs": 0}, "Expected at least 1 job, received 0"),
        ({"timeout": 0.0}, "Expected a timeout of more than 0 s, received 0.0"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, object], message: str) -> None:
    """Before anything is cloned or run."""
    with pytest.raises(orders.OrderError, match=message):
        orders.Order(root=Path(), **options)


def test_both_runs_are_made_unless_one_is_asked_for_or_nothing_is_run() -> None:
    """The serial one first."""
    assert orders.Order(root=Path()).runs == ("serial", "parallel")
    assert orders.Order(root=Path(), only="parallel").runs == ("parallel",)
    assert orders.Order(root=Path(), quick=True).runs == ()
