"""The same values give the same bytes in another process, place and locale."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
import numpy as np, pandas as pd
from matplotlib.figure import Figure
from trunkline.artifacts import pictures, results, tables, weights

folder = Path(sys.argv[1])
x = np.linspace(0, 1, 300)
frame = pd.DataFrame({"row_id": [f"r{i}" for i in range(300)], "x": x, "n": np.arange(300)})
tables.write(frame, folder / "table.parquet")
tables.write_csv(frame, folder / "table.csv")
results.write({name: x[:3] for name in {"b", "a", "c", "z"}}, folder / "result.json")
weights.write({f"{n}/w": x.astype(np.float32) for n in {"b", "a", "c"}}, folder / "a.weights.h5")
figure = Figure()
figure.subplots().plot(x, x * x, label="x")
pictures.write_svg(figure, folder / "figure.svg")
"""


def run(folder: Path, **environment: str) -> dict[str, bytes]:
    """Return the files that the program writes under some environment."""
    folder.mkdir()
    command = [sys.executable, "-W", "error", "-c", PROGRAM, str(folder)]
    subprocess.run(command, check=True, env={**os.environ, **environment})
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    """Time zone, locale and the seed of hashes reach no file."""
    one = run(tmp_path / "one", TZ="UTC", LC_ALL="C", LANG="C", PYTHONHASHSEED="1")
    two = run(
        tmp_path / "two", TZ="Asia/Tokyo", LC_ALL="de_DE.UTF-8", LANG="de_DE", PYTHONHASHSEED="2"
    )
    assert len(one) == 5
    assert one == two
