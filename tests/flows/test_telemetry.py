"""Telemetry of Prefect, DVC and Great Expectations is off, whichever way a run is started."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ENTRIES = ("flows.pipeline", "flows.reproduce", "flows.serve", "flows.watch")
SWITCHES = {
    "DO_NOT_TRACK": "1",
    "DVC_NO_ANALYTICS": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}
PAGES = {"PREFECT_SERVER_UI_V2_ENABLED": "false"}  # the newer ones ask Amplitude for its settings
# Each engine is asked in its own words whether it would report.
ASK = """
import importlib, json, sys
if sys.argv[1]:
    importlib.import_module(sys.argv[1])
import dvc.analytics
import prefect.settings
from prefect._internal.analytics.enabled import is_telemetry_enabled
settings = prefect.settings.get_current_settings()
print(json.dumps({
    "client": is_telemetry_enabled(),
    "server": settings.server.analytics_enabled,
    "pages": settings.server.ui.v2_enabled,
    "cloud": settings.cloud.enable_orchestration_telemetry,
    "dvc": dvc.analytics.is_enabled(),
}))
"""
# Of a shell that has set nothing; in CI the engines are silent by themselves.
BARE = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}


def answers(module: str, folder: Path, home: Path) -> dict[str, bool]:
    """Return who would report, in a fresh Python that has imported a module."""
    environment = BARE | {"HOME": str(home), "PYTHONPATH": f"{ROOT}:{BARE.get('PYTHONPATH', '')}"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, module],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, bool] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.mark.parametrize("module", ENTRIES)
def test_every_flow_switches_it_off(module: str, tmp_path: Path) -> None:
    """Also outside the project, where no file of it speaks."""
    told = answers(module, tmp_path, tmp_path)
    del told["pages"]  # a flow's temporary server has none
    assert set(told.values()) == {False}


def test_without_us_it_is_on(tmp_path: Path) -> None:
    """Else the other tests would prove nothing."""
    assert set(answers("", tmp_path, tmp_path).values()) == {True}


def test_files_of_the_project_switch_off_what_files_can(tmp_path: Path) -> None:
    """`prefect` and `dvc` typed by hand in the project: only Prefect's client asks a variable."""
    told = answers("", ROOT, tmp_path)
    assert told.pop("client")
    assert set(told.values()) == {False}


def test_every_command_of_make_has_the_switches() -> None:
    """`make server`, `make worker`, `make deploy`, `make repro` and all others."""
    show = ["make", "--silent", "--eval=show: ; @env", "show"]
    done = subprocess.run(show, cwd=ROOT, env=BARE, capture_output=True, text=True, check=True)
    expected = {f"{name}={value}" for name, value in (SWITCHES | PAGES).items()}
    assert expected <= set(done.stdout.splitlines())


def test_every_run_of_a_worker_has_the_switches() -> None:
    """However the worker was started: the deployment brings them."""
    stated = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    for deployment in stated:
        assert deployment["work_pool"]["job_variables"]["env"] == SWITCHES


def test_who_wants_to_report_may(tmp_path: Path) -> None:
    """A variable that is set is left alone."""
    code = "import os, flows; print(os.environ['DO_NOT_TRACK'])"
    environment = BARE | {"PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "0\n"
