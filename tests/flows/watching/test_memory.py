"""What was seen is remembered until the next look."""

from pathlib import Path

import pytest

from flows.watching import memory

SEEN = {"rows": {"source": "1f", "seen": [{"size": 2}]}}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Writing makes the folder, and leaves no draft."""
    path = tmp_path / ".trunkline" / "watch.json"
    memory.write(SEEN, path)
    assert memory.read(path) == SEEN
    assert list(path.parent.iterdir()) == [path]


def test_before_the_first_look_there_is_nothing(tmp_path: Path) -> None:
    """No file means nothing was seen yet."""
    assert memory.read(tmp_path / "watch.json") == {}


@pytest.mark.parametrize("content", ["{", "[1]", '{"rows": {"size": 1}}', '{"rows": 1}'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    """A file that is broken is named, and the way out."""
    path = tmp_path / "watch.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"watch\.json: expected what a look .* remove the file"):
        memory.read(path)
