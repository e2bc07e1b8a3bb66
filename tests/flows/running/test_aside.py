"""What is put aside comes back as it was, whenever the run is killed."""

import errno
import itertools
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from flows.running import aside


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a folder with outputs of each kind: a file, a folder, a link and nothing."""
    root = tmp_path / "work"
    (root / "folder" / "deep").mkdir(parents=True)
    (root / "file").write_text("old\n")
    (root / "file").chmod(0o444)
    (root / "folder" / "deep" / "x").write_text("old x\n")
    (root / "folder" / "hard").symlink_to("nowhere")
    (root / "link").symlink_to("file")
    return root


def outputs(root: Path) -> list[Path]:
    """Return the paths of all outputs; two of them are not there."""
    names = ("file", "folder", "link", "absent", "gone/absent")
    return [root / name for name in names]


def content(root: Path) -> dict[str, object]:
    """Return what is in a folder: text, targets of links, and modes of files."""
    found: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = (path.read_text(), path.stat().st_mode)
    return found


def spoil(root: Path) -> None:
    """Write what a new attempt would: other kinds of files, and one where nothing was."""
    (root / "file").mkdir()
    (root / "file" / "part").write_text("new\n")
    (root / "folder").write_text("new\n")
    (root / "link").symlink_to("folder")
    (root / "absent").write_text("new\n")


def kept(root: Path) -> aside.Aside:
    """Return what keeps outputs of a workspace."""
    return aside.Aside(root.parent / "kept" / "aside")


def left(root: Path) -> list[Path]:
    """Return what is still put aside."""
    folder = kept(root).folder
    return list(folder.iterdir()) if folder.exists() else []


def test_outputs_are_gone_and_come_back(workspace: Path) -> None:
    """Files, folders, links and modes; what was not there is not there again."""
    before = content(workspace)
    store = kept(workspace)
    store.keep("train", outputs(workspace))
    assert content(workspace) == {}
    spoil(workspace)
    store.put_back("train")
    assert content(workspace) == before
    assert left(workspace) == []


def test_what_is_dropped_does_not_come_back(workspace: Path) -> None:
    """New outputs stay, and nothing is left of the old ones."""
    store = kept(workspace)
    store.keep("train", outputs(workspace))
    spoil(workspace)
    new = content(workspace)
    store.drop("train")
    store.put_back("train")
    assert store.recover() == 0
    assert content(workspace) == new
    assert left(workspace) == []


def test_keeping_twice_keeps_the_first(workspace: Path) -> None:
    """What an attempt wrote is no older output: it goes before the older one is kept again."""
    before = content(workspace)
    store = kept(workspace)
    store.keep("train", outputs(workspace))
    spoil(workspace)
    store.keep("train", outputs(workspace))
    assert content(workspace) == {}
    store.put_back("train")
    assert content(workspace) == before


def test_stages_do_not_mix(workspace: Path) -> None:
    """Each has a place of its own, whatever its name."""
    before = content(workspace)
    store = kept(workspace)
    store.keep("a@../../x", [workspace / "file"])
    store.keep("ü:b", [workspace / "folder"])
    store.drop("a@../../x")
    assert store.recover() == 1
    assert content(workspace) == {name: data for name, data in before.items() if name != "file"}


def test_a_killed_run_is_recovered_by_the_next(workspace: Path) -> None:
    """Another process finds the journal, for every stage."""
    before = content(workspace)
    kept(workspace).keep("a", outputs(workspace)[:1])
    kept(workspace).keep("b", outputs(workspace)[1:])
    spoil(workspace)
    assert kept(workspace).recover() == 2
    assert content(workspace) == before
    assert kept(workspace).recover() == 0


def test_a_workspace_that_was_moved_is_recovered_where_it_is(workspace: Path) -> None:
    """Nothing is written to where it was, and what is there now is left alone."""
    before = content(workspace)
    kept(workspace).keep("train", outputs(workspace))
    spoil(workspace)
    moved = workspace.parent.with_name("moved") / "work"
    shutil.copytree(workspace.parent, moved.parent, symlinks=True)
    others = content(workspace.parent)
    assert kept(moved).recover() == 1
    assert content(moved) == before
    assert content(workspace.parent) == others


class Killed(BaseException):
    """Stands for the end of the process."""


def dying(name: str, step: Callable[..., object], at: int) -> Callable[..., object]:
    """Return a function that ends the process within its work, at the given call."""
    calls = itertools.count()

    def call(*arguments: Any, **named: bool) -> object:
        if next(calls) == at:
            HALF[name](*arguments)
            raise Killed
        return step(*arguments, **named)

    return call


def half_removed(folder: Path) -> None:
    """Remove one file of a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or path.is_file():
            path.unlink()
            return


HALF: dict[str, Callable[..., object]] = {
    "rename": lambda source, target: None,
    "copytree": lambda source, target, *_: Path(target).mkdir(),
    "copy2": lambda source, target: target.write_text("o"),
    "rmtree": half_removed,
}


def refuse(source: Path, target: Path, names: Sequence[str] = ("work", "kept")) -> None:
    """Rename as between two file systems: not from one of the folders to the other."""
    sides = [name for path in (source, target) for name in names if name in Path(path).parts]
    if len(set(sides)) == 2:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    Path(source).replace(target)


@pytest.fixture(params=["one file system", "two file systems"])
def renaming(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Rename as usual, or as between file systems."""
    if request.param == "two file systems":
        monkeypatch.setattr(aside.os, "rename", refuse)
    return str(request.param)


MODULES = {"rename": os, "copytree": shutil, "copy2": shutil, "rmtree": shutil}


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("when", ["keep", "put back"])
def test_killed_at_any_step(
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    renaming: str,
    name: str,
    at: int,
    when: str,
) -> None:
    """Within each renaming, copy and removal; the next run still finds all that there was."""
    before = content(workspace)
    store = kept(workspace)
    if when == "put back":
        store.keep("train", outputs(workspace))
        spoil(workspace)
    with monkeypatch.context() as patch:
        patch.setattr(MODULES[name], name, dying(name, getattr(MODULES[name], name), at))
        try:
            if when == "keep":
                store.keep("train", outputs(workspace))
                spoil(workspace)
            else:
                store.put_back("train")
        except Killed:
            pass  # some steps come less often
    kept(workspace).recover()
    assert content(workspace) == before
    assert left(workspace) == []


def test_between_file_systems_outputs_are_copied(workspace: Path, renaming: str) -> None:
    """With their modes and links; nothing is left where they were."""
    before = content(workspace)
    store = kept(workspace)
    store.keep("train", outputs(workspace))
    assert content(workspace) == {}
    spoil(workspace)
    store.put_back("train")
    assert content(workspace) == before
    assert left(workspace) == []


def test_folders_that_may_not_be_written_to_are_removed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As DVC removes them; for root, who may do anything, the system's refusal is played."""
    (workspace / "folder" / "deep").chmod(0o555)
    removing = shutil.rmtree

    def remove(path: Path) -> None:
        for folder, _, _ in os.walk(path):
            if not os.stat(folder).st_mode & 0o200:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)
        removing(path)

    monkeypatch.setattr(shutil, "rmtree", remove)
    store = kept(workspace)
    store.keep("train", [workspace / "folder"])
    store.drop("train")
    assert left(workspace) == []
