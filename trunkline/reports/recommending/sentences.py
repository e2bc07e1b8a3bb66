"""Comparisons of recommenders in words that need no statistics."""

from collections.abc import Sequence

from trunkline.reports import names, numbers, words
from trunkline.reports.chapters import Statement
from trunkline.reports.recommending import looks
from trunkline.reports.recommending.measured import Judged, Measured
from trunkline.reports.recommending.rows import Contrast

_TASKS = {"click": "clicks", "rating": "ratings"}


def against(contrast: Contrast) -> Statement:
    """Say what a model showed against the baseline, or the first against another one."""
    return _statement(
        contrast, looks.look(contrast.arm).subject, looks.look(contrast.baseline).subject
    )


def borrowed(study: Measured, contrast: Contrast) -> Statement:
    """Say whether a model gains by beginning as another market's."""
    source = contrast.of["source"]
    title = names.quoted(study.sources.get(source, source))
    model = looks.look(contrast.of["model"]).subject
    return _statement(
        contrast, f"beginning {model} as that of {title}", f"training {model} from scratch"
    )


def tasks(contrast: Contrast) -> Statement:
    """Say whether a task gains by being learned with the other one."""
    model = looks.look(contrast.of["model"]).subject
    task = _TASKS.get(contrast.of["task"], contrast.of["task"])
    balancer = "equal weights" if contrast.arm == "equal" else looks.arm(contrast.arm).label
    return _statement(
        contrast,
        f"teaching {model} clicks and ratings at once under {balancer}",
        f"teaching it {task} alone",
    )


def _statement(contrast: Contrast, one: str, other: str) -> Statement:
    return Statement(
        text=begun(sentence(contrast, one, other)),
        verdict=contrast.verdict,
        evidence=words.evidence(contrast.p_holm, contrast.better),
    )


def begun(text: str) -> str:
    """Begin a sentence with a capital, but for a name that has its own, such as iALS."""
    return f"{text[:1].upper()}{text[1:]}" if text.partition(" ")[0].islower() else text


def sentence(contrast: Contrast, one: str, other: str) -> str:
    """Say what one comparison showed.

    Args:
        contrast: of two models, or two ways to train one.
        one: the first, as the subject of a sentence.
        other: what it is compared with.
    """
    metric = contrast.metric
    name = numbers.scale(metric).name
    if contrast.verdict == "helps":
        return f"{one} beats {other} by {gap(contrast)} of {name}."
    if contrast.verdict == "hurts":
        size = numbers.amount(metric, -contrast.difference)
        span = numbers.interval(metric, -contrast.high, -contrast.low)
        return f"{one} is {size} {span} of {name} worse than {other}."
    size = f"{numbers.signed(metric, contrast.difference)} {_interval(contrast)}"
    if contrast.verdict == "equivalent":
        return (
            f"it does not matter whether one chooses {one} or {other}: the difference in {name}, "
            f"{size}, is too small to count."
        )
    return (
        f"there is no evidence that {one} is better or worse than {other}: the difference in "
        f"{name} is {size}."
    )


def gap(contrast: Contrast) -> str:
    """Write the size of a difference and its interval."""
    return f"{numbers.amount(contrast.metric, contrast.difference)} {_interval(contrast)}"


def first(judged: Judged) -> str:
    """Say what the first on the test rows is ahead of, and what not; a tie is called a tie."""
    phrases = {
        "helps": "ahead of {}",
        "equivalent": "no difference that counts from {}",
        "no evidence": "not told apart from {}",
        "hurts": "behind {}",
    }
    found = {
        verdict: [c.baseline for c in judged.rivals if c.verdict == verdict] for verdict in phrases
    }
    said = [phrases[verdict].format(looks.listed(who)) for verdict, who in found.items() if who]
    return "; ".join(said)


def harm(comparisons: Sequence[Contrast], baseline: str) -> str:
    """Count the models that are worse than the baseline.

    Example:
        2 of 14 models are worse than listing the most popular items: Random and Dot-MLP.
    """
    subject = looks.look(baseline).subject
    hurts = [c.arm for c in comparisons if c.verdict == "hurts"]
    if not hurts:
        return f"No model is shown to be worse than {subject}."
    verb = "is" if len(hurts) == 1 else "are"
    return (
        f"{len(hurts)} of {len(comparisons)} models {verb} worse than {subject}: "
        f"{looks.listed(hurts)}."
    )


def notices(contrasts: Sequence[Contrast], alpha: float) -> tuple[str, ...]:
    """Warn where users are so few that no difference could ever count.

    With n users the smallest two-sided sign-flip p is 2 / 2^n; Holm multiplies the smallest of m
    by m.
    """
    found = sorted({(c.n, c.family) for c in contrasts})
    return tuple(
        f"With {n} users that have test items, no difference among {family} comparisons can be "
        f"shown, however large: the smallest possible p is {numbers.compact(2.0 ** (1 - n))}, and "
        f"corrected it is {numbers.compact(min(1.0, 2.0 ** (1 - n) * family))}, above {alpha:g}. "
        "Judge more users, or compare fewer models."
        for n, family in found
        if 2.0 ** (1 - n) * family > alpha
    )


def _interval(contrast: Contrast) -> str:
    return numbers.interval(contrast.metric, contrast.low, contrast.high)
