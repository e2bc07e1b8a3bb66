"""Every arm has a name to read and looks of its own."""

from dataclasses import fields

import pytest

from trunkline.reports import names
from trunkline.settings.adapting import Methods
from trunkline.settings.balancers import Balancers
from trunkline.settings.sharing import Sharing
from trunkline.settings.strategies import Strategies

BESIDE = {
    "transfer": [one.name for one in fields(Strategies)],
    "adapt": [one.name for one in fields(Methods)],
    "multitask": [
        "alone",
        "joint",
        *(one.name for one in fields(Balancers) if one.name != "equal"),
        *(one.name for one in fields(Sharing) if one.name != "hard"),
    ],
}


@pytest.mark.parametrize("part", list(BESIDE))
def test_arms_that_stand_side_by_side_differ(part: str) -> None:
    """No two arms of a part share a label, a subject, or both colour and marker."""
    looks = [names.arm(name) for name in BESIDE[part]]
    for of in ("label", "subject"):
        assert len({getattr(look, of) for look in looks}) == len(looks)
    assert len({(look.colour, look.marker) for look in looks}) == len(looks)


@pytest.mark.parametrize("name", [name for part in BESIDE.values() for name in part])
def test_every_arm_is_known(name: str) -> None:
    """No arm that a study can name goes by the looks of an unknown one."""
    spoken = name.replace("_", " ").capitalize()
    unknown = names.arm("an_unknown_arm")
    look = names.arm(name)
    assert look.label != spoken or (look.colour, look.marker) != (unknown.colour, unknown.marker)
    assert "_" not in look.label
