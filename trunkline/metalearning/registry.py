"""The meta-learners by their names in params.yaml."""

from collections.abc import Mapping

from trunkline.metalearning import gradient, metric
from trunkline.metalearning.method import Build

BUILD: Mapping[str, Build] = {**metric.BUILD, **gradient.BUILD}
TRANSDUCTIVE = ("transductive_prototypes",)  # which see all queries of an episode together
