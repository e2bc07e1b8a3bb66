"""What is saved for each stage changes nothing that DVC leaves behind."""

from pathlib import Path

import pytest
from dvc import rwlock
from dvc.repo import Repo

from flows.running import repository, savings
from tests.flows.running import workspaces
from tests.flows.running.workspaces import content, parallel, serial

STAGES: dict[str, object] = {
    name: {"cmd": f"cat in.txt > out/{name}", "deps": ["in.txt"], "outs": [f"out/{name}"]}
    for name in ("a", "b", "c*")
}
FILES = {"in.txt": "one\n", "out/.gitkeep": ""}


def links(folder: Path) -> set[str]:
    """Return the outputs that DVC knows as its own, and may remove when they are used no more."""
    with workspaces.inside(folder), Repo() as repo, repo.state.links as table:
        return set(table)


def test_the_table_of_links_is_that_of_the_serial_run(folder: Path) -> None:
    """It is kept open for a run, and closed with all its entries in it."""
    one = workspaces.make(folder, STAGES, FILES)
    two = workspaces.twin(one)
    assert serial(one) == parallel(two) == ""
    assert links(one) == links(two) == {"out/a", "out/b", "out/c*"}


def test_locks_of_files_come_back() -> None:
    """After a run that broke off, DVC's own lock of files is what it was."""
    locking = rwlock.rwlock
    seen = []

    def broken() -> None:
        seen.append(rwlock.rwlock)
        raise KeyError("on the way")

    with pytest.raises(KeyError, match="on the way"), savings.no_locks_of_files():
        broken()
    assert locking not in seen
    assert rwlock.rwlock is locking


def test_others_are_kept_from_every_file_while_a_run_goes_on(folder: Path) -> None:
    """The lock of the whole root stands, and no stage adds one of its own or takes it away."""
    one = workspaces.make(folder, STAGES, FILES)
    table = one / ".dvc" / "tmp" / "rwlock"
    found = repository.Repository(one)
    with workspaces.inside(one), found.held():
        before = table.read_text()
        steps = found.steps()
        found.begin(steps[0])
        assert table.read_text() == before
        assert str(one) in before
    assert str(one) not in table.read_text()


def test_a_command_that_writes_gitignore(folder: Path) -> None:
    """Lines that a command adds count for the stages that come after it."""
    chain: dict[str, object] = {
        "first": {
            "cmd": "echo /second > out/.gitignore; cp in.txt out/first; cp in.txt out/more",
            "deps": ["in.txt"],
            "outs": ["out/first", "out/more"],
        },
        "second": {"cmd": "cp out/first out/second", "deps": ["out/first"], "outs": ["out/second"]},
        "third": {"cmd": "cp out/first out/third", "deps": ["out/first"], "outs": ["out/third"]},
    }
    one = workspaces.make(folder, chain, FILES)
    two = workspaces.twin(one)
    assert serial(one) == parallel(two) == ""
    assert content(two) == content(one)
    assert (two / "out/.gitignore").read_text() == "/second\n/first\n/more\n/third\n"
