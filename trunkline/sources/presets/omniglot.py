"""Omniglot: characters of many alphabets, each drawn by twenty people."""

from trunkline.settings.files import Images
from trunkline.sources.presets.publication import Publication

_FOLDER = "https://github.com/brendenlake/omniglot/raw/master/python"


def _part(name: str, sha256: str) -> Images:
    """Return the pictures of an archive; `<archive>/<alphabet>/<character>/<drawing>.png`."""
    return Images(
        kind="images",
        path=f"{_FOLDER}/images_{name}.zip",
        sha256=sha256,
        height=28,
        width=28,
        skip=1,
        levels=2,
    )


PUBLICATION = Publication(
    title="Omniglot, 1,623 characters of 50 alphabets, 20 drawings each, here of 28 x 28 pixels",
    page="https://github.com/brendenlake/omniglot",
    licence="MIT",
    citation=(
        "B. M. Lake, R. Salakhutdinov, J. B. Tenenbaum, Human-level concept learning through "
        "probabilistic program induction. Science 350(6266), 2015"
    ),
    checked="TensorFlow Datasets, url_checksums/omniglot.txt",
    parts={
        "background": _part(
            "background", "ad41ab679c8b5d90b271ef46be6987cc81211774a695c29dcc5367b2b26ee640"
        ),
        "evaluation": _part(
            "evaluation", "1f61a8f3366785b057fc117d9228e78a16e3d976c8953b2a10fcc74cf0609cee"
        ),
        "small1": _part(
            "background_small1", "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4"
        ),
        "small2": _part(
            "background_small2", "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f"
        ),
    },
)
