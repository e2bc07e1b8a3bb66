"""Background sets: alphabets of characters, each by the same drawers."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.metalearning.oneshot import examples
from trunkline.sources import characters

REAL = Path(os.environ.get("TRUNKLINE_REAL_DATA", "real-data")).resolve() / "omniglot"
KNOWN = examples.characters(each=2, drawers=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a set that is unpacked."""
    archive = examples.background(tmp_path / "set.zip", KNOWN)
    with zipfile.ZipFile(archive) as content:
        content.extractall(tmp_path / "set")
    return tmp_path / "set"


def test_an_archive_and_its_folder_are_the_same(folder: Path) -> None:
    """Both give all drawings, by alphabet, character and drawer."""
    for path in (folder, folder.parent / "set.zip"):
        found = characters.read(path)
        np.testing.assert_array_equal(found.ink, KNOWN.ink)
        np.testing.assert_array_equal(found.alphabet, KNOWN.alphabet)
        assert found.alphabets == KNOWN.alphabets


def test_a_set_without_drawings_is_refused(tmp_path: Path) -> None:
    """The form that is expected is named."""
    with pytest.raises(ValueError, match=r"expected drawings <alphabet>/.*found none"):
        characters.read(tmp_path)


def test_a_drawing_of_another_name_is_refused(folder: Path) -> None:
    """A drawer must stand in it."""
    (folder / "images/Beta/character02/odd.png").write_bytes(examples.png(KNOWN.ink[0, 0]))
    with pytest.raises(ValueError, match=r"received images/Beta/character02/odd.png: name it so"):
        characters.read(folder)


def test_a_drawer_that_is_missing_is_named(folder: Path) -> None:
    """The first character has it, this one does not."""
    (folder / "images/Beta/character02/0002_02.png").unlink()
    with pytest.raises(ValueError, match="Beta/character02 and Alpha/character00 differ in 02"):
        characters.read(folder)


def test_a_drawer_that_stands_there_twice_is_named(folder: Path) -> None:
    """Two files of one character end in the same drawer."""
    (folder / "images/Beta/character02/0007_02.png").write_bytes(examples.png(KNOWN.ink[0, 0]))
    with pytest.raises(ValueError, match=r"each drawer once, received .*0002_02.png and .*0007_02"):
        characters.read(folder)


def test_drawings_have_one_size(folder: Path) -> None:
    """The first that differs is named, with both sizes."""
    path = folder / "images/Gamma/character04/0004_01.png"
    path.write_bytes(examples.png(np.pad(KNOWN.ink[4, 0], ((0, 0), (0, 2)))))
    with pytest.raises(ValueError, match=r"of 40 x 40 pixels.*received 42 x 40 of .*0004_01.png"):
        characters.read(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (examples.png(np.zeros((40, 40), bool)), "expected dark ink on light paper, received 0%"),
        (examples.png(np.ones((40, 40), bool)), ".*received 100% of dark pixels: invert it"),
        (examples.png(np.eye(5, dtype=bool)), ".*8 to 512 pixels each way, received 5 x 5: scale"),
        (b"no picture", "expected a picture, it is none of"),
        (b"x" * (1 << 21), "expected at most 1048576 bytes of it"),
    ],
    ids=["empty", "inked", "small", "none", "large"],
)
def test_a_bad_drawing_is_refused(folder: Path, content: bytes, message: str) -> None:
    """It is named, with what is wrong and how to mend it."""
    (folder / "images/Alpha/character00/0000_01.png").write_bytes(content)
    with pytest.raises(ValueError, match=rf"0000_01.png: {message}"):
        characters.read(folder)


def test_another_file_is_no_set(tmp_path: Path) -> None:
    """Neither a folder nor an archive by its name."""
    path = tmp_path / "set.txt"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(ValueError, match=r"set.txt: expected a folder or an archive"):
        characters.read(path)


def test_a_name_that_leads_out_of_an_archive_is_refused(tmp_path: Path) -> None:
    """Nothing of such an archive is taken."""
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("../A/c/1_1.png", examples.png(KNOWN.ink[0, 0]))
    with pytest.raises(ValueError, match="leads out of the archive's folder"):
        characters.read(tmp_path / "set.zip")


@pytest.mark.skipif(not REAL.is_dir(), reason=f"there is no {REAL}")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("small1", {"Balinese": 24, "Early_Aramaic": 22, "Greek": 24, "Korean": 40, "Latin": 26}),
        ("small2", {"Greek": 24, "Japanese_(katakana)": 47, "Latin": 26, "Sanskrit": 42,
                    "Tagalog": 17}),
    ],
)  # fmt: skip
def test_the_published_sets(name: str, expected: dict[str, int]) -> None:
    """Five alphabets each, of as many characters as are known, by twenty drawers."""
    found = characters.read(REAL / f"images_background_{name}.zip")
    assert found.ink.shape == (sum(expected.values()), 20, 105, 105)
    counts = np.bincount(found.alphabet).tolist()
    assert dict(zip(found.alphabets, counts, strict=True)) == expected
