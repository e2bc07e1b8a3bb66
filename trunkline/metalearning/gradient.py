"""Methods that take steps on an episode, by name."""

from collections.abc import Mapping

from trunkline.metalearning.method import Build
from trunkline.metalearning.methods import anil, fomaml, maml, meta_sgd, reptile

BUILD: Mapping[str, Build] = {
    "maml": maml.build,
    "fomaml": fomaml.build,
    "anil": anil.build,
    "meta_sgd": meta_sgd.build,
    "reptile": reptile.build,
}
