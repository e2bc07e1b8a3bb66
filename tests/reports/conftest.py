"""A workspace with results, and the page made of it."""

from pathlib import Path

import pytest

from tests.reports import metalearners, recommenders, workspace


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page made from a workspace with every kind of verdict."""
    folder = workspace.build(tmp_path_factory.mktemp("workspace"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        workspace.run(folder)
    return folder / "reports" / "index.html"


@pytest.fixture(scope="session")
def recommender_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a workspace with a study of recommenders as well."""
    folder = recommenders.build(tmp_path_factory.mktemp("recommenders"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        workspace.run(folder)
    return folder / "reports" / "index.html"


@pytest.fixture(scope="session")
def metalearner_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a workspace with two studies of meta-learners as well."""
    folder = metalearners.build(tmp_path_factory.mktemp("metalearners"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        workspace.run(folder)
    return folder / "reports" / "index.html"
