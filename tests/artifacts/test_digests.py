"""A digest of sources changes with the code, and with nothing else."""

from pathlib import Path

import pytest

from trunkline.artifacts import digests


def _sources(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "code" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "code"


def test_the_place_does_not_matter(tmp_path: Path) -> None:
    """The same files elsewhere, beside other things, have the same digest."""
    here = _sources(tmp_path / "here", a="1", b="2")
    there = _sources(tmp_path / "there", b="2", a="1")
    (there / "a.pyc").write_bytes(b"compiled")
    assert digests.sources([here]) == digests.sources([there])


@pytest.mark.parametrize("changed", [{"a": "12"}, {"a": "1", "b": ""}, {"b": "1"}])
def test_every_change_shows(tmp_path: Path, changed: dict[str, str]) -> None:
    """Another byte, another file or another name is another digest."""
    before = digests.sources([_sources(tmp_path / "before", a="1")])
    assert digests.sources([_sources(tmp_path / "after", **changed)]) != before


def test_a_folder_without_sources_is_refused(tmp_path: Path) -> None:
    """A wrong folder is named, not hashed as nothing."""
    with pytest.raises(FileNotFoundError, match=r"Expected Python files in .*, found none"):
        digests.sources([tmp_path])
