"""Pictures as bytes: SVG of a figure and PNG of pixels, without dates or versions."""

import io
import struct
import zlib
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from trunkline.artifacts import files

BLOCK = 65535  # bytes; the longest stored block of RFC 1951, section 3.2.4


def svg_text(figure: Figure) -> str:
    """Return a figure as SVG: the same figure, the same text."""
    text = io.StringIO()
    # Element ids come from the salt, not from a random one; text is drawn as paths, so that it
    # looks the same without the font.
    with matplotlib.rc_context({"svg.hashsalt": "trunkline", "svg.fonttype": "path"}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def write_svg(figure: Figure, path: Path) -> None:
    """Write a figure as an SVG file.

    Raises:
        OSError: it could not be written; the old file is kept.
    """
    files.write(svg_text(figure).encode(), path)


def png_bytes(pixels: np.ndarray) -> bytes:
    """Return pixels as a PNG file.

    The pixels are stored, not compressed: compressors differ between builds of zlib, and with
    them the bytes.

    Args:
        pixels: uint8 of shape `[height, width]` (grey, 0 is black) or `[height, width, 3]` (RGB).

    Raises:
        ValueError: another type or shape, or no pixels.
    """
    colours = {2: 0, 3: 2}.get(pixels.ndim)
    shaped = colours is not None and pixels.size > 0 and pixels.shape[2:] in [(), (3,)]
    if pixels.dtype != np.uint8 or not shaped:
        raise ValueError(
            "A picture is uint8 of shape [height, width] or [height, width, 3], received "
            f"{pixels.dtype} of shape {list(pixels.shape)}."
        )
    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    lines = pixels.reshape(height, -1)
    unfiltered = np.zeros((height, 1), np.uint8)  # PNG filter 0 in front of every line
    content = np.hstack([unfiltered, lines]).tobytes()
    chunks = [(b"IHDR", header), (b"IDAT", _stored(content)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _stored(content: bytes) -> bytes:
    """Return `content` as a zlib stream (RFC 1950) of stored blocks."""
    stream = bytearray(b"\x78\x01")
    for start in range(0, len(content), BLOCK):
        block = content[start : start + BLOCK]
        last = start + BLOCK >= len(content)
        stream += struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block
    return bytes(stream) + struct.pack(">I", zlib.adler32(content))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
