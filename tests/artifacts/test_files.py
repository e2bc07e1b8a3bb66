"""Files appear whole or not at all."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trunkline.artifacts import files


def full() -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def mine() -> None:
    """Fail as a defect of the caller does."""
    raise KeyError("mine")


def half(path: Path, fail: Callable[[], None]) -> None:
    """Fail in the middle of writing a file."""
    with files.replacing(path) as temporary:
        temporary.write_bytes(b"half")
        fail()


def half_folder(path: Path, fail: Callable[[], None]) -> None:
    """Fail in the middle of writing a folder."""
    with files.replacing_folder(path) as temporary:
        (temporary / "two").write_bytes(b"half")
        fail()


def to_full_device(path: Path) -> None:
    """Write to a device on which no space is left."""
    with files.replacing(path) as temporary:
        temporary.symlink_to("/dev/full")
        temporary.write_bytes(b"new")


def test_write_replaces_and_makes_folders(tmp_path: Path) -> None:
    """A file is written into a new folder and replaced by the next write, nothing beside it."""
    path = tmp_path / "new" / "file"
    files.write(b"one", path)
    files.write(b"two", path)
    assert files.read(path) == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_write_keeps_the_old_file_when_no_space_is_left(tmp_path: Path) -> None:
    """A full disk keeps the old file, leaves no temporary one, and the message says so."""
    path = tmp_path / "file"
    files.write(b"old", path)
    with pytest.raises(OSError, match=r"file could not be written: No space left.*is kept"):
        half(path, full)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("replacing", [files.replacing, files.replacing_folder])
def test_an_error_of_what_is_read_is_told_as_it_is(replacing: Any, tmp_path: Path) -> None:
    """Whoever loses a connection is not sent to look for space on a disk."""
    lost = pytest.raises(ConnectionError, match=r"^the connection was lost$")
    with lost, replacing(tmp_path / "x"):
        raise ConnectionError("the connection was lost")
    assert not list(tmp_path.iterdir())


def test_a_really_full_device_keeps_the_old_file(tmp_path: Path) -> None:
    """The kernel's own ENOSPC, met while writing, keeps the old file."""
    path = tmp_path / "file"
    files.write(b"old", path)
    with pytest.raises(OSError, match=r"No space left on device\. What was there before is kept"):
        to_full_device(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_any_other_error_keeps_the_old_file(tmp_path: Path) -> None:
    """An error of the caller passes through unchanged; the old file is kept."""
    path = tmp_path / "file"
    files.write(b"old", path)
    with pytest.raises(KeyError, match="mine"):
        half(path, mine)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_overwritten(tmp_path: Path) -> None:
    """A temporary file left behind by a killed process does not stay."""
    (tmp_path / ".file.partial").write_bytes(b"left behind")
    files.write(b"new", tmp_path / "file")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_link_is_replaced_not_written_through(tmp_path: Path) -> None:
    """Where the path is a link into a cache, the cache keeps its content."""
    cached = tmp_path / "cached"
    cached.write_bytes(b"cached")
    (tmp_path / "file").symlink_to(cached)
    files.write(b"new", tmp_path / "file")
    assert cached.read_bytes() == b"cached"
    assert files.read(tmp_path / "file") == b"new"


def test_replacing_folder_swaps_the_whole_folder(tmp_path: Path) -> None:
    """A folder is replaced with all that was in it."""
    path = tmp_path / "folder"
    for name in ("one", "two"):
        with files.replacing_folder(path) as temporary:
            files.write(b"", temporary / name)
    assert [p.name for p in path.iterdir()] == ["two"]
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_with_a_message_of_its_own_keeps_it(tmp_path: Path) -> None:
    """What failed was what is written down, not the writing: a database that was too slow."""
    with (
        pytest.raises(TimeoutError, match=r"^shop: it took too long$"),
        files.replacing(tmp_path / "file"),
    ):
        raise TimeoutError("shop: it took too long")
    with (
        pytest.raises(TimeoutError, match=r"^shop: it took too long$"),
        files.replacing_folder(tmp_path / "folder"),
    ):
        raise TimeoutError("shop: it took too long")
    assert list(tmp_path.iterdir()) == []


def test_replacing_folder_keeps_the_old_folder_on_an_error(tmp_path: Path) -> None:
    """A full disk keeps the old folder whole."""
    path = tmp_path / "folder"
    with files.replacing_folder(path) as temporary:
        files.write(b"", temporary / "one")
    with pytest.raises(OSError, match="folder could not be written: No space left"):
        half_folder(path, full)
    assert [p.name for p in path.iterdir()] == ["one"]
    assert list(tmp_path.iterdir()) == [path]


def test_replacing_folder_restores_an_interrupted_swap(tmp_path: Path) -> None:
    """A process killed in the middle of the swap does not lose the old folder."""
    (tmp_path / ".folder.replaced").mkdir()
    (tmp_path / ".folder.replaced" / "one").write_bytes(b"")
    with pytest.raises(KeyError, match="mine"):
        half_folder(tmp_path / "folder", mine)
    assert [p.name for p in (tmp_path / "folder").iterdir()] == ["one"]


def test_read_names_a_missing_file(tmp_path: Path) -> None:
    """A missing file is named, with what makes it."""
    with pytest.raises(FileNotFoundError, match=r"absent does not exist\. Run `dvc repro`"):
        files.read(tmp_path / "absent")


def test_hashes_by_name(tmp_path: Path) -> None:
    """Each file's SHA-256 stands under its name."""
    (tmp_path / "one").write_bytes(b"1")
    (tmp_path / "two").write_bytes(b"2")
    paths = {"b": tmp_path / "one", "a": tmp_path / "two"}
    assert files.hashes(paths) == {name: files.sha256(path) for name, path in paths.items()}


def test_sha256_is_that_of_the_content(tmp_path: Path) -> None:
    """The digest of an empty file is the known one."""
    files.write(b"", tmp_path / "empty")
    assert files.sha256(tmp_path / "empty").startswith("e3b0c44298fc1c14")
