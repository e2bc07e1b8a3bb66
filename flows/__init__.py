"""Prefect flows: when the stages run.

The engines report how they are used unless told not to, some of them when they are imported. A
package is imported before its modules, so no flow can forget to switch that off. Whoever wants to
report sets these variables. The others are for the temporary server of a single run, which gets
time to start on a busy machine, and does not take longer to write down 200 stages than they take.
"""

import os

for _variable, _value in {
    "DO_NOT_TRACK": "1",  # Prefect's client
    "DVC_NO_ANALYTICS": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "500",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",  # cut to whole seconds
}.items():
    os.environ.setdefault(_variable, _value)
