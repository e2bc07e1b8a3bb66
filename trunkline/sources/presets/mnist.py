"""MNIST: handwritten digits of 28 x 28 pixels."""

from trunkline.settings.files import Idx
from trunkline.sources.presets.publication import Publication

_FOLDER = "https://storage.googleapis.com/cvdf-datasets/mnist"

PUBLICATION = Publication(
    title="MNIST, handwritten digits: 60,000 and 10,000 pictures of 28 x 28 grey pixels",
    page="http://yann.lecun.com/exdb/mnist/",
    licence="CC BY-SA 3.0, as its makers are commonly quoted; they state none with the files",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document "
        "recognition. Proceedings of the IEEE 86(11), 1998"
    ),
    checked="TensorFlow Datasets, url_checksums/mnist.txt",
    parts={
        "train": Idx(
            kind="idx",
            paths={
                "pixel": f"{_FOLDER}/train-images-idx3-ubyte.gz",
                "label": f"{_FOLDER}/train-labels-idx1-ubyte.gz",
            },
            sha256={
                "pixel": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                "label": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            },
        ),
        "test": Idx(
            kind="idx",
            paths={
                "pixel": f"{_FOLDER}/t10k-images-idx3-ubyte.gz",
                "label": f"{_FOLDER}/t10k-labels-idx1-ubyte.gz",
            },
            sha256={
                "pixel": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                "label": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            },
        ),
    },
)
