"""Columns of pixels as pictures of the wanted size, channels and brightness."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from trunkline.data import encoders
from trunkline.settings.encoding import Picture

GREY, COLOUR = (3, 4, 1), (3, 4, 3)


def pixels(shape: tuple[int, ...], rows: int = 5) -> np.ndarray:
    """Return uint8 pictures, [rows, *shape]."""
    return np.random.default_rng(3).integers(0, 256, (rows, *shape)).astype(np.uint8)


def frame(pictures: np.ndarray) -> pd.DataFrame:
    """Return rows with a column for each pixel and channel, as sources give them."""
    flat = pictures.reshape(len(pictures), int(np.prod(pictures.shape[1:])))
    table = pd.DataFrame(flat, columns=[f"pixel_{n:02d}" for n in range(flat.shape[1])])
    return table.assign(row_id=[f"r{i}" for i in range(len(table))])


def encoded(train: np.ndarray, others: np.ndarray, **options: Any) -> np.ndarray:
    """Return pictures, encoded by what the training rows tell, [rows, width]."""
    encoder = fitted(train, **options)
    return encoders.apply(encoder, frame(others), encoder.columns)


def fitted(train: np.ndarray, **options: Any) -> encoders.Encoder:
    """Return the encoder of pictures."""
    table = frame(train)
    chosen = Picture(kind="picture", **{"shape": train.shape[1:], **options})
    columns = [name for name in table if name.startswith("pixel")]
    return encoders.fit("standard", table, columns, {"pixel_*": chosen})


@pytest.mark.parametrize("shape", [GREY, COLOUR])
def test_brightness(shape: tuple[int, ...]) -> None:
    """0 to 255 become 0 to 1, -1 to 1, or mean 0 and deviation 1 of each channel."""
    train, others = pixels(shape), pixels(shape, 2)
    plain = others.reshape(2, -1).astype(np.float64)
    np.testing.assert_allclose(encoded(train, others), plain / 255, rtol=1e-6)
    centred = encoded(train, others, scaling="centred")
    np.testing.assert_allclose(centred, plain / 127.5 - 1, atol=1e-6)
    mean, deviation = train.mean(axis=(0, 1, 2)), train.std(axis=(0, 1, 2))
    expected = ((others - mean) / deviation).reshape(2, -1)
    np.testing.assert_allclose(
        encoded(train, others, scaling="standard"), expected, rtol=1e-5, atol=1e-6
    )


def test_pictures_of_one_brightness_become_zero() -> None:
    """A channel that never changes is divided by 1."""
    assert not encoded(
        np.full((2, *GREY), 9, np.uint8), np.full((1, *GREY), 9), scaling="standard"
    ).any()


@pytest.mark.parametrize(("shape", "mode"), [(GREY, "L"), (COLOUR, "RGB")])
def test_size_and_channels_are_those_of_pillow(shape: tuple[int, ...], mode: str) -> None:
    """Pictures are scaled and turned to grey or colours as Pillow does it."""
    train = pixels(shape)
    for channels, wanted in ((1, "L"), (3, "RGB")):
        found = encoded(train, train, size=(2, 6), channels=channels)
        for row, one in zip(found, train, strict=True):
            image = Image.fromarray(one.squeeze(), mode).convert(wanted)
            small = image.resize((6, 2), Image.Resampling.BILINEAR)
            np.testing.assert_allclose(row * 255, np.asarray(small).reshape(-1), atol=1e-4)


def test_the_row_is_described() -> None:
    """Pixels keep their names while there are as many; the network gets numbers."""
    same, other = fitted(pixels(GREY)), fitted(pixels(GREY), size=(2, 2))
    assert same.names == same.columns
    assert other.names[-1] == "pixel_00... at 1, 1, channel 0"
    assert [(block.kind, block.width) for block in other.layout] == [("numbers", 4)]


@pytest.mark.parametrize("options", [{}, {"scaling": "standard", "size": (2, 2), "channels": 3}])
def test_json_gives_the_same_bytes(options: dict[str, Any]) -> None:
    """Written and read, the encoder is equal, and so is every byte that it encodes."""
    train = pixels(GREY)
    encoder = fitted(train, **options)
    again = encoders.from_json(encoders.to_json(encoder))
    assert again == encoder
    one, two = (encoders.apply(e, frame(train), e.columns) for e in (encoder, again))
    assert one.tobytes() == two.tobytes()


def test_order_of_training_rows_changes_nothing() -> None:
    """The same pictures in another order are the same encoder, to the last bit."""
    train = pixels(COLOUR)
    assert fitted(train, scaling="standard") == fitted(train[::-1], scaling="standard")


def test_columns_fill_the_shape() -> None:
    """Both counts are told."""
    with pytest.raises(ValueError, match=r"of \[2, 2, 1\] has 4 pixels and channels, 12 columns"):
        fitted(pixels(GREY), shape=(2, 2, 1))


@pytest.mark.parametrize("value", [0.5, 256.0, -1.0])
def test_other_numbers_are_no_pixels(value: float) -> None:
    """The column, the row and the value are named."""
    wild = pixels(GREY).astype(np.float64)
    wild[2, 0, 1, 0] = value
    with pytest.raises(ValueError, match=rf"column 'pixel_01', row r2: .*received {value}"):
        fitted(wild)


def test_a_missing_pixel_is_refused() -> None:
    """The row is named as of any number."""
    wild = pixels(GREY).astype(np.float64)
    wild[2, 0, 1, 0] = np.nan
    with pytest.raises(ValueError, match="column 'pixel_01' has 1 values that are NaN"):
        fitted(wild)


def test_no_rows_are_no_pictures() -> None:
    """A table without rows becomes one of the same width."""
    assert encoded(pixels(GREY), pixels(GREY, 0), size=(2, 2)).shape == (0, 4)
