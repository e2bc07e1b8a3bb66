"""Judge a fitted recogniser on runs of one-shot classification; not a part of the pipeline."""

import sys
from pathlib import Path

from stages import _stage

if __name__ == "__main__":  # as `python -m stages oneshot`: the pins come before what follows
    sys.exit(_stage.run(["oneshot", *sys.argv[1:]]))

from trunkline.artifacts import oneshot as artifact
from trunkline.artifacts import results
from trunkline.metalearning.oneshot import judging
from trunkline.metalearning.oneshot.recogniser import Recogniser
from trunkline.sources import oneshot_runs


def main(*, runs: Path, model: Path, result: Path) -> None:
    """Print the error over the runs with its interval; write it, and that of each run.

    Args:
        runs: folder or archive of `runNN/training`, `runNN/test` and `runNN/class_labels.txt`.
        model: folder that `learn_oneshot` wrote.
        result: JSON to write.
    """
    read = oneshot_runs.read(runs)
    settings, arrays = artifact.read(model)
    found = judging.over_runs(Recogniser.read(settings, arrays), read)
    results.write(found, result)
    sys.stdout.write(f"{judging.told(found['error'])} over {len(read)} runs\n")
