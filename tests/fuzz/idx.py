"""IDX files by atheris, which follows the branches of the reader to bytes that nobody thought of.

`python -m tests.fuzz.idx <folder for what it tries> <runs>`; needs atheris.
"""

import os
import sys
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(
    include=["trunkline.sources.idx", "trunkline.sources.flat", "trunkline.sources.unpacking"]
):
    from trunkline.sources import flat, idx, unpacking  # noqa: F401 - instrumented here

from tests.sources import projects, test_fuzz
from trunkline.settings import files

SOURCES = {
    "own": files.Idx(kind="idx", paths={"x": "own"}),
    "own.gz": files.Idx(kind="idx", paths={"x": "own.gz"}),
}
SEEDS = (
    projects.idx(np.arange(12, dtype=np.uint8).reshape(3, 2, 2)),
    projects.idx(np.array([1, 2, 3], ">i4"), 0x0C),
    projects.idx(np.array([[0.5], [np.inf]], ">f4"), 0x0D),
    b"\0\0\x08\x01\0\0\0\x02\x01\x02\x03",
)


def attempt(data: bytes) -> None:
    """Hold one file to giving rows or a message, and to leaving nothing behind."""
    for name, source in SOURCES.items():
        test_fuzz.holds(source, data)
        Path(name).unlink()


def main(folder: Path, runs: int) -> None:
    """Try so many files; ends the process, with an error where one is not held."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(SEEDS):
        (corpus / f"seed-{number}").write_bytes(content)
    os.chdir(folder)
    (work := folder / "work").mkdir(exist_ok=True)
    os.chdir(work)
    options = [f"-atheris_runs={runs}", "-max_len=120", "-seed=1", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], attempt)
    atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), int(sys.argv[2]))
