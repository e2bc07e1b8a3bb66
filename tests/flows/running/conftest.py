"""DVC, quiet, and with nothing of this machine's own."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def alone(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Keep DVC's memory of this test apart, its words down, and git without a user's settings."""
    folder = tmp_path_factory.mktemp("site")
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(folder))
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(folder))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    log = logging.getLogger("dvc")
    level = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(level)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where a repository can be made."""
    return tmp_path / "one"
