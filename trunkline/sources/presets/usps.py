"""USPS: digits of postal codes, 16 x 16 pixels, as text.

A line is the digit and 256 values of -1 to 1, each with four decimals, a blank after each.
"""

from trunkline.settings.files import Columns, Csv
from trunkline.sources import flat
from trunkline.sources.presets.publication import Publication

_FOLDER = "https://web.stanford.edu/~hastie/ElemStatLearn/datasets"
_PIXELS = flat.names("pixel", 256)


def _part(name: str) -> Csv:
    return Csv(
        kind="csv",
        path=f"{_FOLDER}/{name}",
        delimiter=" ",
        quote="",
        header=False,
        names=("label", *_PIXELS),
        # Whole numbers as such, so that the label is one; and no value after the last blank.
        replace={".0000": "", " \n": "\n"},
        columns=Columns(cast={"label": "integer", **dict.fromkeys(_PIXELS, "number")}),
    )


PUBLICATION = Publication(
    title="USPS, handwritten digits of postal codes: 7,291 and 2,007 pictures of 16 x 16 pixels",
    page="https://web.stanford.edu/~hastie/ElemStatLearn/data.html",
    licence="none stated: the data was made for research by the U.S. Postal Service",
    citation=(
        "J. J. Hull, A database for handwritten text recognition research. IEEE Transactions on "
        "Pattern Analysis and Machine Intelligence 16(5), 1994"
    ),
    checked="",
    parts={"train": _part("zip.train.gz"), "test": _part("zip.test.gz")},
)
