"""The examples in docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import flows.showing

FOLDER = Path(flows.showing.__path__[0])
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if ">>>" in path.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_true(name: str) -> None:
    """Each gives what it says."""
    done = doctest.testmod(importlib.import_module(f"flows.showing.{name}"))
    assert done.attempted
    assert not done.failed
