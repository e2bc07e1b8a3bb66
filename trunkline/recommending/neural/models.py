"""The recommenders of this room, by name."""

from collections.abc import Mapping
from types import ModuleType

from trunkline.recommending.neural import (
    dot_mlp,
    light_gcn,
    mf_bpr,
    multi_vae,
    neumf,
    sasrec,
    two_tower,
)

MODELS: Mapping[str, ModuleType] = {
    "mf_bpr": mf_bpr,
    "two_tower": two_tower,
    "neumf": neumf,
    "dot_mlp": dot_mlp,
    "multi_vae": multi_vae,
    "light_gcn": light_gcn,
    "sasrec": sasrec,
}
