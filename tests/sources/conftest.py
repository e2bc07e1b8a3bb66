"""Every test of a source works in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources import servers


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty project, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.Server]:
    """Return a server on loopback that has nothing yet."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with servers.serving() as server:
        yield server
