"""Pictures in a folder or an archive: one row each, its pixels as columns, its class its folder."""

import io
import struct
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image, UnidentifiedImageError

from trunkline.data import choosing
from trunkline.data.streams import Stream
from trunkline.settings import addresses
from trunkline.settings.files import Images
from trunkline.sources import archives, flat, places, remote

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
ENDINGS = frozenset(
    (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
)
LARGEST = 1 << 26  # pixels of a picture before it is scaled: 67 million
LARGEST_FILE = 1 << 28  # bytes
MEND = "make it smaller, or take it out"
BATCH = 512  # pictures


def read(settings: Images, root: Path) -> Stream:
    """Return the pictures as columns `path`, `label`, perhaps `parent`, and `pixel_0` and so on.

    The pixels are uint8, row by row, and of a colour picture channel by channel in each pixel:
    `inputs.shape` of a study is `[height, width, channels]`. The label is the first folder on the
    way to a picture, or the folders that `skip` and `levels` say; empty where there is none. Where
    it is of several folders, all but the last are its parent, such as the alphabet of a character.

    Raises:
        ValueError: there are none; a picture is damaged, has no pixels or too many; a name or a
            link leads out of the folder.
        OSError: the place does not exist or may not be read.
    """
    place = remote.at(root, settings.path, settings.sha256)
    packed = addresses.name(settings.path).endswith(archives.ENDINGS)
    names = _packed_names(place, settings) if packed else within(place)
    if not names:
        raise ValueError(
            f"{settings.path}: expected pictures ({', '.join(sorted(ENDINGS))}), found none"
        )
    pixels = settings.height * settings.width * settings.channels
    fields = [(name, pa.large_string()) for name in ("path", "label", "parent")]
    fields = fields if settings.levels > 1 else fields[:2]
    schema = pa.schema(fields + [(name, pa.uint8()) for name in flat.names("pixel", pixels)])

    def batches() -> Iterator[pa.RecordBatch]:
        files = _unpacked(place, settings) if packed else _plain(place, names)
        while part := list(islice(files, BATCH)):
            arrays = [_pixels(content, name, settings) for name, content in part]
            named = zip(*(_words(name, settings) for name, _ in part), strict=True)
            columns = [pa.array(column, pa.large_string()) for column in named]
            columns += [pa.array(column) for column in np.stack(arrays, axis=1)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    told = {"kind": "images", "pictures": len(names), "file": _told(place, settings, names, packed)}
    return choosing.typed(Stream(schema, batches, told), settings.columns, settings.path)


def _told(place: Path, settings: Images, names: list[str], packed: bool) -> dict[str, Any]:
    """Return what the schema says of the files; check their SHA-256."""
    if packed:
        return {**places.file(place, settings.sha256).told(), "path": settings.path}
    found = places.together([places.file(place / name) for name in names], place)
    if settings.sha256 is not None and found["sha256"] != settings.sha256.lower():
        raise ValueError(
            f"{settings.path}: expected the SHA-256 {settings.sha256} of all files, it is "
            f"{found['sha256']}: files were changed, added or removed"
        )
    return {**found, "path": settings.path}


def within(place: Path) -> list[str]:
    """Return the names of the pictures in a folder, in the order of their paths.

    Raises:
        ValueError: it is a file, or a link leads out of it.
    """
    if place.is_file():
        raise ValueError(
            f"{place}: expected a folder of pictures or an archive ({', '.join(archives.ENDINGS)})"
        )
    found = [path.relative_to(place).as_posix() for path in places.below(place)]
    return [name for name in found if _wanted(name)]


def _wanted(name: str) -> bool:
    """Return whether a file is a picture, by its name; hidden files are none."""
    path = PurePosixPath(name)
    return path.suffix.lower() in ENDINGS and not hidden(path)


def hidden(path: PurePosixPath) -> bool:
    """Return whether a file, or a folder on the way to it, is hidden or what macOS adds."""
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _packed_names(place: Path, settings: Images) -> list[str]:
    places.file(place)
    return [name for name, _ in _unpacked(place, settings)]


def _unpacked(place: Path, settings: Images) -> Iterator[tuple[str, bytes]]:
    return archives.members(place, settings.limit_mib << 20, _wanted, LARGEST_FILE)


def _plain(place: Path, names: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        path = place / name
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError(f"{path}: expected at most {LARGEST_FILE} bytes of a picture")
        yield name, path.read_bytes()


def _words(name: str, settings: Images) -> list[str]:
    """Return path, label and, of a label of several folders, those above the last."""
    folders = PurePosixPath(name).parts[:-1]
    label = folders[settings.skip : settings.skip + settings.levels]
    above = ["/".join(label[: settings.levels - 1])] if settings.levels > 1 else []
    return [name, "/".join(label), *above]


def _pixels(content: bytes, name: str, settings: Images) -> np.ndarray:
    """Return a picture as uint8 `[height * width * channels]`."""
    plain = decoded(content, f"{settings.path}: {name}", settings.channels)
    size = (settings.width, settings.height)
    if plain.size != size:
        plain = plain.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(plain, np.uint8).reshape(-1)


def decoded(content: bytes, place: str, channels: int) -> Image.Image:
    """Return a picture of its own size, grey (1 channel) or in colours (3).

    Args:
        content: of the file.
        place: its name, for messages.
        channels: 1 or 3.

    Raises:
        ValueError: it is no picture, is damaged, or has no pixels or too many.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _size(image.size, place)
                return image.convert("RGB" if channels == 3 else "L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        _size(_claimed(content), place)
        raise ValueError(f"{place}: {_bounds()}, received more: {MEND}") from error
    except UnidentifiedImageError as error:
        _size(_claimed(content), place)
        raise ValueError(
            f"{place}: expected a picture, it is none of {', '.join(FORMATS)}"
        ) from error
    except places.BROKEN as error:
        if str(error).startswith(f"{place}: "):
            raise  # with a message of its own
        raise places.damaged(place, "a picture", error) from error


def _claimed(content: bytes) -> tuple[int, int]:
    """Return the width and height that the start of a file tells, 1 x 1 where it tells none.

    Pillow takes a picture without pixels for none at all.
    """
    for start, form, place in (
        (b"\x89PNG\r\n\x1a\n", ">II", 16),
        (b"GIF8", "<HH", 6),
        (b"BM", "<ii", 18),
    ):
        if content.startswith(start) and len(content) >= place + struct.calcsize(form):
            width, height = struct.unpack_from(form, content, place)
            return width, abs(height)  # of a bitmap stored from its top, the height is negative
    return 1, 1


def _size(size: tuple[int, int], place: str) -> None:
    width, height = size
    if not (0 < width * height <= LARGEST):
        mend = MEND if width * height else "it is damaged: write it again, or take it out"
        raise ValueError(f"{place}: {_bounds()}, received {width} x {height}: {mend}")


def _bounds() -> str:
    return f"expected a picture of 1 to {LARGEST} pixels"
