"""Which arm to use on the next small task, derived from means and verdicts alone."""

from dataclasses import dataclass

from trunkline.reports import names
from trunkline.reports.metalearning import looks, sentences
from trunkline.reports.metalearning.measured import Measured, learner
from trunkline.reports.metalearning.rows import Contrast, Estimate
from trunkline.settings.metalearning.arms import NEAREST, SCRATCH


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to learn the next small task with.

    Attributes:
        arm: by its name in params.yaml.
        verdict: that decided it; empty where no meta-learner was compared.
    """

    arm: str
    verdict: str
    text: str


def on_next(study: Measured) -> Advice:
    """Say which arm to use on the next small task.

    It is the meta-learner of the best mean among those that are shown to beat pretraining and
    fine-tuning, training from scratch, and the nearest neighbour. Without one it is the simplest
    that is not shown to be worse, from the nearest neighbour on. Transductive methods are never
    advised.
    """
    proven = [e for e in study.ranked if _proven(study, e.arm)]
    if proven:
        return Advice(arm=proven[0].arm, verdict="helps", text=_use(study, proven))
    arm = _simplest(study)
    best = _best(study)
    if best is None:
        known = f"{looks.look(arm).subject} is what is known"
        score = sentences.score(study.estimate(arm))
        text = f"No meta-learner is compared. {looks.begun(known)}: {score}."
        return Advice(arm=arm, verdict="", text=text)
    return Advice(arm=arm, verdict=_verdict(study, best), text=_refrain(study, arm, best))


def task(study: Measured) -> str:
    """Say what the next small task is like.

    Example:
        with 5 classes and 1 labelled row of each
    """
    facts = study.facts
    rows = f"{facts.shots} labelled row{'' if facts.shots == 1 else 's'}"
    return (
        f"with {rows}" if facts.kind == "regression" else f"with {facts.ways} classes, {rows} each"
    )


def _proven(study: Measured, arm: str) -> bool:
    """Return whether a meta-learner is shown to beat all that it is held against."""
    found = [study.verdict(arm, baseline) for baseline in study.baselines]
    return learner(arm) and bool(found) and set(found) == {"helps"}


def _use(study: Measured, proven: list[Estimate]) -> str:
    first = proven[0]
    above = names.listed(
        [
            f"{sentences.gap(c)} better than {looks.look(c.baseline).subject}"
            for baseline in study.baselines
            if (c := study.against(first.arm, baseline))
        ]
    )
    text = (
        f"On the next task {task(study)}, use {looks.look(first.arm).subject}: "
        f"{sentences.score(first)}, {above}."
    )
    if len(proven) == 1:
        return text
    others = looks.listed([e.arm for e in proven[1:]])
    return (
        f"{text} {others} {'is' if len(proven) == 2 else 'are'} shown to be better than these too; "
        "the best mean was taken, and meta-learners were not held against each other."
    )


def _refrain(study: Measured, arm: str, best: Estimate) -> str:
    """Say that no meta-learner is shown to be better, what to use, and what the best one did."""
    found = _against(study, best)
    shown = _verdict(study, best)
    told = " ".join(sentences.statement(c).text for c in found if c.verdict != "helps")
    start = {
        "hurts": "No meta-learner is shown to be better than",
        "equivalent": "No meta-learner makes a difference that counts: none is shown to be better "
        "than",
    }.get(shown, "There is no evidence that a meta-learner is better than")
    simple = f"{looks.look(arm).subject}: {sentences.score(study.estimate(arm))}"
    return (
        f"{start} {sentences.over(study.baselines)}. On the next task {task(study)}, use the "
        f"simplest that is not shown to be worse, {simple}. Of the meta-learners "
        f"{looks.look(best.arm).subject} has the best mean, {sentences.score(best)}. {told}"
    ).strip()


def _simplest(study: Measured) -> str:
    """Return the nearest neighbour, or scratch where that is better, unless more is shown.

    Of simple arms that are shown to be better than scratch it is that of the best mean, unless the
    nearest neighbour, which is not held against them, has a better one; without any, of
    meta-learners that are shown to be better than the simplest the best that is not worse than
    pretraining.
    """
    order = [e.arm for e in study.ranked]
    start = _start(study)
    better = [arm for arm in order if study.verdict(arm, SCRATCH) == "helps"]
    simple = [arm for arm in better if not learner(arm)]
    if simple:
        return min(simple[0], start, key=order.index)
    ahead = [arm for arm in better if start == SCRATCH or study.verdict(arm, start) == "helps"]
    fair = [arm for arm in ahead if not _worse(study, arm)]
    return next(iter(fair), start)


def _start(study: Measured) -> str:
    """Return the nearest neighbour, which trains nothing, unless scratch is shown to beat it."""
    return SCRATCH if study.verdict(NEAREST, SCRATCH) in {"", "hurts"} else NEAREST


def _worse(study: Measured, arm: str) -> bool:
    return any(study.verdict(arm, baseline) == "hurts" for baseline in study.baselines)


def _best(study: Measured) -> Estimate | None:
    """Return the meta-learner of the best mean that is compared."""
    judged = {c.arm for c in study.judged}
    return next((e for e in study.ranked if learner(e.arm) and e.arm in judged), None)


def _against(study: Measured, estimate: Estimate) -> list[Contrast]:
    return [c for one in study.baselines if (c := study.against(estimate.arm, one)) is not None]


def _verdict(study: Measured, best: Estimate) -> str:
    """Return what holds the best meta-learner back."""
    found = {c.verdict for c in _against(study, best)} - {"helps"}
    if "hurts" in found:
        return "hurts"
    return "equivalent" if found == {"equivalent"} else "no evidence"
