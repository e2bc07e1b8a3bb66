"""Tests run on the pins of the pipeline, set before any test imports NumPy; none is timed."""

from hypothesis import HealthCheck, settings

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

runtime.pin(Runtime())
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
