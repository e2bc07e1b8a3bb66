"""All recommenders, by the name that a study gives them."""

from collections.abc import Mapping
from types import ModuleType

from trunkline.recommending.linear import models as linear
from trunkline.recommending.neural import models as neural
from trunkline.recommending.ratings import models as rating
from trunkline.settings.recommending import models as settings

MODELS: Mapping[str, ModuleType] = {**linear.MODELS, **neural.MODELS, **rating.MODELS}
# Nothing is drawn: each fit is the same, and there is one. (pure_svd starts somewhere, and ends
# at the same directions.)
CERTAIN = ("most_popular", "item_knn", "user_knn", "ease", "pure_svd", "slim", "bias")
FACTORS = settings.FACTORS  # have a function `factors`
WIDENED = ("two_tower",)  # score items that training has not seen by facts: `widened`
FEATURED = ("two_tower", "dot_mlp")  # score users by their features alone
