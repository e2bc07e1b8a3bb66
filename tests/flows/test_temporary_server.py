"""The temporary server of a single run leaves the processors to the stages."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASK = """
import flows
import json
from prefect.settings import get_current_settings
recorder = get_current_settings().server.services.task_run_recorder
print(json.dumps(recorder.flush_interval))
"""


def test_the_recorder_sleeps_between_two_writes() -> None:
    """Prefect cuts these seconds to whole ones, and asks without a pause when none are left."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(json.loads(done.stdout)) >= 1
