"""The meta-learners of a study and their options; one that is named is trained and compared."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le

Positive = Annotated[int, Ge(1)]
Rate = Annotated[float, Gt(0)]


@dataclass(frozen=True, kw_only=True)
class Prototypes:
    """Nearest class mean of what the trunk makes of rows.

    Attributes:
        distance: squared `euclidean`, or `cosine`.
        scale: what distances, or cosines, are multiplied with before the softmax.
    """

    distance: Literal["euclidean", "cosine"] = "euclidean"
    scale: Rate = 1.0


@dataclass(frozen=True, kw_only=True)
class TransductivePrototypes:
    """Class means that move to the queries, which are seen together: reported apart.

    Attributes:
        rounds: how often queries are shared out among the classes and the means moved.
    """

    distance: Literal["euclidean", "cosine"] = "euclidean"
    scale: Rate = 1.0
    rounds: Positive = 3


@dataclass(frozen=True, kw_only=True)
class Matching:
    """Attention over the support, by cosine; `scale` is the inverse temperature."""

    scale: Rate = 10.0


@dataclass(frozen=True, kw_only=True)
class Relation:
    """A small network says how well a query and a class go together; `width`: its hidden units."""

    width: Positive = 64


@dataclass(frozen=True, kw_only=True)
class R2d2:
    """A ridge regression on the support, solved in closed form; its strength and scale are learned.

    Attributes:
        ridge: lambda at the start.
    """

    ridge: Rate = 1.0


@dataclass(frozen=True, kw_only=True)
class MetaOptNet:
    """A linear support vector machine on the support, its dual solved by projected steps.

    Attributes:
        c: bound of each dual variable.
        iterations: of the solver.
    """

    c: Rate = 0.1
    iterations: Positive = 15


@dataclass(frozen=True, kw_only=True)
class Adapting:
    """Steps of gradient descent on the support.

    Attributes:
        rate: of a step.
        steps: while training.
        test_steps: on validation and test episodes.
    """

    rate: Rate = 0.1
    steps: Positive = 5
    test_steps: Positive = 10


@dataclass(frozen=True, kw_only=True)
class Maml(Adapting):
    """An initialisation from which steps lead far, with the stabilisers of MAML++ as options.

    Attributes:
        multi_step: the loss after each step counts, at first all alike, at the end of all planned
            epochs the last alone.
        learned_rates: a rate of its own for each step and array of weights, learned.
        first_order: share of all planned steps of training, from its start, without second
            derivatives.
    """

    multi_step: bool = False
    learned_rates: bool = False
    first_order: Annotated[float, Ge(0), Le(1)] = 0.0


@dataclass(frozen=True, kw_only=True)
class Fomaml(Adapting):
    """MAML without second derivatives."""


@dataclass(frozen=True, kw_only=True)
class Anil(Adapting):
    """MAML whose steps change the head alone."""


@dataclass(frozen=True, kw_only=True)
class MetaSgd(Adapting):
    """MAML with a learned rate for each weight; `rate` is where they start."""


@dataclass(frozen=True, kw_only=True)
class Reptile(Adapting):
    """Weights that move towards those that tasks lead to, without a look at the queries.

    Attributes:
        rate: of a step of Adam on a task, as published.
    """

    rate: Rate = 0.01
    steps: Positive = 10
    test_steps: Positive = 50


@dataclass(frozen=True, kw_only=True)
class MetaMethods:
    """Options by method; None leaves one out."""

    prototypes: Prototypes | None = None
    transductive_prototypes: TransductivePrototypes | None = None
    matching: Matching | None = None
    relation: Relation | None = None
    r2d2: R2d2 | None = None
    metaoptnet: MetaOptNet | None = None
    maml: Maml | None = None
    fomaml: Fomaml | None = None
    anil: Anil | None = None
    meta_sgd: MetaSgd | None = None
    reptile: Reptile | None = None

    def named(self) -> dict[str, Any]:
        """Return the options of the methods that run, by name.

        Example:
            >>> list(MetaMethods(maml=Maml()).named())
            ['maml']
        """
        return {name: options for name, options in vars(self).items() if options is not None}


METRIC = ("prototypes", "transductive_prototypes", "matching", "relation", "r2d2", "metaoptnet")
GRADIENT = ("maml", "fomaml", "anil", "meta_sgd", "reptile")
CLASSES_ONLY = (  # which know no regression
    "prototypes", "transductive_prototypes", "matching", "relation", "metaoptnet",
)  # fmt: skip
