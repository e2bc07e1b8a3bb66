"""What a search asks of its study: ranges that hold, and something to search."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import annotated_types

from trunkline.settings import agreement_strategies, naming
from trunkline.settings.study import Study
from trunkline.settings.tuning import Range, Tune, numeric

Problem = tuple[str, str]  # the place, what is wrong there


def check(place: str, study: Study) -> Iterator[Problem]:
    """Yield where a search contradicts itself, or the study.

    Args:
        place: of the search, for messages.
        study: whose search it is.
    """
    tune = study.tune
    if tune is None:
        return
    if not (study.finetune.tasks or study.multitask.tasks):
        yield place, "there is nothing to search: name finetune.tasks or multitask.tasks, or remove"
    if not tune.space.named():
        yield (
            f"{place}.space",
            "expected learning_rate or l2 to have a range, received none: without one `scratch` "
            "would have nothing to search",
        )
    for name, owner in (("learning_rate", study.training), ("l2", study.network)):
        found = getattr(tune.space, name)
        if found is not None:
            yield from within(f"{place}.space.{name}", found, *numeric(owner)[name])
    for strategy, ranges in tune.strategies.items():
        yield from _strategy(f"{place}.strategies.{strategy}", strategy, ranges, study)
    yield from _counts(place, tune, study)


def _counts(place: str, tune: Tune, study: Study) -> Iterator[Problem]:
    """Yield budgets that the study does not have, and repeats beyond its own."""
    known, budgets = list(study.finetune.budgets), list(tune.budgets)
    unknown = [budget for budget in budgets if budget not in known]
    if unknown:
        yield (
            f"{place}.budgets",
            f"expected some of finetune.budgets {known}, received {unknown[0]}",
        )
    elif budgets != sorted(set(budgets)):
        yield f"{place}.budgets", f"expected ascending budgets, each once, received {budgets}"
    if tune.repeats > study.repeats:
        yield (
            f"{place}.repeats",
            f"expected at most {study.repeats}, as many as the study has pretrained trunks, "
            f"received {tune.repeats}",
        )


def _strategy(
    place: str, strategy: str, ranges: dict[str, Range], study: Study
) -> Iterator[Problem]:
    """Yield options that a strategy does not have, and ranges that it would refuse."""
    strategies = vars(study.finetune.strategies)
    named = [name for name, options in strategies.items() if options is not None]
    if strategy not in named or not study.finetune.tasks:
        hint = naming.suggestion(strategy, named)
        yield place, f"'{strategy}' is no strategy of this study{hint}"
        return
    options = numeric(strategies[strategy])
    for name, found in ranges.items():
        if name not in options:
            hint = naming.suggestion(name, list(options)) or "; it has none that is a number"
            yield f"{place}.{name}", f"'{strategy}' has no such option to search{hint}"
            continue
        wrong = list(within(f"{place}.{name}", found, *options[name]))
        yield from wrong or _ends(f"{place}.{name}", strategy, name, found, study)


def within(place: str, found: Range, kind: type, limits: tuple[object, ...]) -> Iterator[Problem]:
    """Yield what is wrong with a range, by itself and by the limits of its setting."""
    if found.low >= found.high:
        yield place, f"expected low below high, received {found.low:g} and {found.high:g}"
    elif found.log and found.low <= 0:
        yield f"{place}.low", f"expected it above 0, as log is true, received {found.low:g}"
    elif kind is int and not (found.low.is_integer() and found.high.is_integer()):
        yield (
            place,
            f"it is a whole number: expected such for low and high, received {found.low:g} and "
            f"{found.high:g}",
        )
    for end, value in (("low", found.low), ("high", found.high)):
        for limit in limits:
            kept, expected = _kept(limit, value)
            if not kept:
                yield f"{place}.{end}", f"expected a number {expected}, received {value:g}"


def _kept(limit: object, value: Any) -> tuple[bool, str]:
    """Return whether a value keeps within a limit, and the limit in words."""
    match limit:
        case annotated_types.Gt(bound):
            return value > bound, f"greater than {bound}"
        case annotated_types.Ge(bound):
            return value >= bound, f"of at least {bound}"
        case annotated_types.Lt(bound):
            return value < bound, f"less than {bound}"
        case annotated_types.Le(bound):
            return value <= bound, f"of at most {bound}"
    raise TypeError(f"no rule for the limit {limit!r}")


def _ends(place: str, strategy: str, name: str, found: Range, study: Study) -> Iterator[Problem]:
    """Yield what a strategy asks of a study and the highest value would break."""
    strategies = study.finetune.strategies
    options = getattr(strategies, strategy)
    highest = numeric(options)[name][0](found.high)
    changed = replace(strategies, **{strategy: replace(options, **{name: highest})})
    other = replace(study, finetune=replace(study.finetune, strategies=changed))
    before = set(agreement_strategies.check("", study))
    for problem in agreement_strategies.check("", other):
        if problem not in before:
            yield f"{place}.high", problem[1]
