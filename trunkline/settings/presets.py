"""Published data by its name: where it is and how it is read is known."""

from dataclasses import dataclass, field
from typing import Literal

from trunkline.settings.files import Columns, Name

# The tables of each, the first one for who names none.
PARTS = {
    "adult": ("train", "test"),
    "bike_sharing": ("hour", "day"),
    "fashion_mnist": ("train", "test"),
    "goodbooks_10k": ("books", "ratings", "tags", "book_tags", "to_read"),
    "mnist": ("train", "test"),
    "movielens_100k": ("ratings", "movies", "users"),
    "movielens_1m": ("ratings", "movies", "users"),
    "omniglot": ("background", "evaluation", "small1", "small2"),
    "usps": ("train", "test"),
    "wine_quality": ("red", "white"),
}
# Those whose files nobody has published a SHA-256 of, as far as is known.
UNCERTAIN = frozenset({"bike_sharing", "goodbooks_10k", "usps"})


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Published data by its name.

    Attributes:
        part: which of its tables; none for the first.
        sha256: of the part's file, where the preset does not know it.
    """

    kind: Literal["preset"]
    name: Literal[
        "adult", "bike_sharing", "fashion_mnist", "goodbooks_10k", "mnist", "movielens_100k",
        "movielens_1m", "omniglot", "usps", "wine_quality",
    ]  # fmt: skip
    part: Name | None = None
    sha256: Name | None = None
    columns: Columns = field(default_factory=Columns)
