"""What a study of recommenders asks: its interactions, its models, its lists, what is compared."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen

from trunkline.settings.balancers import Balancers
from trunkline.settings.encoding import Encoding
from trunkline.settings.inputs import Inputs
from trunkline.settings.judging import Evaluate
from trunkline.settings.recommending.interactions import Interactions
from trunkline.settings.recommending.lists import Lists
from trunkline.settings.recommending.models import Models
from trunkline.settings.tuning import Range

Name = Annotated[str, MinLen(1)]
Positive = Annotated[int, Ge(1)]
Metric = Literal["ndcg", "precision", "recall", "map", "map_capped", "mrr", "hit_rate"]


@dataclass(frozen=True, kw_only=True)
class Side:
    """A table of facts, about users or about items.

    Attributes:
        dataset: whose rows they are, all parts of it.
        key: the column with the ids that interactions name; none: it is called as it is there.
        title: the column by which a reader knows a row; none: its id.
        columns: what models read, as names or patterns with `*`; none: nothing.
        scale: `standard` (mean 0, deviation 1 on what is learned from) or `none`, of numbers that
            `encode` does not name.
        encode: by name or pattern, of which the first counts, how a column becomes numbers; the
            others by their type.
    """

    dataset: Name
    key: Name | None = None
    title: Name | None = None
    columns: tuple[Name, ...] = ()
    scale: Literal["standard", "none"] = "standard"
    encode: dict[str, Encoding] = field(default_factory=dict)

    @property
    def inputs(self) -> Inputs | None:
        """What models read, as the inputs of a network; None: nothing."""
        if not self.columns:
            return None
        return Inputs(columns=self.columns, scale=self.scale, encode=self.encode)


@dataclass(frozen=True, kw_only=True)
class TuneModels:
    """A search for each model's options, with the same number of trials, on validation rows.

    Attributes:
        trials: of each model; the first has the stated options, the others are drawn.
        metric: by which models that list items are chosen.
        k: at which length of the list.
        rating_metric: by which models that say ratings are chosen.
        ranges: by model and option, in place of its own range.
    """

    trials: Positive = 20
    metric: Metric = "ndcg"
    k: Positive = 10
    rating_metric: Literal["rmse", "mae"] = "rmse"
    ranges: dict[str, dict[str, Range]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FromMarket:
    """Models that begin as another market's, against the same models from scratch.

    Attributes:
        study: of recommenders, on the other market.
        models: which begin so.
        parts: what is taken over: the tower of items, that of users, or both.
        rate: learning rate, as a share of the model's.
    """

    study: Name
    models: Annotated[tuple[Name, ...], MinLen(1)] = ("two_tower",)
    parts: Literal["both", "items", "users"] = "both"
    rate: Annotated[float, Gt(0)] = 0.5


@dataclass(frozen=True, kw_only=True)
class ClickAndRating:
    """One model that learns what users take and how they rate it, against each alone.

    Attributes:
        model: which.
        click: weight of the loss of what users take.
        rating: weight of the squared error of ratings.
        balancers: options by balancer name; `equal` is always among them.
    """

    model: Name = "two_tower"
    click: Annotated[float, Ge(0)] = 1.0
    rating: Annotated[float, Ge(0)] = 1.0
    balancers: Balancers = field(default_factory=Balancers)


@dataclass(frozen=True, kw_only=True)
class Recommender:
    """One study of recommenders on one dataset of interactions.

    Attributes:
        dataset: of the interactions.
        interactions: what its columns mean.
        users: facts about users; none: there are none.
        items: facts about items; none: there are none.
        repeats: fits of a model that draws random numbers; one is enough for the others.
        models: options by model name; `most_popular` is always among them.
        tune: none: every model as stated.
        ks: lengths of lists that are judged; models are compared at the first.
        lists: what the lists that are written look like.
        transfer: a larger market that models may begin with.
        tasks: two tasks of one model.
        evaluate: when a difference counts.
    """

    title: Name
    dataset: Name
    interactions: Interactions
    users: Side | None = None
    items: Side | None = None
    repeats: Annotated[int, Ge(2)] = 10
    models: Models
    tune: TuneModels | None = None
    ks: Annotated[tuple[Positive, ...], MinLen(1)] = (10,)
    lists: Lists = field(default_factory=Lists)
    transfer: FromMarket | None = None
    tasks: ClickAndRating | None = None
    evaluate: Evaluate = field(default_factory=Evaluate)

    @property
    def sides(self) -> dict[str, Side]:
        """The tables of facts that there are, `users` before `items`."""
        both = {"users": self.users, "items": self.items}
        return {name: side for name, side in both.items() if side is not None}

    def key(self, side: str) -> str:
        """Return the column of ids in the table of `users` or `items`."""
        own = self.interactions.user if side == "users" else self.interactions.item
        return self.sides[side].key or own
