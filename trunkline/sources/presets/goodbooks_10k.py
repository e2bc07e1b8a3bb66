"""Goodbooks-10k: ratings of books, with facts and tags of the books."""

from trunkline.settings.files import Columns, Csv, Kind
from trunkline.sources.presets.publication import Publication


def _part(name: str, **cast: Kind) -> Csv:
    return Csv(
        kind="csv",
        path=f"https://raw.githubusercontent.com/zygmuntz/goodbooks-10k/master/{name}.csv",
        nulls=("",),  # there are books called "Null"
        columns=Columns(cast=dict(cast)),
    )


PUBLICATION = Publication(
    title="Goodbooks-10k: 5,976,479 ratings of 10,000 books by 53,424 users",
    page="https://github.com/zygmuntz/goodbooks-10k",
    licence="CC BY-SA 4.0",
    citation="Z. Zajac, Goodbooks-10k: a new dataset for book recommendations. FastML, 2017",
    checked="",
    parts={
        "books": _part(
            "books",
            isbn="text",
            isbn13="number",
            title="text",
            original_title="text",
            language_code="text",
        ),
        "ratings": _part("ratings"),
        "tags": _part("tags", tag_name="text"),
        "book_tags": _part("book_tags"),
        "to_read": _part("to_read"),
    },
)
