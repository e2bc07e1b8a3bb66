"""The words meta-learners and what they are judged against go by, and how each looks."""

from collections.abc import Sequence

from trunkline.reports import names
from trunkline.reports.names import BLUE, GREEN, INK, MUTED, PURPLE, SKY, VERMILION, Arm

# Colours tell kinds apart where names stand beside points; of lines each arm has its own looks.
_KINDS = {
    "Baselines": (MUTED, "--"),
    "By distance or in closed form": (BLUE, "-"),
    "By steps": (VERMILION, "-"),
    "Other": (PURPLE, "-"),
}
_DOTS, _DASHES = (0.0, (1.0, 1.2)), (0.0, (4.0, 1.5))
# By kind: name in params.yaml, in tables and legends, as the subject of a sentence, and looks.
_ARMS: dict[str, tuple[tuple[str, Arm], ...]] = {
    "Baselines": (
        (
            "nearest_neighbour",
            Arm(
                label="Nearest neighbour", subject="the nearest neighbour on the inputs",
                colour=MUTED, marker="x", dash=":",
            ),
        ),
        (
            "scratch",
            Arm(
                label="From scratch", subject="training from scratch", colour=MUTED, marker="o",
                dash="--",
            ),
        ),
        (
            "linear_probe",
            Arm(
                label="Pretrain + probe", subject="pretraining and a linear probe",
                colour=VERMILION, marker="s", dash=_DOTS,
            ),
        ),
        (
            "fine_tune",
            Arm(
                label="Pretrain + fine-tune", subject="pretraining and fine-tuning",
                colour=VERMILION, marker="^", dash="--",
            ),
        ),
    ),
    "By distance or in closed form": (
        (
            "prototypes",
            Arm(
                label="Prototypes", subject="the prototypical network", colour=BLUE, marker="o"
            ),
        ),
        (
            "matching",
            Arm(label="Matching", subject="the matching network", colour=VERMILION, marker="X"),
        ),
        (
            "relation",
            Arm(label="Relation", subject="the relation network", colour=GREEN, marker="D"),
        ),
        ("r2d2", Arm(label="R2-D2", subject="R2-D2", colour=PURPLE, marker="^")),
        ("metaoptnet", Arm(label="MetaOptNet", subject="MetaOptNet", colour=INK, marker="v")),
        (
            "transductive_prototypes",
            Arm(
                label="Transductive prototypes", subject="the transductive prototypical network",
                colour=SKY, marker="P",
            ),
        ),
    ),
    "By steps": (
        ("maml", Arm(label="MAML", subject="MAML", colour=BLUE, marker="D")),
        ("fomaml", Arm(label="FOMAML", subject="FOMAML", colour=SKY, marker="v", dash=_DASHES)),
        ("anil", Arm(label="ANIL", subject="ANIL", colour=GREEN, marker="P")),
        ("meta_sgd", Arm(label="Meta-SGD", subject="Meta-SGD", colour=PURPLE, marker="X")),
        ("reptile", Arm(label="Reptile", subject="Reptile", colour=INK, marker="<")),
    ),
}  # fmt: skip
_KIND = {arm: kind for kind, found in _ARMS.items() for arm, _ in found}
_LOOKS = dict(one for found in _ARMS.values() for one in found)
_MARKERS = "os^D"
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


def kind(arm: str) -> str:
    """Return the kind of an arm."""
    return _KIND.get(arm, "Other")


def kinds(arms: Sequence[str]) -> dict[str, Arm]:
    """Return the kinds of some arms, and how points of each are drawn where names are beside.

    Example:
        >>> list(kinds(["maml", "scratch"]))
        ['Baselines', 'By steps']
    """
    present = {kind(arm) for arm in arms}
    return {
        one: Arm(label=one, subject=one, colour=colour, marker=_MARKERS[place], dash=dash)
        for place, (one, (colour, dash)) in enumerate(_KINDS.items())
        if one in present
    }


def numbered(place: int, label: str) -> Arm:
    """Return the looks of one of some classes: the first eight differ in shape."""
    colour, marker = _CLASSES[place % len(_CLASSES)]
    return Arm(label=label, subject=label, colour=colour, marker=marker)


def listed(arms: Sequence[str]) -> str:
    """Join the labels of arms as a sentence does."""
    return names.listed([look(arm).label for arm in arms])
