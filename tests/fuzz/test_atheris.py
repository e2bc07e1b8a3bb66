"""Readers hold against a fuzzer that follows their branches."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUNS = 3000


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is not installed: .venv/bin/python -m pip install atheris",
)
def test_no_idx_file_crashes_the_reader(tmp_path: Path) -> None:
    """So many files that were bred for new branches give rows or a message."""
    root = Path(__file__).parents[2]
    places = [str(root), os.environ.get("PYTHONPATH", "")]
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.idx", tmp_path, str(RUNS)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    assert f"Done {RUNS}" in run.stderr
    assert not list(tmp_path.glob("crash-*"))
