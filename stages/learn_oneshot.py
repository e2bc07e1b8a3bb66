"""Fit a one-shot recogniser on the characters of a background set; not a part of the pipeline."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import oneshot as artifact
from trunkline.metalearning.oneshot import recogniser
from trunkline.settings.metalearning import oneshot
from trunkline.sources import characters as source


def main(*, characters: Path, model: Path, steps: str = "300", members: str = "1") -> None:
    """Write a recogniser that has learned from all alphabets of a set.

    Args:
        characters: folder or archive of `<alphabet>/<character>/<number>_<drawer>.png`.
        model: folder to write.
        steps: of training, of each network.
        members: networks whose scores are averaged.
    """
    settings = oneshot.stated(steps=steps, members=members)
    known, seed = source.read(characters), _stage.params("seed")
    fitted = recogniser.fit(known, settings, seed, "all")
    artifact.write(settings, fitted.arrays(), model)
