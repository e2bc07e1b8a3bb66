"""The words arms and parts of a study go by, and how each arm looks in every figure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trunkline.reports import balancing_names

# Okabe and Ito's palette, for colour-blind readers; the yellows are left out, too pale on paper.
BLUE, VERMILION, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
SKY = "#56b4e9"  # paler; only where there are more than three
INK, MUTED, RULE, PAPER = "#1b2430", "#566172", "#d9dee6", "#ffffff"


@dataclass(frozen=True, kw_only=True)
class Arm:
    """How an arm is named and drawn; marker and dash say what colour says.

    Attributes:
        label: name in tables and legends.
        subject: name as the subject of a sentence.
    """

    label: str
    subject: str
    colour: str
    marker: str
    dash: str | tuple[float, tuple[float, ...]] = "-"


@dataclass(frozen=True, kw_only=True)
class Part:
    """The words of a part of a study.

    Attributes:
        subject: the idea that is on trial.
        fallback: what to do where it does not help.
        rows: whether a budget counts rows instead of labels per class.
        baseline: the arm that all others of the part are compared with.
    """

    subject: str
    fallback: str
    rows: bool
    baseline: str


PARTS = {
    "transfer": Part(
        subject="transfer", fallback="train from scratch", rows=False, baseline="scratch",
    ),
    "adapt": Part(
        subject="adapting to unlabelled rows", fallback="use the source's labels alone", rows=False,
        baseline="source_only",
    ),
    "multitask": Part(
        subject="learning jointly", fallback="learn it alone", rows=True, baseline="alone",
    ),
}  # fmt: skip

_ARMS = {
    "scratch": Arm(
        label="From scratch", subject="training from scratch", colour=MUTED, marker="o", dash="--"
    ),
    "linear_probe": Arm(
        label="Linear probe",
        subject="a linear probe",
        colour=VERMILION,
        marker="s",
        dash=(0, (1, 1.2)),
    ),
    "fine_tune": Arm(label="Fine-tuning", subject="fine-tuning", colour=BLUE, marker="^"),
    "lp_ft": Arm(
        label="Probe, then tune",
        subject="probe-then-tune",
        colour=GREEN,
        marker="D",
        dash=(0, (5, 1.5, 1, 1.5)),
    ),
    "rehearsal": Arm(
        label="Rehearsal", subject="rehearsal", colour=BLUE, marker="P", dash=(0, (4, 1.5))
    ),
    "feature_map": Arm(
        label="Feature map", subject="a feature map", colour=PURPLE, marker="X", dash=(0, (2, 1))
    ),
    "source_only": Arm(
        label="Source only", subject="the source alone", colour=MUTED, marker="o", dash="--"
    ),
    "l2_sp": Arm(label="L2-SP", subject="L2-SP", colour=PURPLE, marker="v"),
    "discriminative": Arm(
        label="Rates by layer", subject="fine-tuning at rates by layer", colour=INK, marker="<"
    ),
    "gradual_unfreeze": Arm(
        label="Layer by layer",
        subject="unfreezing layer by layer",
        colour=INK,
        marker=">",
        dash=":",
    ),
    "ewc": Arm(label="EWC", subject="EWC", colour=PURPLE, marker="p", dash="-."),
    "delta": Arm(label="DELTA", subject="DELTA", colour=GREEN, marker="h", dash="-."),
    "bss": Arm(label="BSS", subject="batch spectral shrinkage", colour=GREEN, marker="X"),
    "lwf": Arm(
        label="LwF", subject="learning without forgetting", colour=VERMILION, marker="*", dash="-."
    ),
    "co_tuning": Arm(label="Co-Tuning", subject="co-tuning", colour=VERMILION, marker="d"),
    "stoch_norm": Arm(
        label="StochNorm", subject="stochastic normalisation", colour=BLUE, marker="8", dash="-."
    ),
    "bi_tuning": Arm(label="Bi-tuning", subject="bi-tuning", colour=BLUE, marker="H", dash=":"),
    "pretrain": Arm(label="While training", subject="training", colour=BLUE, marker="o"),
    "alone": Arm(label="Alone", subject="learning alone", colour=MUTED, marker="o", dash="--"),
    "joint": Arm(label="Jointly", subject="learning jointly", colour=BLUE, marker="D"),
}

_ARMS |= {
    name: Arm(label=name.upper(), subject=name.upper(), colour=colour, marker=marker)
    for name, colour, marker in (
        ("coral", BLUE, "^"), ("dan", VERMILION, "s"), ("dann", GREEN, "D"),
        ("cdan", PURPLE, "v"), ("mcc", INK, "X"),
    )
}  # fmt: skip
_ARMS |= {
    name: Arm(
        label=label,
        subject=subject,
        colour=(INK, BLUE)[place % 2],  # balancers have the others
        marker="sX^v<>ph"[place],
        dash=(0, (3, 1)),
    )
    for place, (name, (label, subject)) in enumerate(balancing_names.SHARING.items())
}


def arm(name: str) -> Arm:
    """Return the words and the looks of an arm; one that is not known keeps its own name."""
    spoken = name.replace("_", " ")
    unknown = Arm(
        label=spoken.capitalize(), subject=spoken, colour=PURPLE, marker="P", dash=(0, (3, 1))
    )
    if name in balancing_names.LABELS:
        label = balancing_names.LABELS[name]
        look = numbered(list(balancing_names.LABELS).index(name))
        return replace(look, label=label, subject=f"joint training under {label}")
    return _ARMS.get(name, unknown)


def numbered(place: int) -> Arm:
    """Return the looks of one of many: the first 28 all differ."""
    colours, markers = (VERMILION, GREEN, PURPLE, SKY), ("s", "^", "v", "P", "X", "<", ">")
    dash = ("-", (0, (4, 1)), (0, (1, 1)))[place % 3]
    colour, marker = colours[place % len(colours)], markers[place % len(markers)]
    return Arm(label="", subject="", colour=colour, marker=marker, dash=dash)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does.

    Example:
        >>> listed(["1", "2", "5"])
        '1, 2 and 5'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def quoted(title: str) -> str:
    """Put a title in quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{title}\N{RIGHT DOUBLE QUOTATION MARK}"


def by_rows(part: str, kind: str) -> bool:
    """Return whether a budget counts rows, and not labels of each class."""
    return PARTS[part].rows or kind in ("regression", "multilabel")


def counted(part: str, kind: str, budgets: Sequence[int]) -> str:
    """Write label budgets with their unit.

    Example:
        >>> counted("transfer", "binary", [1])
        '1 label per class'
    """
    if part == "adapt":
        return "no labels"
    numbers = listed([str(budget) for budget in budgets])
    one = list(budgets) == [1]
    if by_rows(part, kind):
        return f"{numbers} labelled row{'' if one else 's'}"
    return f"{numbers} label{'' if one else 's'} per class"


def slug(*parts: str) -> str:
    """Return the name of a figure, fit for an id and a file; parts are names of params.yaml.

    Example:
        >>> slug("digits", "learning", "high_digit")
        'digits-learning-high_digit'
    """
    return "-".join(parts)  # names hold only letters, digits and "_", so no two become one
