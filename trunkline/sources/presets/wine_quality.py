"""Wine quality: measurements of Portuguese wines, and how tasters liked them."""

from trunkline.settings.files import Csv
from trunkline.sources.presets.publication import Publication

_FOLDER = "https://archive.ics.uci.edu/ml/machine-learning-databases/wine-quality"

PUBLICATION = Publication(
    title="Wine quality: 1,599 red and 4,898 white wines, 11 measurements, a grade of 0 to 10",
    page="https://doi.org/10.24432/C56S3T",
    licence="CC BY 4.0",
    citation=(
        "P. Cortez, A. Cerdeira, F. Almeida, T. Matos, J. Reis, Modeling wine preferences by data "
        "mining from physicochemical properties. Decision Support Systems 47(4), 2009"
    ),
    checked="TensorFlow Datasets, structured/wine_quality/checksums.tsv",
    parts={
        "red": Csv(
            kind="csv",
            path=f"{_FOLDER}/winequality-red.csv",
            sha256="4a402cf041b025d4566d954c3b9ba8635a3a8a01e039005d97d6a710278cf05e",
            delimiter=";",
        ),
        "white": Csv(
            kind="csv",
            path=f"{_FOLDER}/winequality-white.csv",
            sha256="76c3f809815c17c07212622f776311faeb31e87610d52c26d87d6e361b169836",
            delimiter=";",
        ),
    },
)
