"""Task balancers by the name a user gives them."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from trunkline.settings.balancers import Balancers
from trunkline.training.balancing import (
    aligned_mtl,
    auto_lambda,
    cagrad,
    config,
    db_mtl,
    dualproj,
    dwa,
    equal,
    excess_mtl,
    fairgrad,
    famo,
    gls,
    graddrop,
    gradnorm,
    gradvac,
    imtl,
    mgda,
    moco,
    modo,
    nash_mtl,
    pcgrad,
    rlw,
    sdmgrad,
    static,
    stch,
    uncertainty,
    upgrad,
)  # fmt: skip
from trunkline.training.signals import Balancer

BALANCERS: dict[str, Callable[[Any], Balancer]] = {
    "equal": equal.build,
    "static": static.build,
    "uncertainty": uncertainty.build,
    "dwa": dwa.build,
    "gls": gls.build,
    "stch": stch.build,
    "rlw": rlw.build,
    "famo": famo.build,
    "gradnorm": gradnorm.build,
    "mgda": mgda.build,
    "pcgrad": pcgrad.build,
    "graddrop": graddrop.build,
    "imtl": imtl.build,
    "gradvac": gradvac.build,
    "cagrad": cagrad.build,
    "nash_mtl": nash_mtl.build,
    "aligned_mtl": aligned_mtl.build,
    "fairgrad": fairgrad.build,
    "upgrad": upgrad.build,
    "moco": moco.build,
    "modo": modo.build,
    "sdmgrad": sdmgrad.build,
    "excess_mtl": excess_mtl.build,
    "db_mtl": db_mtl.build,
    "dualproj": dualproj.build,
    "config": config.build,
    "auto_lambda": auto_lambda.build,
}


def chosen(balancers: Balancers) -> dict[str, Balancer | None]:
    """Return each balancer that is named, equal first; None for it, as the epoch needs none."""
    options = {field.name: getattr(balancers, field.name) for field in fields(balancers)}
    return {
        name: None if name == "equal" else BALANCERS[name](given)
        for name, given in options.items()
        if given is not None
    }
