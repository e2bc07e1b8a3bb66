"""Rows that are images, as grey pixels to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trunkline.reports.contents import Report
from trunkline.settings import naming
from trunkline.settings.encoding import Picture
from trunkline.settings.inputs import Inputs


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One row as an image.

    Attributes:
        pixels: uint8 of shape [height, width] or [height, width, 3].
        caption: its label, or its row id where there is none.
    """

    row_id: str
    pixels: np.ndarray
    caption: str


def samples(report: Report, dataset: str) -> tuple[Sample, ...]:
    """Return the sample rows of a dataset as images, if a study reads them as such."""
    shown = next(d for d in report.datasets if d.name == dataset)
    asked = [(s.settings.dataset, s.settings.inputs) for s in report.studies]
    asked += [(s.settings.dataset, s.settings.inputs) for s in report.metalearners]
    read = [pictured(inputs) for name, inputs in asked if name == dataset]
    found = next((one for one in read if _is_image(one[1])), None)
    if found is None or shown.samples.empty:
        return ()
    patterns, shape = found
    columns = matching(list(shown.samples.columns), patterns)
    captions = _captions(shown.samples, shown.settings.split.stratify)
    images = grey(shown.samples[columns].to_numpy(np.float64), shape)
    return tuple(
        Sample(row_id=str(row), pixels=pixels, caption=caption)
        for row, pixels, caption in zip(shown.samples["row_id"], images, captions, strict=True)
    )


def pictured(inputs: Inputs) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return which columns are pixels, by name or pattern, and the shape that they have.

    What a network reads may have another size and other channels than the columns.
    """
    for pattern, chosen in inputs.encode.items():
        if isinstance(chosen, Picture):
            return (pattern,), chosen.shape
    return inputs.columns, inputs.shape


def matching(columns: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """Return the columns that match the patterns, pattern by pattern, in the table's order."""
    found = [c for pattern in patterns for c in columns if naming.fits(c, pattern)]
    return list(dict.fromkeys(found))


def grey(values: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Scale numbers to pixels: the smallest is black, the largest white.

    Args:
        values: [rows, inputs]
        shape: of one image: height, width, and 1 or 3 channels if any.

    Returns:
        uint8 of shape [rows, height, width] or [rows, height, width, 3].

    Raises:
        ValueError: the inputs do not fill that shape.
    """
    if values.shape[1] != np.prod(shape):
        raise ValueError(
            f"Expected {np.prod(shape)} input columns for images of shape {list(shape)}. "
            f"Received: {values.shape[1]}. Correct inputs.columns or inputs.shape in params.yaml."
        )
    low, high = values.min(), values.max()
    scaled = (values - low) / (high - low) if high > low else np.zeros_like(values)
    images: np.ndarray = np.rint(scaled * 255).astype(np.uint8).reshape(len(values), *shape)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    return images


def _captions(rows: pd.DataFrame, stratify: Sequence[str]) -> list[str]:
    column = stratify[0] if stratify and stratify[0] in rows else "row_id"
    return [str(value) for value in rows[column]]


def _is_image(shape: Sequence[int]) -> bool:
    return len(shape) == 2 or (len(shape) == 3 and shape[-1] in (1, 3))
