"""A run on Prefect's temporary server is written down whole before that server is stopped."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from flows import recording
from tests.flows.running import workspaces

ROOT = Path(__file__).parents[2]
MANY = 120  # stages; a server that is stopped at once has written down some forty


def test_waits_for_all() -> None:
    """It asks again until the number is reached, and then no more."""
    answers = iter([0, 1, 1, 3])
    assert recording.until(lambda: next(answers), 3, patience=60) == 3
    assert list(answers) == []


def test_does_not_wait_for_what_never_comes() -> None:
    """A number that stands still is given back."""
    assert recording.until(lambda: 2, 3, patience=0.05) == 2


@pytest.mark.server
def test_all_task_runs_are_there_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server still works when stages that did not change are done; none is lost."""
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(tmp_path / "site"))
    folder = workspaces.make(
        tmp_path / "many",
        {
            f"s{number}": {
                "cmd": f"echo {number} > {number}",
                "deps": ["in"],
                "outs": [f"{number}"],
            }
            for number in range(MANY)
        },
        {"in": "one\n"},
    )
    assert workspaces.parallel(folder) == ""
    home = tmp_path / "home"
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-m", "flows.pipeline"],
        cwd=folder,
        env={**bare, "PREFECT_HOME": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    with sqlite3.connect(home / "prefect.db") as database:
        query = "select count(*) from task_run where state_name = 'Cached'"
        assert database.execute(query).fetchone() == (MANY,)
    database.close()
