"""What a dataset is: where its rows come from and how they are split."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le, Lt, MinLen

from trunkline.settings.databases import Sql
from trunkline.settings.drifting import Drift
from trunkline.settings.family import Family
from trunkline.settings.files import Arrow, Csv, Excel, Idx, Images, JsonLines, Npz, Parquet
from trunkline.settings.market import Market
from trunkline.settings.presets import Preset
from trunkline.settings.splitting import Fraction, Split

Name = Annotated[str, MinLen(1)]
QUARANTINE_SHARE = 0.01


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


@dataclass(frozen=True, kw_only=True)
class Stories:
    """Generated blurbs of books and overviews of movies, with a category each.

    Attributes:
        books: how many rows are books.
        movies: how many rows are movies.
        topical: share of words that tell the category.
        shared: share of those that both media use for the same category.
        misleading: share of the rest that movies use for another category than books.
        stray: share of the words that tell nothing which speak of another category instead.
        label_noise: share of categories that are replaced by another.
        skew: how many times as frequent the first category is as the last.
    """

    kind: Literal["stories"]
    books: Annotated[int, Ge(20)] = 3000
    movies: Annotated[int, Ge(20)] = 2000
    topical: Annotated[float, Ge(0), Le(1)] = 0.4
    shared: Annotated[float, Ge(0), Le(1)] = 0.5
    misleading: Annotated[float, Ge(0), Le(1)] = 0.2
    stray: Annotated[float, Ge(0), Le(1)] = 0.2
    label_noise: Annotated[float, Ge(0), Lt(0.5)] = 0.02
    skew: Annotated[float, Ge(1), Le(10)] = 1.0


Source = (
    Bundled
    | Latent
    | Stories
    | Market
    | Family
    | Csv
    | JsonLines
    | Parquet
    | Arrow
    | Excel
    | Npz
    | Idx
    | Images
    | Preset
    | Sql
)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One table: a source, an optional column of row names, a split.

    Attributes:
        sources: instead of `source`: tables of the same columns, one after the other.
        on_violation: what becomes of rows that break the contract: they stop the run, or they are
            set aside and the rest, which must hold to it, goes on.
        quarantine_share: as many of the rows may be set aside; more stop the run.
        drift: what is done where it is not like the version that was accepted.
    """

    source: Source | None = None
    sources: tuple[Source, ...] = ()
    title: Name
    row_id: Name | None = None
    on_violation: Literal["stop", "quarantine"] = "stop"
    quarantine_share: Fraction = QUARANTINE_SHARE
    split: Split = field(default_factory=Split)
    drift: Drift = field(default_factory=Drift)
