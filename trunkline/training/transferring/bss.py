"""Batch spectral shrinkage: directions in which a representation hardly varies are suppressed."""

import tensorflow as tf

from trunkline.settings.feature_strategies import Bss
from trunkline.training import spectra
from trunkline.training.extras import NOTHING, Addition, Seen, Term
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: Bss) -> Fit:
    """Fine-tune with L + eta sum of sigma^2 over the k smallest singular values.

    They are those of a batch's representation [rows, width]; padding is no row. With eta 0 this is
    `fine_tune`. The singular values are found by inverse iteration, see `spectra`.

    References:
        Chen, Wang, Fu, Long and Wang, "Catastrophic Forgetting Meets Negative Transfer: Batch
        Spectral Shrinkage for Safe Transfer Learning", NeurIPS 2019, equation 4.
    """
    addition = Addition(_Shrunk, options) if options.eta else NOTHING
    return arm.finish(arm.warm_up(options), options.rate, addition)


class _Shrunk(Term):
    """The term; it needs no values."""

    def term(self, seen: Seen) -> tf.Tensor:
        """Return eta sum_{i <= k} sigma_-i^2."""
        found = spectra.smallest(seen.hidden, seen.weight, self.options.smallest)
        return self.options.eta * found
