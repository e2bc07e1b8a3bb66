"""The meta-learners by their names in params.yaml."""

from collections.abc import Mapping

from trunkline.metalearning import gradient, metric
from trunkline.metalearning.method import Build

BUILD: Mapping[str, Build] = {**metric.BUILD, **gradient.BUILD}
TRANSDUCTIVE = ("transductive_prototypes",)  # which see all queries of an episode together


def fair(methods: list[str]) -> list[str]:
    """Return the methods that see one query at a time, or all where none does."""
    return [name for name in methods if name not in TRANSDUCTIVE] or methods
