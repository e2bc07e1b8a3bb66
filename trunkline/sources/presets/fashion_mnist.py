"""Fashion-MNIST: pictures of clothes in the form of MNIST."""

from trunkline.settings.files import Idx
from trunkline.sources.presets.publication import Publication

# Its makers serve it by http only; the SHA-256 says that nobody changed it on the way.
_FOLDER = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"

PUBLICATION = Publication(
    title="Fashion-MNIST, clothes of ten kinds: 60,000 and 10,000 pictures of 28 x 28 grey pixels",
    page="https://github.com/zalandoresearch/fashion-mnist",
    licence="MIT",
    citation=(
        "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking "
        "machine learning algorithms. arXiv:1708.07747, 2017"
    ),
    checked="TensorFlow Datasets, url_checksums/fashion_mnist.txt",
    parts={
        "train": Idx(
            kind="idx",
            paths={
                "pixel": f"{_FOLDER}/train-images-idx3-ubyte.gz",
                "label": f"{_FOLDER}/train-labels-idx1-ubyte.gz",
            },
            sha256={
                "pixel": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                "label": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            },
        ),
        "test": Idx(
            kind="idx",
            paths={
                "pixel": f"{_FOLDER}/t10k-images-idx3-ubyte.gz",
                "label": f"{_FOLDER}/t10k-labels-idx1-ubyte.gz",
            },
            sha256={
                "pixel": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                "label": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            },
        ),
    },
)
