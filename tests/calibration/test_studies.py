"""The short version of `make calibrate`: two worlds, judged as all others are."""

from dataclasses import replace

import pytest

from calibration import studies
from calibration.promises import PROMISES

QUICK = replace(studies.QUESTION, repeats=2)


@pytest.mark.slow
def test_two_worlds_keep_the_promises() -> None:
    """Each kind is judged for each arm, the strong relation is found, and nothing is misjudged."""
    found = [finding for number in (0, 1) for finding in studies.run(number)]
    assert [(f.number, f.kind, f.arm) for f in found] == [
        (number, kind, arm)
        for number in (0, 1)
        for kind in studies.KINDS
        for arm in ("linear_probe", "fine_tune")
    ]
    assert all(promise.kept(found) for promise in PROMISES)
    assert studies._trainers.cache_info().misses == 1


@pytest.mark.slow
def test_a_world_is_decided_by_its_number() -> None:
    """Whatever ran before in the process, the same number finds the same, another one not."""
    first = studies.run(3, QUICK)
    other = studies.run(4, QUICK)
    assert studies.run(3, QUICK) == first
    assert [f.difference for f in other] != [f.difference for f in first]
