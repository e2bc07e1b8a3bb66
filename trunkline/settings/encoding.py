"""How each column becomes entries of a network's row; one kind for each way."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, MinLen

Positive = Annotated[int, Ge(1)]
Value = bool | int | float | str
Buckets = Annotated[int, Ge(2), Le(1_048_576)]
Indices = Annotated[int, Ge(1), Le(10_000_000)]  # float32 counts to 2^24


@dataclass(frozen=True, kw_only=True)
class Numeric:
    """A number, scaled by what the training rows have.

    Attributes:
        scale: `standard`: mean 0 and deviation 1; `robust`: median 0 and quartiles 1 apart;
            `quantile`: the share of training rows below it, 0 to 1.
        missing: stop, or the mean or median of the training rows in its place.
        indicator: an entry more, 1 where it is missing, for a column that lacks values in the
            training rows.
        quantiles: how many of them `quantile` keeps at the most.
    """

    kind: Literal["numeric"]
    scale: Literal["standard", "robust", "quantile", "none"] = "standard"
    missing: Literal["refuse", "mean", "median"] = "refuse"
    indicator: bool = True
    quantiles: Annotated[int, Ge(2), Le(10_000)] = 1000


@dataclass(frozen=True, kw_only=True)
class OneHot:
    """A category: an entry for each value, and before them one for all others.

    Attributes:
        values: what has an entry of its own; none for what the training rows have.
        min_count: training rows that a value needs; rarer ones count as unseen.
        most: values; more are refused.
    """

    kind: Literal["one_hot"]
    values: tuple[Value, ...] = ()
    min_count: Positive = 1
    most: Indices = 1000


@dataclass(frozen=True, kw_only=True)
class Ordinal:
    """A category with an order: one entry, 0 for the first value and -1 for no known one.

    Attributes:
        values: in their order; none for the sorted values of the training rows.
        min_count: training rows that a value needs; rarer ones count as unseen.
        most: values; more are refused.
        scale: `standard`: mean 0 and deviation 1 on the training rows; `none`: as they are.
    """

    kind: Literal["ordinal"]
    values: tuple[Value, ...] = ()
    min_count: Positive = 1
    most: Indices = 1000
    scale: Literal["standard", "none"] = "standard"


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """A category that is looked up as a trained vector.

    Attributes:
        size: of the vector.
        values: what has a vector of its own; none for what the training rows have.
        min_count: training rows that a value needs; rarer ones share the vector of unseen ones.
        most: values; more are refused.
    """

    kind: Literal["embedding"]
    size: Positive = 8
    values: tuple[Value, ...] = ()
    min_count: Positive = 1
    most: Indices = 100_000


@dataclass(frozen=True, kw_only=True)
class Boolean:
    """True as 1, false as 0.

    Attributes:
        missing: stop, or 0 and an entry more that is 1 where it is missing.
    """

    kind: Literal["boolean"]
    missing: Literal["refuse", "indicator"] = "refuse"


@dataclass(frozen=True, kw_only=True)
class Time:
    """A date, with or without a time: its place in cycles, and the days that went by.

    Attributes:
        cycles: each becomes a sine and a cosine: the day in the `year` and in the `month`, the
            day of the `week`, the time of `day`.
        elapsed: days since the first of the training rows, with mean 0 and deviation 1 on them.
        missing: stop, or zeros and an entry more that is 1 where it is missing.
    """

    kind: Literal["time"]
    cycles: tuple[Literal["year", "month", "week", "day"], ...] = ("year", "month", "week", "day")
    elapsed: bool = True
    missing: Literal["refuse", "indicator"] = "refuse"


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text by what occurs in it, hashed into entries: the order of words is lost.

    Attributes:
        words: shortest and longest run of words that counts; none for no words.
        characters: shortest and longest run of characters within words; none for none.
        size: entries for words, and as many for characters.
        weight: `counts`, or `idf`: times ln((1 + n) / (1 + rows that have it)) + 1.
        norm: `l2`: each row, words and characters apart, has length 1; `none`: as counted.
    """

    kind: Literal["words"]
    words: tuple[Positive, ...] = (1, 1)
    characters: tuple[Positive, ...] = (3, 4)
    size: Buckets = 512
    weight: Literal["counts", "idf"] = "counts"
    norm: Literal["l2", "none"] = "l2"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """A text as the sequence of its words, each looked up as a trained vector.

    Attributes:
        length: words that are read; shorter texts are filled up.
        size: of a word's vector.
        min_count: how often the training rows must have a word.
        most: the most frequent words that have a vector of their own.
    """

    kind: Literal["tokens"]
    length: Annotated[int, Ge(1), Le(4096)] = 64
    size: Positive = 32
    min_count: Positive = 2
    most: Indices = 10_000


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Columns of pixels, 0 to 255, row by row and in a pixel channel by channel.

    Attributes:
        shape: as the columns have it: `[height, width, channels]`.
        size: `[height, width]` it is scaled to; none: as it is.
        channels: 1 for grey, 3 for colours; none: as they are.
        scaling: `unit`: 0 to 1; `centred`: -1 to 1; `standard`: mean 0 and deviation 1 of each
            channel over the training rows.
    """

    kind: Literal["picture"]
    shape: Annotated[tuple[Positive, ...], MinLen(1)]
    size: tuple[Annotated[int, Gt(0), Le(256)], ...] = ()
    channels: Literal[1, 3] | None = None
    scaling: Literal["unit", "centred", "standard"] = "unit"

    @property
    def encoded(self) -> tuple[int, ...]:
        """Height, width and channels of what the network reads."""
        return (*(self.size or self.shape[:2]), self.channels or self.shape[-1])


Encoding = Numeric | OneHot | Ordinal | Embedding | Boolean | Time | Words | Tokens | Picture
