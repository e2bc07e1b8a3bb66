"""Leave out each alphabet of a set in turn, learn from the others; not a part of the pipeline."""

import sys
from pathlib import Path

from stages import _stage
from trunkline.artifacts import results
from trunkline.metalearning.oneshot import judging
from trunkline.settings.metalearning import oneshot
from trunkline.sources import characters as source


def main(
    *, characters: Path, result: Path, steps: str = "300", members: str = "1", runs: str = "20"
) -> None:
    """Print the error of each method on alphabets it has not seen; write it, and each run.

    Args:
        characters: folder or archive of `<alphabet>/<character>/<number>_<drawer>.png`.
        result: JSON to write.
        steps: of training, of each network.
        members: networks whose scores are averaged.
        runs: of each alphabet.
    """
    settings = oneshot.stated(steps=steps, members=members)
    count = oneshot.count("--runs", runs)
    known, seed = source.read(characters), _stage.params("seed")
    outcomes = list(judging.leave_one_out(known, settings, seed, count))
    summary = judging.summary(outcomes)
    results.write({**summary, "runs": [o._asdict() for o in outcomes]}, result)
    for arm, found in summary["arms"].items():
        sys.stdout.write(f"{arm}: {judging.told(found['error'])}\n")
