"""Options of the recommenders that are networks over a whole history, its order, or the graph."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt

from trunkline.settings.recommending.neural_models import Trained

NotNegative = Annotated[float, Ge(0)]
AboveZero = Annotated[float, Gt(0)]
Positive = Annotated[int, Ge(1)]
Share = Annotated[float, Ge(0), Lt(1)]


@dataclass(frozen=True, kw_only=True)
class MultiVae(Trained):
    """A variational autoencoder of histories with a multinomial likelihood.

    Attributes:
        hidden: units of the hidden layer of the encoder, and of a deep decoder.
        latent: latent numbers of a user.
        decoder: `linear`; or `deep`, as published, with a hidden layer.
        dropout: share of a history that is left out while training.
        beta: what the divergence from the prior counts once it has risen.
        divergence: it counts once for each of the `items` of a history, as in RecVAE; or once for
            each `user`, as in Mult-VAE, with a beta some 50 times as large.
        annealing: epochs over which it rises from 0.
        l2: lambda, of all kernels.
        batch_size: users of a step.
    """

    hidden: Positive = 600
    latent: Positive = 200
    decoder: Literal["linear", "deep"] = "linear"
    dropout: Share = 0.6
    beta: NotNegative = 0.005
    divergence: Literal["items", "user"] = "items"
    annealing: NotNegative = 20.0
    l2: NotNegative = 0.0
    learning_rate: AboveZero = 0.0005
    batch_size: Positive = 64


@dataclass(frozen=True, kw_only=True)
class LightGcn(Trained):
    """Vectors of users and items, averaged along the graph of who has what.

    Attributes:
        size: numbers of a user and of an item.
        layers: how far they travel along the graph.
        loss: `softmax`, each item of a user against the whole catalogue; or `bpr`, as published,
            against items that are drawn among the others.
        negatives: of `bpr`, items that each item of a user is compared with.
        l2: lambda, of the vectors before they travel.
        batch_size: users of a step; each step takes all vectors along the whole graph.
    """

    size: Positive = 64
    layers: Annotated[int, Ge(0)] = 3
    loss: Literal["bpr", "softmax"] = "softmax"
    negatives: Positive = 1
    l2: NotNegative = 1e-4
    learning_rate: AboveZero = 0.02
    batch_size: Positive = 256
    epochs: Positive = 100
    patience: Positive = 10


@dataclass(frozen=True, kw_only=True)
class Sasrec(Trained):
    """Self-attention over the last items of a history, in their order.

    Attributes:
        length: items that are looked at, the last ones; sums over more than 256 would differ
            between processors.
        size: numbers of an item.
        blocks: layers of attention and of a dense network.
        heads: parts into which the numbers are cut for attention; `size` is a multiple.
        dropout: share of the numbers that is left out while training.
        negatives: items drawn for each step, of which the softmax over all items is estimated,
            for catalogues of many thousands; 0: over all items, exactly.
        l2: lambda, of all kernels and of the vectors of items.
        batch_size: stretches of histories, of `length` items each, of a step.
    """

    length: Annotated[int, Ge(1), Le(256)] = 50
    size: Positive = 48
    blocks: Positive = 1
    heads: Positive = 1
    dropout: Share = 0.2
    negatives: Annotated[int, Ge(0)] = 0
    l2: NotNegative = 0.0
    learning_rate: AboveZero = 0.005
    batch_size: Positive = 64
    epochs: Positive = 100
    patience: Positive = 5
