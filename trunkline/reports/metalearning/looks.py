"""The words meta-learners and what they are judged against go by, and how each looks."""

from collections.abc import Sequence

from trunkline.reports import names, numbers
from trunkline.reports.names import BLUE, GREEN, INK, MUTED, PURPLE, SKY, VERMILION, Arm

_DOTS, _DASHES = (0.0, (1.0, 1.2)), (0.0, (4.0, 1.5))
# By name in params.yaml: name in tables and legends, as the subject of a sentence, and looks.
_LOOKS = {
    "nearest_neighbour": Arm(
        label="Nearest neighbour", subject="the nearest neighbour on the inputs", colour=MUTED,
        marker="s", dash=":",
    ),
    "scratch": Arm(
        label="From scratch", subject="training from scratch", colour=MUTED, marker="o", dash="--"
    ),
    "linear_probe": Arm(
        label="Pretrain + probe", subject="pretraining and a linear probe", colour=VERMILION,
        marker="s", dash=_DOTS,
    ),
    "fine_tune": Arm(
        label="Pretrain + fine-tune", subject="pretraining and fine-tuning", colour=VERMILION,
        marker="^", dash="--",
    ),
    "prototypes": Arm(
        label="Prototypical network", subject="the prototypical network", colour=BLUE, marker="o"
    ),
    "matching": Arm(
        label="Matching network", subject="the matching network", colour=VERMILION, marker="X"
    ),
    "relation": Arm(
        label="Relation network", subject="the relation network", colour=GREEN, marker="D"
    ),
    "r2d2": Arm(label="R2-D2", subject="R2-D2", colour=PURPLE, marker="^"),
    "metaoptnet": Arm(label="MetaOptNet", subject="MetaOptNet", colour=INK, marker="v"),
    "transductive_prototypes": Arm(
        label="Transductive network", subject="the transductive network", colour=SKY, marker="P"
    ),
    "maml": Arm(label="MAML", subject="MAML", colour=BLUE, marker="D"),
    "fomaml": Arm(label="FOMAML", subject="FOMAML", colour=SKY, marker="v", dash=_DASHES),
    "anil": Arm(label="ANIL", subject="ANIL", colour=GREEN, marker="P"),
    "meta_sgd": Arm(label="Meta-SGD", subject="Meta-SGD", colour=PURPLE, marker="X"),
    "reptile": Arm(label="Reptile", subject="Reptile", colour=INK, marker="<"),
}  # fmt: skip
_MEANINGS = {
    "nearest_neighbour": "the class, or the number, of the nearest support row; trains nothing",
    "scratch": "the network with weights drawn anew, trained on the episode alone",
    "linear_probe": "a network trained on all of training at once; on the episode its head alone",
    "fine_tune": "a network trained on all of training at once, then all of it on the episode",
    "prototypes": "the class whose mean is nearest, in a space that a network learns",
    "matching": "a vote of the support rows, each as heavy as it is like the query",
    "relation": "a second network says how well a query goes with a class",
    "r2d2": "a ridge regression in closed form, in a space that a network learns",
    "metaoptnet": "a linear support vector machine, in a space that a network learns",
    "transductive_prototypes": "prototypes that move to the queries, which are seen together",
    "maml": "a start from which a few steps lead to the task",
    "fomaml": "MAML without second derivatives",
    "anil": "MAML whose steps move the head alone",
    "meta_sgd": "MAML that learns a rate for each weight as well",
    "reptile": "a start that moves to where steps on tasks lead",
}
_CLASSES = tuple(
    zip((BLUE, VERMILION, GREEN, PURPLE, INK, SKY, VERMILION, BLUE), "osD^vP<X", strict=True)
)


def look(arm: str) -> Arm:
    """Return the words and the looks of an arm; one that is not known keeps its own name."""
    spoken = arm.replace("_", " ")
    unknown = Arm(
        label=spoken.capitalize(), subject=spoken, colour=PURPLE, marker="h", dash=_DASHES
    )
    return _LOOKS.get(arm, unknown)


def meaning(arm: str) -> str:
    """Return what an arm does, in one line; empty of one that is not known."""
    return _MEANINGS.get(arm, "")


def axis(metric: str) -> str:
    """Return the name of a metric as an axis has it."""
    scale = numbers.scale(metric)
    return f"{begun(scale.name)} (%)" if scale.factor == 100 else begun(scale.name)


def begun(text: str) -> str:
    """Return a text with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def numbered(place: int, label: str) -> Arm:
    """Return the looks of one of some classes: the first eight differ in shape."""
    colour, marker = _CLASSES[place % len(_CLASSES)]
    return Arm(label=label, subject=label, colour=colour, marker=marker)


def listed(arms: Sequence[str]) -> str:
    """Join the labels of arms as a sentence does."""
    return names.listed([look(arm).label for arm in arms])
