"""Drawings in a folder or an archive, as bitmaps of ink."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

import numpy as np

from trunkline.sources import archives, images, places

LIMIT = 1 << 29  # bytes of all files, unpacked
LARGEST = 1 << 20  # bytes of one file
SIDES = (8, 512)  # pixels of a drawing, each way
DARK = 128  # grey below this is ink


def contents(path: Path, wanted: Callable[[PurePosixPath], bool]) -> dict[PurePosixPath, bytes]:
    """Return the wanted files of a folder or an archive, by their paths in it, in their order.

    Hidden files, and what macOS adds to archives, are left out.

    Raises:
        ValueError: it is neither, or is damaged; a name or a link leads out of it; a file is too
            large.
        OSError: it does not exist or may not be read.
    """

    def kept(name: str) -> bool:
        place = PurePosixPath(name)
        return not images.hidden(place) and wanted(place)

    if path.is_dir():
        return dict(sorted(_plain(path, kept).items()))
    places.file(path)
    if not path.name.endswith(archives.ENDINGS):
        raise ValueError(f"{path}: expected a folder or an archive ({', '.join(archives.ENDINGS)})")
    found = archives.members(path, LIMIT, kept, LARGEST)
    return dict(sorted((PurePosixPath(name), content) for name, content in found))


def _plain(folder: Path, kept: Callable[[str], bool]) -> dict[PurePosixPath, bytes]:
    found = {}
    for file in places.below(folder):
        name = file.relative_to(folder).as_posix()
        if not kept(name):
            continue
        if file.stat().st_size > LARGEST:
            raise ValueError(f"{file}: expected at most {LARGEST} bytes of it")
        found[PurePosixPath(name)] = file.read_bytes()
    return found


def bitmap(content: bytes, place: str) -> np.ndarray:
    """Return where a drawing has ink, bool [height, width].

    Args:
        content: of the file of a picture, dark ink on light paper.
        place: its name, for messages.

    Raises:
        ValueError: it is no picture, or damaged, too small or too large; it has no ink, or more
            ink than paper.
    """
    grey = np.asarray(images.decoded(content, place, 1), np.uint8)
    if not all(SIDES[0] <= side <= SIDES[1] for side in grey.shape):
        raise ValueError(
            f"{place}: expected a drawing of {SIDES[0]} to {SIDES[1]} pixels each way, received "
            f"{grey.shape[1]} x {grey.shape[0]}: scale it"
        )
    ink = grey < DARK
    if not 0 < ink.mean() < 0.5:
        raise ValueError(
            f"{place}: expected dark ink on light paper, received {ink.mean():.0%} of dark pixels: "
            "invert it, or remove it"
        )
    return ink


def stacked(bitmaps: list[np.ndarray], names: list[str], place: str) -> np.ndarray:
    """Return bitmaps of one size, bool [bitmaps, height, width].

    Raises:
        ValueError: one has another size than the first.
    """
    for ink, name in zip(bitmaps, names, strict=True):
        if ink.shape != bitmaps[0].shape:
            (height, width), (rows, columns) = bitmaps[0].shape, ink.shape
            raise ValueError(
                f"{place}: expected drawings of {width} x {height} pixels, as {names[0]} has, "
                f"received {columns} x {rows} of {name}: scale it"
            )
    return np.stack(bitmaps)
