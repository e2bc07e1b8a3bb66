"""What docs/your-data.md tells users to write is read as they are told."""

import json
from pathlib import Path
from typing import Any

import yaml

from stages import _parameters, ingest
from trunkline.artifacts import results, tables
from trunkline.settings import reading

DOCUMENT = Path("docs/your-data.md").read_text(encoding="utf-8")
PARAMETERS = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))


def block(heading: str) -> Any:
    """Return the first block of YAML under a heading."""
    section = DOCUMENT.split(f"# {heading}\n", 1)[1]
    return yaml.safe_load(section.split("```yaml\n", 1)[1].split("```", 1)[0])


def test_the_first_study_of_a_user_is_one() -> None:
    """The dataset and the study that the steps begin with are a params.yaml, as they stand."""
    asked = block("Your own data") | block("From a file to a report")
    written = PARAMETERS | asked | {"recommenders": {}, "metalearners": {}}
    read = reading.read(written)
    assert read.studies["wine"].dataset in read.datasets
    Path("params.yaml").write_text(json.dumps(written), encoding="utf-8")
    _parameters.check_recorded()


def test_books_and_movies_of_a_user_take_the_place_of_the_generated_ones() -> None:
    """The one edit that is shown leaves a whole params.yaml, and ingests two files as one table."""
    edited = block("Two files, one question: your books and movies")
    changed = PARAMETERS | {"datasets": PARAMETERS["datasets"] | edited["datasets"]}
    reading.read(changed)
    Path("params.yaml").write_text(json.dumps(changed))
    Path("data").mkdir()
    Path("data/books.csv").write_text(
        "id,book_title,genre,blurb\n"
        '1,The Long Way,crime,"A thief, a bank, and ""one"" night."\n'
        '2,Roses,romance,"Two letters\ncross."\n'
    )
    Path("data/movies.csv").write_text(
        "genre,title,overview,year\nmusical,Encore!,A singer returns.,1961\n"
    )
    table, schema = Path("out/table.parquet"), Path("out/schema.json")
    ingest.main(dataset="stories", table=table, schema=schema)
    found = tables.read(table)
    assert found.drop(columns="row_id").to_dict("list") == {
        "title": ["The Long Way", "Roses", "Encore!"],
        "category": ["crime", "romance", "musical"],
        "text": [
            'A thief, a bank, and "one" night.', "Two letters\ncross.", "A singer returns.",
        ],
        "medium": ["book", "book", "movie"],
    }  # fmt: skip
    assert found["row_id"].is_unique
    told = results.read(schema)["source"]["sources"]
    assert [part["constants"] for part in told] == [{"medium": "book"}, {"medium": "movie"}]
