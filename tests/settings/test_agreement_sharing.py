"""Sharing architectures against the rest of a study: each contradiction is told with its place."""

from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

from trunkline.settings import reading
from trunkline.settings.sharing import Sharing

Changed = Callable[[str, object], dict[str, Any]]
Problems = Callable[[object], list[str]]
STUDY = "studies.digits"
PLACE = f"{STUDY}.multitask.sharing"
DENSE = {"trunk": "dense", "widths": [16, 16]}


@pytest.mark.parametrize(
    ("network", "sharing", "line"),
    [
        (DENSE, {"moe": {}}, f"{PLACE}.moe: unknown key; did you mean 'mmoe'?"),
        (DENSE, {"hard": {"mu": 1}}, f"{PLACE}.hard.mu: unknown key"),
        (DENSE, {"soft": {"mu": -1}}, f"{PLACE}.soft.mu: expected a number of at least 0, recei"),
        (DENSE, {"mmoe": {"experts": 0}}, f"{PLACE}.mmoe.experts: expected a number of at least 1"),
        (
            DENSE,
            {"mmoe": {"balancer": "pcgrd"}},
            f"{PLACE}.mmoe.balancer: unknown balancer 'pcgrd'; did you mean 'pcgrad'?",
        ),
        (
            DENSE,
            {"mmoe": {"balancer": "mgda"}},
            f"{PLACE}.mmoe.balancer: expected a balancer that multitask.balancers names (equal, "
            "famo, pcgrad), received 'mgda': name it there too",
        ),
        (
            DENSE,
            {"soft": {"balancer": "pcgrad"}},
            f"{PLACE}.soft.balancer: the balancer 'pcgrad' needs gradients of weights that all "
            "tasks share, and 'soft' has none: choose a balancer of losses, or another",
        ),
        *(
            (
                {"trunk": "conv", "widths": [4, 4]},
                {name: {}},
                f"{PLACE}.{name}: '{name}' is for dense trunks and their like: ",
            )
            for name in ("ple", "dselect_k", "attention", "ltb")
        ),
        (
            {"widths": [16]},
            {"ple": {}},
            f"{PLACE}.ple: expected network.widths of two layers or more, received [16]: on one",
        ),
        (
            DENSE,
            {"dselect_k": {"experts": 6}},
            f"{PLACE}.dselect_k.experts: expected a power of two (2, 4, 8, ...), received 6",
        ),
        (
            DENSE,
            {"dselect_k": {"experts": 2, "k": 3}},
            f"{PLACE}.dselect_k.k: expected at most 2, as many as experts, received 3",
        ),
    ],
)
def test_what_does_not_agree(
    changed: Changed, problems: Problems, network: object, sharing: object, line: str
) -> None:
    """One line, with the place, what was expected and what was received."""
    changed(f"{STUDY}.network", network)
    changed(f"{STUDY}.multitask.balancers", {"pcgrad": {}, "famo": {}})
    (found,) = problems(changed(PLACE, sharing))
    assert line in found


def test_nothing_to_share(changed: Changed, problems: Problems) -> None:
    """An architecture without joint tasks is refused."""
    changed(f"{STUDY}.multitask", {"sharing": {"mmoe": {}}})
    (line,) = problems(changed(f"{STUDY}.network", DENSE))
    assert f"{PLACE}.mmoe: 'mmoe' has nothing to share: name tasks in multitask.tasks" in line


def test_all_that_agree(changed: Changed) -> None:
    """Each architecture on a dense trunk, with balancers where they go."""
    names = {name: {} for name in get_type_hints(Sharing)}
    changed(f"{STUDY}.network", DENSE)
    changed(f"{STUDY}.multitask.balancers", {"pcgrad": {}, "famo": {}})
    balanced = {"soft": {"balancer": "famo"}, "cgc": {"balancer": "pcgrad"}}
    found = reading.read(changed(PLACE, names | balanced)).studies["digits"].multitask.sharing
    assert list(found.named()) == [name for name in names if name != "hard"]
    assert found.named()["cgc"].balancer == "pcgrad"


def test_convolutions_that_agree(changed: Changed) -> None:
    """Four architectures take convolutions."""
    reading.read(changed(PLACE, {"soft": {}, "cross_stitch": {}, "mmoe": {}, "cgc": {}}))
