"""Which recommender to use, derived from the validation rows and the verdicts alone."""

from dataclasses import dataclass

from trunkline.reports import numbers
from trunkline.reports.recommending import looks, sentences
from trunkline.reports.recommending.measured import Judged, Measured
from trunkline.reports.recommending.rows import Contrast, Estimate


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to list items with.

    Attributes:
        model: by its name in params.yaml.
        verdict: that decided it; empty where no model was better than the baseline on validation.
    """

    model: str
    verdict: str
    text: str


def on_lists(study: Measured) -> Advice:
    """Say which model to list items with.

    It is the one that was best on the validation rows, whose test score no choice flatters, if it
    is shown to beat the baseline; else the best of those that are; else the baseline.
    """
    judged, chosen = study.lists, study.chosen
    proven = [e.model for e in judged.ranked() if _verdict(judged, e.model) == "helps"]
    if chosen in proven:
        why = f"{_shown(judged, chosen)}. It was chosen on the validation rows."
        return _advice(chosen, "helps", f"Recommend with {why} {_beside(judged, chosen)}")
    if proven:
        why = f"{_shown(judged, proven[0])}. {_though(judged, chosen)}"
        return _advice(proven[0], "helps", f"Recommend with {why} {_beside(judged, proven[0])}")
    text = f"List the most popular items, {score(_estimate(judged, judged.baseline))}: no model is "
    text += f"shown to be better. {_though(judged, chosen)}"
    return _advice(judged.baseline, _verdict(judged, chosen), text)


def score(estimate: Estimate) -> str:
    """Write a mean and its interval, with what they are of."""
    scale = numbers.scale(estimate.metric)
    number = numbers.number(estimate.metric, estimate.value)
    return f"{scale.name} {number} {numbers.interval(estimate.metric, estimate.low, estimate.high)}"


def _advice(model: str, verdict: str, text: str) -> Advice:
    return Advice(model=model, verdict=verdict, text=text.strip())


def _shown(judged: Judged, model: str) -> str:
    """Say what a model scores, and how far that is above the baseline."""
    contrast, baseline = judged.against(model), looks.look(judged.baseline).subject
    above = f", {sentences.gap(contrast)} above {baseline}" if contrast else ""
    return f"{looks.look(model).subject}: {score(_estimate(judged, model))} on the test rows{above}"


def _though(judged: Judged, chosen: str) -> str:
    """Say that the model of the validation rows is not the one to use."""
    contrast = judged.against(chosen)
    if contrast is None:
        return "On the validation rows too they were as good as any."
    text = sentences.sentence(
        contrast, looks.look(chosen).subject, looks.look(contrast.baseline).subject
    )
    return f"The best on the validation rows was {looks.look(chosen).label}, but {text}"


def _beside(judged: Judged, model: str) -> str:
    """Say how an advised model stands to the first on the test rows."""
    if not judged.rivals:
        return ""
    first = judged.rivals[0].arm
    if first == model:
        return f"It came first on the test rows as well: {sentences.first(judged)}."
    rival = next(c for c in judged.rivals if c.baseline == model)
    return f"{looks.look(first).label} came first on the test rows, {_lead(rival)}."


def _lead(rival: Contrast) -> str:
    """Say what a lead over the advised model is worth."""
    gap = sentences.gap(rival)
    return {
        "helps": f"{gap} ahead of it",
        "equivalent": f"by a difference that is too small to count, {gap}",
    }.get(rival.verdict, f"but is not told apart from it: the difference is {gap}")


def _verdict(judged: Judged, model: str) -> str:
    contrast = judged.against(model)
    return contrast.verdict if contrast else ""


def _estimate(judged: Judged, model: str) -> Estimate:
    return next(e for e in judged.ranked() if e.model == model)
