"""A log file for each stage."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.showing import logs


@pytest.mark.parametrize(
    "names",
    [
        ("a/b", "a_b"),
        ("a/b", "a:b"),
        ("sub/dvc.yaml:train", "sub_dvc.yaml_train"),
        ("train@x y", "train@x_y"),
        ("n" * 200, "n" * 201),
        ("n" * 120, "n" * 121),
        ("é", "è"),
        ("", "_"),
    ],
)
def test_two_stages_never_share_a_log(names: tuple[str, str]) -> None:
    """Also where one name is what the other would be rewritten to."""
    first, second = (logs.path(Path("logs"), name) for name in names)
    assert first != second


@pytest.mark.parametrize("name", ["a/b", "a:b", "n" * 121, "é", "", "a~b"])
def test_the_name_of_a_log_is_no_way_to_another(name: str) -> None:
    """A stage that is called what another's name was rewritten to has a log of its own."""
    path = logs.path(Path("logs"), name)
    assert logs.path(Path("logs"), path.stem) != path


@given(st.text(max_size=300))
def test_a_log_is_a_file_of_its_folder(name: str) -> None:
    """Whatever a stage is called, the name is short and leaves no folder."""
    path = logs.path(Path("logs"), name)
    assert path.parent == Path("logs")
    assert path.name.endswith(".log")
    assert len(path.name.encode()) < 200


def test_plain_names_are_kept() -> None:
    """The log of a stage is found by its name."""
    assert logs.path(Path("logs"), "train@digits-0.5").name == "train@digits-0.5.log"


def test_lines_are_there_at_once(tmp_path: Path) -> None:
    """Who follows the file sees a line as soon as it is written, and so does who is passed it."""
    passed: list[str] = []
    with logs.StageLog(tmp_path / "logs", "train", passed.append) as log:
        log.write("epoch 1\n")
        log.write("épisode 2")
        assert log.path.read_text("utf-8") == "epoch 1\népisode 2\n"
    assert passed == ["epoch 1", "épisode 2"]


def test_a_run_starts_with_an_empty_log(tmp_path: Path) -> None:
    """Nothing of the run before is left, not even what its stray process still writes."""
    stray = logs.StageLog(tmp_path, "train")
    stray.write("of the run before")
    with logs.StageLog(tmp_path, "train") as log:
        log.write("of this run")
        stray.write("late")
        assert log.path.read_text("utf-8") == "of this run\n"
    stray.close()


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("plain", "plain"),
        ("windows\r\n", "windows"),
        ("\r 10%|#   |\r 50%|##  |\r100%|####|\n", "100%|####|"),
        ("\r 50%|##  |\r           \r", " 50%|##  |"),
        ("\r100%|####|\r          \rdone", "done"),
        ("\x1b[32mgreen\x1b[0m \x07", "green"),
        ("  indented\tand tabbed  ", "  indented\tand tabbed"),
        ("\r\r\n", ""),
        ("", ""),
    ],
)
def test_a_progress_bar_is_one_line(tmp_path: Path, line: str, kept: str) -> None:
    """Of steps that overwrite each other the last is kept, without colours."""
    with logs.StageLog(tmp_path, "train") as log:
        log.write(line)
    assert log.path.read_text("utf-8") == f"{kept}\n"


def test_any_text_can_be_logged(tmp_path: Path) -> None:
    """Bytes that are no text were read as lone surrogates; they are written as escapes."""
    with logs.StageLog(tmp_path, "train") as log:
        log.write("caf\udce9")
    assert log.path.read_bytes().isascii()


def test_the_tail_is_the_last_that_was_said(tmp_path: Path) -> None:
    """Blank lines at the end tell nothing and are left out."""
    with logs.StageLog(tmp_path, "train") as log:
        assert log.tail() == ()
        for number in range(200):
            log.write(f"line {number}")
        log.write("")
        assert log.tail(2) == ("line 198", "line 199")
        assert log.tail(0) == ()
        assert len(log.tail(1000)) == 99
