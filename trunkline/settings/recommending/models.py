"""The models of a study of recommenders; a model that is named is fitted and compared."""

from dataclasses import dataclass, field
from typing import Any

from trunkline.settings.recommending.linear_models import (
    Ease,
    Ials,
    ItemKnn,
    MostPopular,
    PureSvd,
    Random,
    Slim,
    UserKnn,
)
from trunkline.settings.recommending.neural_models import DotMlp, MfBpr, NeuMf, TwoTower
from trunkline.settings.recommending.rating_models import Bias, BiasedMf
from trunkline.settings.recommending.sequence_and_graph_models import LightGcn, MultiVae, Sasrec


@dataclass(frozen=True, kw_only=True)
class Models:
    """Options by model; None leaves one out. `most_popular` always runs: all are held against it.

    The last two say how a user would rate an item, and are judged by that; the others what a user
    would take.
    """

    random: Random | None = None
    most_popular: MostPopular = field(default_factory=MostPopular)
    item_knn: ItemKnn | None = None
    user_knn: UserKnn | None = None
    ease: Ease | None = None
    pure_svd: PureSvd | None = None
    ials: Ials | None = None
    slim: Slim | None = None
    mf_bpr: MfBpr | None = None
    two_tower: TwoTower | None = None
    neumf: NeuMf | None = None
    dot_mlp: DotMlp | None = None
    multi_vae: MultiVae | None = None
    light_gcn: LightGcn | None = None
    sasrec: Sasrec | None = None
    bias: Bias | None = None
    biased_mf: BiasedMf | None = None

    def named(self) -> dict[str, Any]:
        """Return the options of the models that run, by name.

        Example:
            >>> list(Models(ease=Ease()).named())
            ['most_popular', 'ease']
        """
        return {name: options for name, options in vars(self).items() if options is not None}


RATING = ("bias", "biased_mf")  # judged by their ratings
TOWERS = ("two_tower",)  # whose parts another market can use, and which learn two tasks
# Whose scores are products of factors, by which items are alike, and lists are searched quicker.
FACTORS = ("pure_svd", "ials", "mf_bpr", "two_tower", "light_gcn")
EVERY = tuple(vars(Models()))
