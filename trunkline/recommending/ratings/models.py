"""The models of this room, by name."""

from collections.abc import Mapping
from types import ModuleType

from trunkline.recommending.ratings import bias, biased_mf

MODELS: Mapping[str, ModuleType] = {"bias": bias, "biased_mf": biased_mf}
