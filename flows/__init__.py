"""Prefect flows: when the stages run.

The engines report how they are used unless told not to, some of them when they are imported. A
package is imported before its modules, so no flow can forget to switch that off. Whoever wants to
report sets these variables.
"""

import os

for _variable, _value in {
    "DO_NOT_TRACK": "1",  # Prefect's client
    "DVC_NO_ANALYTICS": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}.items():
    os.environ.setdefault(_variable, _value)
