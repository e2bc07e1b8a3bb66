"""What a dataset is: where its rows come from and how they are split."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt, MinLen

from trunkline.settings.files import Arrow, Csv, Excel, Idx, Images, JsonLines, Npz, Parquet
from trunkline.settings.splitting import Split

Fraction = Annotated[float, Gt(0), Lt(1)]
Name = Annotated[str, MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """Real data that ships with scikit-learn."""

    kind: Literal["bundled"]
    name: Literal["digits"]


@dataclass(frozen=True, kw_only=True)
class Latent:
    """A generated table of known truth: hidden factors, seen through mixed features.

    Attributes:
        rows: rows of the source domain, and as many of the target domain.
        features: numeric columns, mixtures of the factors.
        factors: hidden factors of the source task; as many again that it ignores.
        noise: standard deviation of the noise on each feature.
        label_noise: share of class labels that are flipped.
        strength: how much `shared` has to do with the source: at 1 it is a function of the same
            hidden units, at 0 of others alone, in between of both.
    """

    kind: Literal["latent"]
    rows: Annotated[int, Ge(10)] = 3000
    features: Annotated[int, Ge(1)] = 100
    factors: Annotated[int, Ge(1)] = 4
    noise: Annotated[float, Ge(0)] = 0.5
    label_noise: Annotated[float, Ge(0), Lt(0.5)] = 0.0
    strength: Annotated[float, Ge(0), Le(1)] = 1.0


Source = Bundled | Latent | Csv | JsonLines | Parquet | Arrow | Excel | Npz | Idx | Images


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One table: a source, an optional column of row names, a split.

    Attributes:
        sources: instead of `source`: tables of the same columns, one after the other.
    """

    source: Source | None = None
    sources: tuple[Source, ...] = ()
    title: Name
    row_id: Name | None = None
    split: Split = field(default_factory=Split)
