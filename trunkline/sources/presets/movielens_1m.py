"""MovieLens 1M: ratings of movies, with facts about movies and users."""

from trunkline.settings.files import Columns, Csv, Kind
from trunkline.sources.presets.publication import Publication


def _part(name: str, names: tuple[str, ...], **cast: Kind) -> Csv:
    return Csv(
        kind="csv",
        path="https://files.grouplens.org/datasets/movielens/ml-1m.zip",
        sha256="a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
        member=f"ml-1m/{name}.dat",
        delimiter="\t",
        replace={"::": "\t"},
        quote="",
        encoding="latin-1",
        header=False,
        names=names,
        columns=Columns(cast=dict(cast)),
    )


PUBLICATION = Publication(
    title="MovieLens 1M: 1,000,209 ratings of 3,883 movies by 6,040 users",
    page="https://grouplens.org/datasets/movielens/1m/",
    licence="GroupLens: research only, no commercial use, no redistribution without permission",
    citation=(
        "F. M. Harper, J. A. Konstan, The MovieLens datasets: history and context. ACM "
        "Transactions on Interactive Intelligent Systems 5(4), 2015"
    ),
    checked="TensorFlow Datasets, url_checksums/movielens.txt",
    parts={
        "ratings": _part("ratings", ("user_id", "movie_id", "rating", "timestamp")),
        "movies": _part("movies", ("movie_id", "title", "genres"), title="text", genres="text"),
        "users": _part(
            "users", ("user_id", "gender", "age", "occupation", "zip_code"), zip_code="text"
        ),
    },
)
