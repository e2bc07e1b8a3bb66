"""Standard runs: what was learned from, what is to be told, and which belong together."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.metalearning.oneshot import examples
from trunkline.sources import oneshot_runs

KNOWN = examples.characters()


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Return a folder of two runs."""
    return examples.runs(tmp_path / "all_runs", KNOWN)


def test_a_run_has_its_pictures_and_answers(runs: Path) -> None:
    """Items are told in the order of their names; here the last shows the first character."""
    first, second = oneshot_runs.read(runs)
    assert (first.name, first.cluster, second.name) == ("run01", "run01", "run02")
    np.testing.assert_array_equal(first.training, KNOWN.ink[:4, 0])
    np.testing.assert_array_equal(first.test, KNOWN.ink[3::-1, 1])
    assert first.answers.tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize("inside", [".", "all_runs"])
def test_an_archive_is_read_as_its_folder_is(runs: Path, inside: str) -> None:
    """With a folder around the runs, or without."""
    root = runs if inside == "." else runs.parent
    packed = Path(shutil.make_archive(str(runs.parent / "packed"), "zip", root, inside))
    for one, other in zip(oneshot_runs.read(packed), oneshot_runs.read(runs), strict=True):
        np.testing.assert_array_equal(one.test, other.test)
        assert one.answers.tolist() == other.answers.tolist()


def labels(*lines: str) -> Callable[[Path], object]:
    """Return what writes the labels of the first run anew."""
    text = "".join(f"{line}\n" for line in lines)
    return lambda runs: (runs / "run01/class_labels.txt").write_text(text, encoding="utf-8")


def no_pictures(runs: Path) -> None:
    """Leave one picture to learn from."""
    for number in (2, 3, 4):
        (runs / f"run01/training/class{number:02}.png").unlink()


PAIR = "run01/test/item01.png run01/training/class01.png"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda runs: (runs / "run01/class_labels.txt").unlink(),
         r"run01: expected class_labels.txt, with a line .*there is none: fetch the runs again"),
        (lambda runs: (runs / "run01/class_labels.txt").write_bytes(b"\xff\xfe"),
         r"class_labels.txt: expected text in UTF-8"),
        (labels("run01/test/item01.png"), r"line 1: expected a file of test and one of training"),
        (labels(PAIR.replace("class01", "class09")), r"line 1: there is no training/class09.png"),
        (labels(PAIR.replace("item01", "item09")), r"line 1: there is no test/item09.png"),
        (labels(PAIR, "", PAIR), r"line 3: test/item01.png stands there twice: remove one"),
        (labels(PAIR), r"expected a line of each item, none has test/item02.png"),
        (no_pictures, r"run01: expected 2 or more pictures in training, received 1"),
        (lambda runs: shutil.rmtree(runs / "run01/test"),
         r"run01: expected 1 or more pictures in test, received 0"),
        (lambda runs: (runs / "run01/test/item02.png").write_bytes(
            examples.png(np.eye(41, dtype=bool))), r"received 41 x 41 of run01/test/item02.png"),
    ],
)  # fmt: skip
def test_a_bad_run_is_refused(runs: Path, change: Callable[[Path], object], message: str) -> None:
    """It is named, with what is wrong."""
    change(runs)
    with pytest.raises(ValueError, match=message):
        oneshot_runs.read(runs)


def test_no_runs_are_refused(tmp_path: Path) -> None:
    """The form that is expected is named."""
    with pytest.raises(ValueError, match=r"expected runs, runNN/training/\*.png.*found none"):
        oneshot_runs.read(tmp_path)
