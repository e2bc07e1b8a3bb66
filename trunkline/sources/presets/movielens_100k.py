"""MovieLens 100K: ratings of movies, with facts about movies and users."""

from typing import Any

from trunkline.settings.files import Columns, Csv
from trunkline.sources.presets.publication import Publication

GENRES = (
    "unknown", "action", "adventure", "animation", "children", "comedy", "crime", "documentary",
    "drama", "fantasy", "film_noir", "horror", "musical", "mystery", "romance", "sci_fi",
    "thriller", "war", "western",
)  # fmt: skip
_MOVIE = ("movie_id", "title", "release_date", "video_release_date", "imdb_url", *GENRES)


def _part(member: str, names: tuple[str, ...], **options: Any) -> Csv:
    return Csv(
        kind="csv",
        path="https://files.grouplens.org/datasets/movielens/ml-100k.zip",
        sha256="50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
        member=f"ml-100k/{member}",
        quote="",
        encoding="latin-1",
        header=False,
        names=names,
        **options,
    )


PUBLICATION = Publication(
    title="MovieLens 100K: 100,000 ratings of 1,682 movies by 943 users",
    page="https://grouplens.org/datasets/movielens/100k/",
    licence="GroupLens: research only, no commercial use, no redistribution without permission",
    citation=(
        "F. M. Harper, J. A. Konstan, The MovieLens datasets: history and context. ACM "
        "Transactions on Interactive Intelligent Systems 5(4), 2015"
    ),
    checked="TensorFlow Datasets, url_checksums/movielens.txt",
    parts={
        "ratings": _part("u.data", ("user_id", "movie_id", "rating", "timestamp"), delimiter="\t"),
        "movies": _part(
            "u.item",
            _MOVIE,
            delimiter="|",
            # No movie has a date of its video.
            columns=Columns(
                select=tuple(name for name in _MOVIE if name != "video_release_date"),
                cast={"title": "text", "release_date": "text", "imdb_url": "text"},
            ),
        ),
        "users": _part(
            "u.user",
            ("user_id", "age", "gender", "occupation", "zip_code"),
            delimiter="|",
            columns=Columns(cast={"zip_code": "text"}),
        ),
    },
)
