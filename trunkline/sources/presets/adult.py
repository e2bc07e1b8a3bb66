"""Adult: facts about people of a census, and whether they earn more than 50,000 dollars."""

from trunkline.settings.files import Csv
from trunkline.sources.presets.publication import Publication

_FOLDER = "https://archive.ics.uci.edu/ml/machine-learning-databases/adult"
_NAMES = (
    "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation",
    "relationship", "race", "sex", "capital_gain", "capital_loss", "hours_per_week",
    "native_country", "income",
)  # fmt: skip


def _part(name: str, sha256: str, skip: int) -> Csv:
    return Csv(
        kind="csv",
        path=f"{_FOLDER}/{name}",
        sha256=sha256,
        delimiter=",",
        header=False,
        names=_NAMES,
        skip=skip,
        nulls=("?",),
        # No blank before a value, and the labels of the test part as those of the other.
        replace={", ": ",", "50K.\n": "50K\n"},
    )


PUBLICATION = Publication(
    title="Adult (census income): 32,561 and 16,281 people, 14 facts, income above 50,000 dollars",
    page="https://doi.org/10.24432/C5XW20",
    licence="CC BY 4.0",
    citation="B. Becker, R. Kohavi, Adult. UCI Machine Learning Repository, 1996",
    checked="TensorFlow Datasets, url_checksums/adult.txt",
    parts={
        "train": _part(
            "adult.data", "5b00264637dbfec36bdeaab5676b0b309ff9eb788d63554ca0a249491c86603d", 0
        ),
        # Its first line is a remark.
        "test": _part(
            "adult.test", "a2a9044bc167a35b2361efbabec64e89d69ce82d9790d2980119aac5fd7e9c05", 1
        ),
    },
)
