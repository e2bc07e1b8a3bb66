"""Networks that are compiled already: what is asked for again is not compiled again."""

from collections.abc import Mapping

from trunkline.data.layout import Layout
from trunkline.settings.study import Network, Training
from trunkline.training.courses import Sizes
from trunkline.training.outputs import Output
from trunkline.training.trainer import Trainer


class Trainers:
    """Trainers by what they were built from; a run begins with weights and moments of its own."""

    def __init__(self) -> None:
        """Start without any."""
        self._made: dict[object, Trainer] = {}

    def give(
        self,
        network: Network,
        training: Training,
        *,
        shape: tuple[int, ...],
        outputs: Mapping[str, Output],
        sizes: Sizes,
        layout: Layout = (),
    ) -> Trainer:
        """Return the trainer of these settings, as `Trainer` takes them."""
        key = network, training, shape, tuple(outputs.items()), sizes, layout
        if key not in self._made:
            self._made[key] = Trainer(
                network, training, shape=shape, outputs=outputs, sizes=sizes, layout=layout
            )
        return self._made[key]
