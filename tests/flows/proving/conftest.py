import shutil
from pathlib import Path

import pytest

from tests.flows.proving import projects


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that is not to be changed."""
    return projects.make(tmp_path_factory.mktemp("template") / "project")


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """A repository of a test's own."""
    return Path(shutil.copytree(template, tmp_path / "project"))
