"""The recommenders of this room, by name."""

from collections.abc import Mapping
from types import ModuleType

from trunkline.recommending.linear import (
    ease,
    ials,
    item_knn,
    most_popular,
    pure_svd,
    random,
    slim,
    user_knn,
)

MODELS: Mapping[str, ModuleType] = {
    "random": random,
    "most_popular": most_popular,
    "item_knn": item_knn,
    "user_knn": user_knn,
    "ease": ease,
    "pure_svd": pure_svd,
    "ials": ials,
    "slim": slim,
}
