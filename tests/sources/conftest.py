"""Every test of a source works in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources import databases, servers, stores


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


@pytest.fixture(scope="session")
def database_server() -> Iterator[databases.Server]:
    """Return a PostgreSQL server, one for each process of tests."""
    with databases.running() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> stores.Store:
    """Return a database without tables, of either kind."""
    monkeypatch.setenv(stores.VARIABLE, databases.PASSWORD)
    server = request.getfixturevalue("database_server") if request.param == "postgresql" else None
    return stores.Store(server)


@pytest.fixture
def postgresql(database_server: databases.Server, monkeypatch: pytest.MonkeyPatch) -> stores.Store:
    """Return a database of PostgreSQL without tables."""
    monkeypatch.setenv(stores.VARIABLE, databases.PASSWORD)
    return stores.Store(database_server)


@pytest.fixture
def sqlite() -> stores.Store:
    """Return a database of SQLite without tables."""
    return stores.Store(None)
