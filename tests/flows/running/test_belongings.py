"""A copy of the repository gets the user's files that git does not keep."""

import json
import subprocess
from pathlib import Path

import pytest

from flows.running import belongings, looking


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """Return a repository that ignores `data/` and has files in it."""
    root = tmp_path / "origin"
    (root / "data/pictures").mkdir(parents=True)
    (root / "data/rows.csv").write_text("a\n1\n")
    (root / "loose.csv").write_text("a\n1\n")
    (root / ".gitignore").write_text("/data/\n")
    subprocess.run(["git", "init", "--quiet", root], check=True)
    return root


def copy(origin: Path, *names: str) -> Path:
    """Return a copy of a repository whose record names these files."""
    place = origin.parent / "copy"
    (place / "records").mkdir(parents=True)
    record = {"files": {name: {} for name in names}}
    (place / "records/own.json").write_text(json.dumps(record))
    return place


def test_ignored_files_and_folders_are_linked(origin: Path) -> None:
    """They can be read in the copy, and are not committed from it."""
    place = copy(origin, "data/rows.csv", "data/pictures")
    assert belongings.bring(origin, place) == []
    assert (place / "data/rows.csv").read_text() == "a\n1\n"
    assert (place / "data/rows.csv").is_symlink()
    assert (place / "data/pictures").is_dir()


def test_what_is_nowhere_or_not_ignored_is_named(origin: Path) -> None:
    """Nothing is linked that `git add` would take."""
    place = copy(origin, "data/gone.csv", "loose.csv")
    assert belongings.bring(origin, place) == ["data/gone.csv", "loose.csv"]
    assert not (place / "loose.csv").exists()


def test_what_the_copy_has_stays(origin: Path) -> None:
    """A file that git keeps is that of the commit."""
    place = copy(origin, "data/rows.csv")
    (place / "data").mkdir()
    (place / "data/rows.csv").write_text("of the commit")
    assert belongings.bring(origin, place) == []
    assert (place / "data/rows.csv").read_text() == "of the commit"


def test_no_records_nothing_to_bring(origin: Path, tmp_path: Path) -> None:
    """Any other DVC repository is left as it is."""
    assert belongings.bring(origin, tmp_path) == []


def project(folder: Path, code: str) -> Path:
    """Make a project whose command `look` runs this code."""
    (folder / "stages").mkdir()
    (folder / "stages/__init__.py").touch()
    (folder / "stages/__main__.py").write_text("from stages import look\n")
    (folder / "stages/look.py").write_text(code)
    return folder


def test_what_a_look_says_is_told(tmp_path: Path) -> None:
    """But for that there is nothing to say."""
    root = project(tmp_path, "print('records: ok\\nown: records/own.json is new')")
    assert looking.look(root) == ["own: records/own.json is new"]


def test_a_look_that_fails_stops(tmp_path: Path) -> None:
    """Its own words are handed on."""
    root = project(tmp_path, "raise SystemExit('params.yaml: sed: unknown key')")
    with pytest.raises(ValueError, match=r"stages look: params.yaml: sed: unknown key"):
        looking.look(root)


def test_a_project_without_the_command(tmp_path: Path) -> None:
    """Nothing is run."""
    assert looking.look(tmp_path) == []
