"""Tests run on the pins of the pipeline, set before any test imports NumPy; none is timed."""

import signal

from hypothesis import HealthCheck, settings

from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime

runtime.pin(Runtime())
# A shell that starts the tests in the background has them ignore Control-C, and all they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
