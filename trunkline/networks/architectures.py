"""Sharing architectures by the name a user gives them."""

from collections.abc import Callable
from typing import Any

from trunkline.networks.branches import Architecture
from trunkline.networks.sharing import (
    attention,
    cgc,
    cross_stitch,
    dselect_k,
    ltb,
    mmoe,
    ple,
    soft,
)
from trunkline.settings.sharing import Sharing

ARCHITECTURES: dict[str, Callable[[Any], Architecture]] = {
    "soft": soft.build,
    "cross_stitch": cross_stitch.build,
    "mmoe": mmoe.build,
    "cgc": cgc.build,
    "ple": ple.build,
    "dselect_k": dselect_k.build,
    "attention": attention.build,
    "ltb": ltb.build,
}


def chosen(sharing: Sharing) -> dict[str, Architecture]:
    """Return each architecture that is named; hard sharing is none of them."""
    return {name: ARCHITECTURES[name](options) for name, options in sharing.named().items()}
