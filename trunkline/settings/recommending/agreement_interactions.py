"""What the entries of interactions ask of each other."""

import datetime
from collections.abc import Iterator

from trunkline.settings.recommending.interactions import Interactions

Problem = tuple[str, str]  # the place, what is wrong there


def check(place: str, settings: Interactions) -> Iterator[Problem]:
    """Yield where the description of interactions contradicts itself."""
    names = [settings.user, settings.item, settings.rating, settings.time]
    named = [name for name in names if name is not None]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield place, f"expected a column for each of user, item, rating and time, '{name}' is two"
    yield from _ratings(place, settings)
    yield from _times(place, settings)
    for number, name in enumerate(settings.cold):
        if name in settings.cold[:number]:
            yield f"{place}.cold", f"expected each entry once, received '{name}' twice"
    if settings.core and set(settings.cold) != {"users", "items"}:
        yield (
            f"{place}.core",
            "whom it leaves out of training, validation and test may hold: state "
            "`cold: [users, items]`",
        )


def _ratings(place: str, settings: Interactions) -> Iterator[Problem]:
    scale, least = settings.scale, settings.at_least
    if settings.rating is None:
        asked = {"scale": scale, "at_least": least}
        for name in (name for name, value in asked.items() if value is not None):
            yield f"{place}.{name}", "of which ratings? Name their column in 'rating'"
        if settings.duplicates == "mean":
            yield f"{place}.duplicates", "the mean of which ratings? Name their column in 'rating'"
    if scale is not None and scale.lowest >= scale.highest:
        yield (
            f"{place}.scale",
            f"expected lowest < highest, received {scale.lowest:g} and {scale.highest:g}",
        )
    elif scale is not None and least is not None and not scale.lowest <= least <= scale.highest:
        yield (
            f"{place}.at_least",
            f"expected a rating from {scale.lowest:g} to {scale.highest:g}, received {least:g}",
        )


def _times(place: str, settings: Interactions) -> Iterator[Problem]:
    if settings.time is None:
        if settings.duplicates in ("first", "last"):
            yield (
                f"{place}.duplicates",
                f"the {settings.duplicates} in which order? Name a column in 'time'",
            )
        for name in ("unit", "latest"):
            if getattr(settings, name) != getattr(Interactions, name):
                yield f"{place}.{name}", "of which times? Name their column in 'time'"
    elif settings.latest is not None and settings.unit == "steps":
        yield f"{place}.latest", "steps have no calendar: remove it, or state the 'unit'"
    if settings.latest is not None:
        try:
            datetime.date.fromisoformat(settings.latest)
        except ValueError:
            yield (
                f"{place}.latest",
                f"expected a day such as 2024-12-31, received {settings.latest!r}",
            )
