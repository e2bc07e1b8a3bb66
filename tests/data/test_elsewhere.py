"""Tables are split, compared, searched and encoded to the same bytes wherever that is done."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def found(folder: Path, surroundings: dict[str, str]) -> Any:
    """Return the digest of each piece of work, done in a folder with these variables."""
    variables = {"PATH": os.defpath, "PYTHONPATH": str(Path.cwd()), "TMPDIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.processors.tables"],
        cwd=folder,
        env=variables | surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return what is found with nothing of the caller's."""
    return found(tmp_path_factory.mktemp("here"), {})


def test_an_older_processor(here: Any, tmp_path: Path) -> None:
    """NumPy and Arrow without the instructions that not every processor has."""
    config: Any = np.show_config(mode="dicts")
    newer = " ".join(config["SIMD Extensions"].get("found", []))
    plain = {"NPY_DISABLE_CPU_FEATURES": newer, "ARROW_USER_SIMD_LEVEL": "NONE"}
    assert found(tmp_path, plain) == here


def test_another_place(here: Any, tmp_path: Path) -> None:
    """Another folder, time zone, language and order of sets."""
    folder = tmp_path / "a folder of $HOME's, [1]"
    folder.mkdir()
    other = {"TZ": "Pacific/Chatham", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "12345"}
    assert found(folder, other) == here
