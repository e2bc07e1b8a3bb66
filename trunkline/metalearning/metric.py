"""The meta-learners that compare in a space they have learned, and take no steps."""

from collections.abc import Mapping
from typing import Protocol

import tensorflow as tf

from trunkline.metalearning.method import Build, Method
from trunkline.metalearning.methods import (
    matching,
    metaoptnet,
    prototypes,
    r2d2,
    relation,
    transductive_prototypes,
)


class Embedding(Method, Protocol):
    """One that has a trunk, whose embeddings can be looked at."""

    def embed(self, x: tf.Tensor) -> tf.Tensor:
        """Return the embeddings [N, d] of rows [N, ...], by the moments it has learned."""


BUILD: Mapping[str, Build] = {
    "prototypes": prototypes.build,
    "transductive_prototypes": transductive_prototypes.build,
    "matching": matching.build,
    "relation": relation.build,
    "r2d2": r2d2.build,
    "metaoptnet": metaoptnet.build,
}
