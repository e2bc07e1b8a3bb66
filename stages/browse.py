"""Write Great Expectations' Data Docs of every dataset; `make data-docs` calls it."""

import sys
from pathlib import Path

from stages import _stage
from trunkline.artifacts import files, results
from trunkline.reports import data_docs


def main(
    *, validated: Path = Path("results/datasets"), docs: Path = Path(".trunkline/data-docs")
) -> None:
    """Write a page for each dataset and one that leads to them; print where it is.

    Args:
        validated: folder of what the validate stage recorded.
        docs: folder to write, outside the outputs whose bytes are compared.

    Raises:
        FileNotFoundError: no dataset was validated yet.
    """
    datasets = _stage.params("datasets")
    records = {name: validated / name / "validation.json" for name in datasets}
    found = [
        (name, datasets[name].title, results.read(path))
        for name, path in records.items()
        if path.is_file()
    ]
    if not found:
        raise FileNotFoundError(f"{validated}: no dataset was validated yet. Run `make repro`")
    with files.replacing_folder(docs) as folder:
        for name, title, record in found:
            files.write(data_docs.page(record, title).encode(), folder / f"{name}.html")
        files.write(data_docs.index(found).encode(), folder / "index.html")
    sys.stdout.write(f"{docs.resolve() / 'index.html'}\n")
