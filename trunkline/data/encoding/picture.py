"""Pictures: columns of pixels as one block, scaled in size and in brightness."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from trunkline.data import tables
from trunkline.data.layout import Block
from trunkline.settings.encoding import Picture as Settings

KIND = "picture"
BRIGHTEST = 255


@dataclass(frozen=True)
class Picture:
    """Columns of pixels that are one picture of each row.

    Attributes:
        columns: the pixels, row by row and in a pixel channel by channel.
        shape: height, width and channels of the columns.
        encoded: height, width and channels of the entries.
        mean: of each encoded channel, in brightness 0 to 255.
        deviation: likewise, what is divided by.
    """

    columns: tuple[str, ...]
    shape: tuple[int, ...]
    encoded: tuple[int, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' own names, or the place in a picture of another size."""
        if self.shape == self.encoded:
            return self.columns
        place = np.ndindex(*self.encoded)
        return tuple(f"{self.columns[0]}... at {y}, {x}, channel {c}" for y, x, c in place)

    @property
    def block(self) -> Block:
        """Numbers, `[height, width, channels]` in one row."""
        return Block(kind="numbers", name=self.columns[0], width=len(self.names))

    @property
    def filler(self) -> int:
        """Black."""
        return 0

    def apply(self, frame: pd.DataFrame) -> np.ndarray:
        """Return brightness on the fitted scale, float32 `[rows, height * width * channels]`."""
        pixels = _sized(_pixels(frame, self.columns, self.shape), self.encoded)
        scaled: np.ndarray = (pixels - np.array(self.mean)) / np.array(self.deviation)
        return scaled.astype(np.float32).reshape(len(frame), int(np.prod(self.encoded)))

    def to_json(self) -> list[dict[str, Any]]:
        """Return one entry."""
        return [{"kind": KIND, **asdict(self)}]


def fit(settings: Settings, train: pd.DataFrame, columns: Sequence[str]) -> tuple[Picture, ...]:
    """Return the encoder of a picture.

    Raises:
        ValueError: the columns do not fill the shape, or are no whole numbers from 0 to 255.
    """
    shape = settings.shape
    if len(columns) != int(np.prod(shape)):
        raise ValueError(
            f"a picture of {list(shape)} has {int(np.prod(shape))} pixels and channels, "
            f"{len(columns)} columns are encoded as one ('{columns[0]}' to '{columns[-1]}'): make "
            "`shape` and the pattern in `inputs.encode` agree"
        )
    encoded = settings.encoded
    pixels = _sized(_pixels(train, columns, shape), encoded)
    mean, deviation = _scale(settings.scaling, pixels)
    return (Picture(tuple(columns), tuple(shape), encoded, mean, deviation),)


def from_json(entry: Mapping[str, Any]) -> Picture:
    """Return what `to_json` described."""
    return Picture(
        tuple(entry["columns"]), tuple(entry["shape"]), tuple(entry["encoded"]),
        tuple(entry["mean"]), tuple(entry["deviation"]),
    )  # fmt: skip


def _pixels(frame: pd.DataFrame, columns: Sequence[str], shape: Sequence[int]) -> np.ndarray:
    """Return uint8 `[rows, height, width, channels]`."""
    values = tables.numeric(frame, columns)
    pixels = values.clip(0, BRIGHTEST).astype(np.uint8)
    wrong = pixels != values
    if wrong.any():
        row, place = np.argwhere(wrong)[0]
        raise ValueError(
            f"column '{columns[place]}', row {frame['row_id'].iloc[row]}: expected a pixel, a "
            f"whole number from 0 to {BRIGHTEST}, received {values[row, place]}: encode other "
            "numbers as `kind: numeric`"
        )
    return pixels.reshape(len(values), *shape)


def _sized(pixels: np.ndarray, encoded: Sequence[int]) -> np.ndarray:
    """Return pictures of another size; Pillow counts in whole numbers, the same everywhere."""
    if tuple(pixels.shape[1:]) == tuple(encoded):
        return pixels
    height, width, channels = encoded
    mode = "RGB" if channels == 3 else "L"
    found = np.empty((len(pixels), *encoded), np.uint8)
    for row, one in enumerate(pixels):
        image = Image.fromarray(one if one.shape[2] == 3 else one[:, :, 0]).convert(mode)
        if image.size != (width, height):
            image = image.resize((width, height), Image.Resampling.BILINEAR)
        found[row] = np.asarray(image, np.uint8).reshape(encoded)
    return found


def _scale(scaling: str, pixels: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return what is taken off each channel and what it is divided by."""
    channels = pixels.shape[-1]
    if scaling != "standard":
        half = BRIGHTEST / 2
        mean, deviation = (0.0, float(BRIGHTEST)) if scaling == "unit" else (half, half)
        return (mean,) * channels, (deviation,) * channels
    histograms = [np.bincount(pixels[..., c].reshape(-1), minlength=256) for c in range(channels)]
    moments = [_moments([int(count) for count in one]) for one in histograms]
    return tuple(mean for mean, _ in moments), tuple(deviation for _, deviation in moments)


def _moments(counts: Sequence[int]) -> tuple[float, float]:
    """Return mean and deviation of brightness; sums of whole numbers are exact."""
    number = sum(counts)
    total = sum(value * count for value, count in enumerate(counts))
    squares = sum(value * value * count for value, count in enumerate(counts))
    variance = (number * squares - total**2) / number**2
    return total / number, float(np.sqrt(variance)) or 1.0
