"""Workspaces with results, and the pages made of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reports import metalearners, recommenders, workspace


def _page(folder: Path, build: Callable[[Path], Path]) -> Path:
    build(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        workspace.run(folder)
    return folder / "reports" / "index.html"


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page made from a workspace with every kind of verdict."""
    return _page(tmp_path_factory.mktemp("workspace"), workspace.build)


@pytest.fixture(scope="session")
def recommender_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a workspace with a study of recommenders as well."""
    return _page(tmp_path_factory.mktemp("recommenders"), recommenders.build)


@pytest.fixture(scope="session")
def metalearner_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a workspace with two studies of meta-learners as well."""
    return _page(tmp_path_factory.mktemp("metalearners"), metalearners.build)
