"""What the flows ask of DVC: order, environment, locks, and what is fetched."""

import logging
import os
import sys
from pathlib import Path

import networkx
import pytest

from flows.running import order, repository, shells
from tests.flows.running import stand_ins, workspaces
from tests.flows.running.sessions import FILES, TWO, fails, run
from tests.flows.running.workspaces import content, serial


class Stage:
    """Stands for a stage of DVC."""

    def __init__(self, name: str, frozen: bool) -> None:
        self.addressing = name
        self.frozen = frozen


def test_a_frozen_stage_has_a_place_beside_those_it_reads() -> None:
    """Before or after them, as in serial order; what is not in the plan says nothing."""
    early, frozen, late = Stage("early", False), Stage("frozen", True), Stage("late", False)
    graph = networkx.DiGraph([(frozen, early), (frozen, late), (frozen, Stage("no part", False))])
    assert order.of_frozen(graph, [early, frozen, late]) == {
        "early": [],
        "frozen": ["early"],
        "late": ["frozen"],
    }


def test_commands_find_the_programs_beside_this_python() -> None:
    """First of all, but a folder that is listed already keeps its place."""
    here = str(Path(sys.executable).parent)
    assert shells.with_this_python({"PATH": "/bin", "X": "1"}) == {"PATH": f"{here}:/bin", "X": "1"}
    assert shells.with_this_python({"PATH": f"/bin:{here}"}) == {"PATH": f"/bin:{here}"}
    assert shells.with_this_python({}) == {"PATH": f"{here}:{os.defpath}"}


def test_an_interruption_on_the_way_back_to_the_lock(folder: Path) -> None:
    """Another command of DVC holds it just then; there is nothing to unlock any more."""
    one = workspaces.make(folder, TWO, FILES)
    found = repository.Repository(one)
    lock = found._repo.lock

    def wait() -> None:
        with found.held(), found.unlocked():
            lock.lock = stand_ins.raising(KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        wait()
    assert not lock.is_locked
    assert run(one).last() == {"a": "ran", "b": "ran"}


def test_a_repository_that_is_held_by_another_is_closed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits opens it again and again."""
    one = workspaces.make(folder, TWO, FILES)
    first, second = repository.Repository(one), repository.Repository(one)
    closed: list[bool] = []
    monkeypatch.setattr(second._repo, "close", lambda: closed.append(True))
    with first.held():
        with pytest.raises(Exception, match="held by process"), second.held():
            pass
        assert closed == [True]


def test_a_dependency_that_nobody_makes_cannot_be_pulled(folder: Path) -> None:
    """It is named, as without pulling."""
    one = workspaces.make(folder, {"a": {**TWO["a"], "deps": ["in.txt", "nowhere"]}}, FILES)
    two = workspaces.twin(one)
    assert serial(one, pull=True) == "failed to reproduce 'a'"
    assert "nowhere" in fails(two, pull=True).messages["a"]
    assert content(two) == content(one)


def test_dvc_tells_what_counts_afterwards(folder: Path) -> None:
    """While a workspace is held its words about stages are left out; then all is as it was."""
    one = workspaces.make(folder, TWO, FILES)
    words = logging.getLogger("dvc")
    for level, meanwhile in ((logging.DEBUG, logging.WARNING), (logging.ERROR, logging.ERROR)):
        words.setLevel(level)
        with repository.Repository(one).held():
            assert words.level == meanwhile
        assert words.level == level
