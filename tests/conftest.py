"""Tests run on the pins of the pipeline, set before any test imports NumPy."""

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

runtime.pin(Runtime())
