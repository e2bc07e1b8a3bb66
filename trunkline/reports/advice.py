"""What to do, per task and per study, derived from the verdicts and from nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trunkline.reports import names
from trunkline.reports.findings import Comparison, Study

MOST = 8  # tasks that a sentence names


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What to do about one task.

    Attributes:
        arms: arms that help most often; empty where none is shown to help.
        use: arms to use by budget; a budget at which none is shown to help has none.
        verdict: the verdict that decided it.
    """

    task: str
    part: str
    arms: tuple[str, ...]
    use: Mapping[int, tuple[str, ...]]
    verdict: str
    text: str


def on_task(study: Study, part: str, task: str) -> Advice:
    """Say which arm to use on a task, up to which budget, and which to avoid where."""
    judged = study.judged(part, task)
    title, kind = names.quoted(study.title(task)), study.tasks[task].kind
    arms = _best(judged)
    warning = _avoid(judged, part, kind)
    if arms:
        text, verdict = _use(judged, arms, title, kind), "helps"
    else:
        text, verdict = _refrain(judged, part, title)
    return Advice(
        task=task,
        part=part,
        arms=arms,
        use=_used(judged, arms),
        verdict=verdict,
        text=" ".join([text, *warning]),
    )


def on_study(study: Study) -> str:
    """Sum up a study in a sentence or two: where each idea pays off, harms, or shows nothing."""
    advised = {
        part: [
            on_task(study, part, task) for task in study.tasks_of(part) if study.judged(part, task)
        ]
        for part in names.PARTS
    }
    return " ".join(_sum_up(part, found, study) for part, found in advised.items() if found)


def _sum_up(part: str, advised: Sequence[Advice], study: Study) -> str:
    endings = {
        "helps": "pays off for {}",
        "hurts": "gains nothing and can do harm on {}",
        "equivalent": "makes no difference that counts on {}",
        "no evidence": "shows no clear effect on {}",
    }
    clauses = []
    for verdict, ending in endings.items():
        titles = [names.quoted(study.title(a.task)) for a in advised if a.verdict == verdict]
        if len(titles) > MOST:
            titles = [*titles[: MOST - 1], f"{len(titles) - MOST + 1} other tasks"]
        if titles:
            clauses.append(ending.format(names.listed(titles)))
    subject = names.PARTS[part].subject
    return f"{subject[0].upper()}{subject[1:]} {'; it '.join(clauses)}."


def _budgets(judged: Sequence[Comparison], arm: str, verdict: str) -> tuple[int, ...]:
    return tuple(c.budget for c in judged if c.arm == arm and c.verdict == verdict)


def _best(judged: Sequence[Comparison]) -> tuple[str, ...]:
    """Return the arms that help most often and then hurt least; all that tie everywhere."""
    record = {
        arm: (_budgets(judged, arm, "helps"), _budgets(judged, arm, "hurts"))
        for arm in dict.fromkeys(c.arm for c in judged)
    }
    ranked = sorted(record.values(), key=lambda found: (-len(found[0]), len(found[1])))
    if not ranked or not ranked[0][0]:
        return ()
    return tuple(arm for arm, found in record.items() if found == ranked[0])


def _used(judged: Sequence[Comparison], arms: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Return by budget the advised arms, where they help, else all others that help there."""
    helping: dict[int, list[str]] = {}
    for c in judged:
        if c.verdict == "helps":
            helping.setdefault(c.budget, []).append(c.arm)
    return {
        budget: tuple(arm for arm in found if arm in arms) or tuple(found)
        for budget, found in sorted(helping.items())
    }


def _use(judged: Sequence[Comparison], arms: Sequence[str], title: str, kind: str) -> str:
    part, all_budgets = judged[0].part, sorted({c.budget for c in judged})
    helped = _budgets(judged, arms[0], "helps")
    who = names.listed([names.arm(arm).subject for arm in arms], "or")
    start = f"{who[0].upper()}{who[1:]} helps on {title}"
    if list(helped) == all_budgets:
        span = all_budgets if len(all_budgets) < 3 else [all_budgets[0], all_budgets[-1]]
        words = names.counted(part, kind, span)
        if len(all_budgets) == 1:
            return f"{start} with {words}."
        return f"{start} at every budget tried, from {words.replace(' and ', ' to ')}."
    rest = [budget for budget in all_budgets if budget not in helped]
    where, reach = "elsewhere", f"with {names.counted(part, kind, helped)}"
    if min(rest) > max(helped):
        where, reach = "above that", f"up to {names.counted(part, kind, [max(helped)])}"
    elif max(rest) < min(helped):
        where = "below that"
    return f"{start} {reach}; {'; '.join(_elsewhere(judged, arms, rest, kind, where))}."


def _elsewhere(
    judged: Sequence[Comparison], arms: Sequence[str], rest: Sequence[int], kind: str, where: str
) -> list[str]:
    """Say of the budgets at which the arms do not help which others do, and what is left."""
    clauses: dict[str, list[int]] = {}
    part, used = judged[0].part, _used(judged, arms)
    for budget in rest:
        if budget in used:
            who = names.listed([names.arm(arm).subject for arm in used[budget]], "or")
            text = f"{who} helps instead"
        else:
            found = {c.verdict for c in judged if c.budget == budget and c.arm in arms}
            text = _nothing(found, names.PARTS[part].subject, later=where == "above that")
        clauses.setdefault(text, []).append(budget)
    if len(clauses) == 1 and not any(budget in used for budget in rest):
        return [f"{where}, {next(iter(clauses))}"]
    return [f"with {names.counted(part, kind, at)}, {text}" for text, at in clauses.items()]


def _nothing(found: set[str], subject: str, *, later: bool) -> str:
    """Say that nothing helps at a budget, by the verdicts on the arms that help at others."""
    if found == {"equivalent"}:
        return f"{subject} {'no longer matters' if later else 'does not matter'}"
    if found == {"hurts"}:
        return f"{subject} {'no longer helps' if later else 'does not help'}"
    return f"there is no evidence that {subject} {'still helps' if later else 'helps'}"


def _refrain(judged: Sequence[Comparison], part: str, title: str) -> tuple[str, str]:
    words = names.PARTS[part]
    found = {c.verdict for c in judged}
    if found == {"hurts"}:
        text = f"On {title}, {words.fallback}: {words.subject} hurts in every way tried."
        return text, "hurts"
    if "hurts" in found:
        return f"On {title}, {words.fallback}: nothing tried helps.", "hurts"
    if found == {"equivalent"}:
        text = f"On {title}, {words.subject} makes no difference that counts: {words.fallback}."
        return text, "equivalent"
    text = f"On {title}, there is no evidence that {words.subject} helps or hurts: "
    return f"{text}{words.fallback}, or measure more.", "no evidence"


def _avoid(judged: Sequence[Comparison], part: str, kind: str) -> list[str]:
    if {c.verdict for c in judged} == {"hurts"}:
        return []
    arms = dict.fromkeys(c.arm for c in judged if c.verdict == "hurts")
    by_budgets: dict[tuple[int, ...], list[str]] = {}
    for arm in arms:
        by_budgets.setdefault(_budgets(judged, arm, "hurts"), []).append(names.arm(arm).subject)
    return [
        f"Avoid {names.listed(subjects)} with {names.counted(part, kind, budgets)}: "
        f"there, {'they hurt' if len(subjects) > 1 else 'it hurts'}."
        for budgets, subjects in by_budgets.items()
    ]
