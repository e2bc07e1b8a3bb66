"""The words recommenders go by, and how each looks in every figure."""

from collections.abc import Sequence

from trunkline.reports import names
from trunkline.reports.names import BLUE, GREEN, MUTED, PURPLE, VERMILION, Arm

BASELINE = "most_popular"
# Colours tell kinds of models apart; within a kind the marker does.
_KINDS = {
    "Baselines": (MUTED, "--"),
    "Without a network": (BLUE, "-"),
    "Neural": (VERMILION, "-"),
    "Of ratings": (GREEN, "-"),
    "Other": (PURPLE, "-"),
}
_MARKERS = "osD^vP<>Xp"
# By kind: name in params.yaml, in tables and legends, and as the subject of a sentence.
_MODELS = {
    "Baselines": (
        ("most_popular", "Most popular", "listing the most popular items"),
        ("random", "Random", "listing items at random"),
    ),
    "Without a network": (
        ("item_knn", "Item kNN", "item kNN"),
        ("user_knn", "User kNN", "user kNN"),
        ("ease", "EASE", "EASE"),
        ("pure_svd", "PureSVD", "PureSVD"),
        ("ials", "iALS", "iALS"),
        ("slim", "SLIM", "SLIM"),
    ),
    "Neural": (
        ("mf_bpr", "MF-BPR", "MF-BPR"),
        ("two_tower", "Two towers", "the two-tower model"),
        ("neumf", "NeuMF", "NeuMF"),
        ("dot_mlp", "Dot-MLP", "Dot-MLP"),
        ("multi_vae", "Mult-VAE", "Mult-VAE"),
        ("light_gcn", "LightGCN", "LightGCN"),
        ("sasrec", "SASRec", "SASRec"),
    ),
    "Of ratings": (
        ("bias", "Biases", "the bias model"),
        ("biased_mf", "Biased MF", "biased MF"),
    ),
}
_KIND = {model: kind for kind, models in _MODELS.items() for model, _, _ in models}
_LOOKS = {
    model: Arm(
        label=label, subject=subject, colour=_KINDS[kind][0], marker=_MARKERS[place],
        dash=_KINDS[kind][1],
    )
    for kind, models in _MODELS.items()
    for place, (model, label, subject) in enumerate(models)
}  # fmt: skip
_ARMS = {
    "borrowed": ("Borrowed", "beginning as another market's model"),
    "scratch": ("From scratch", "training from scratch"),
    "equal": ("Equal weights", "joint training under equal weights"),
}


def look(model: str) -> Arm:
    """Return the words and the looks of a model; one that is not known keeps its own name."""
    spoken = model.replace("_", " ")
    colour, dash = _KINDS["Other"]
    unknown = Arm(
        label=spoken.capitalize(), subject=spoken, colour=colour, marker="h", dash=dash
    )  # fmt: skip
    return _LOOKS.get(model, unknown)


def arm(name: str) -> Arm:
    """Return the words of a way to train: borrowed, from scratch, a balancer, alone."""
    known = names.arm(name)
    if name not in _ARMS:
        return known
    label, subject = _ARMS[name]
    return Arm(
        label=label, subject=subject, colour=known.colour, marker=known.marker, dash=known.dash
    )


def kinds(models: Sequence[str]) -> dict[str, Arm]:
    """Return the kinds of some models, and how points of each are drawn where names are beside.

    Example:
        >>> list(kinds(["most_popular", "ease"]))
        ['Baselines', 'Without a network']
    """
    present = {_KIND.get(model, "Other") for model in models}
    return {
        kind: Arm(label=kind, subject=kind, colour=colour, marker=_MARKERS[place], dash=dash)
        for place, (kind, (colour, dash)) in enumerate(_KINDS.items())
        if kind in present
    }


def kind(model: str) -> str:
    """Return the kind of a model."""
    return _KIND.get(model, "Other")


def listed(models: Sequence[str]) -> str:
    """Join the labels of models as a sentence does."""
    return names.listed([look(model).label for model in models])
