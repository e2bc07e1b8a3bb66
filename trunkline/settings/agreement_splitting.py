"""What the entries of a split ask of each other."""

from collections.abc import Iterator, Sequence

from trunkline.settings.splitting import PartValues, Split, Value

Problem = tuple[str, str]  # the place, what is wrong there
DEFAULT = Split()
WHOLE = Split(whole=True)


def check(place: str, split: Split) -> Iterator[Problem]:
    """Yield where a split contradicts itself."""
    if not split.whole:
        yield from _parts(place, split)
    elif split != WHOLE:
        yield place, "a table that stays `whole` has nothing else to decide: remove the rest"


def _parts(place: str, split: Split) -> Iterator[Problem]:
    held = split.validation + split.test
    if held >= 1:
        yield (
            place,
            f"expected validation + test below 1, received {held:g}: nothing is left to train on",
        )
    for name in sorted(split.bins.keys() & set(split.stratify)):
        yield f"{place}.bins.{name}", "it is in 'stratify' too: leave it in one of them"
    kinds = [kind for kind in ("group", "time", "column") if getattr(split, kind) is not None]
    if len(kinds) > 1:
        yield (
            place,
            f"expected one of 'group', 'time' and 'column', received {' and '.join(kinds)}: rows "
            "of a group may lie on both sides of a border in time, and a column leaves nothing to "
            "decide; split by one, and hold the other by a rule of the contract",
        )
    elif split.each is not None:
        yield from _of_each(place, split)
    elif kinds and kinds[0] != "group":
        yield from _no_strata(place, split, kinds[0])
    elif split.rare != DEFAULT.rare and not (split.stratify or split.bins):
        yield f"{place}.rare", "there are no strata that could be rare: name columns in 'stratify'"
    if split.leave is not None:
        yield from _leave(place, split)
    yield from _column(place, split)


def _of_each(place: str, split: Split) -> Iterator[Problem]:
    whole = {
        "group": "its rows would be split and lie on one side",
        "column": "the column decides alone",
        "stratify": "each value is a stratum already",
        "bins": "each value is a stratum already",
    }
    for name, why in whole.items():
        if getattr(split, name):
            yield f"{place}.{name}", f"a split of 'each' value has no '{name}' ({why}): remove it"
    if split.rare != DEFAULT.rare:
        yield (
            f"{place}.rare",
            "a split of 'each' value learns from all rows of a value that has too few: remove it",
        )


def _leave(place: str, split: Split) -> Iterator[Problem]:
    if split.each is None:
        yield f"{place}.leave", "of each of what? Name a column in 'each'"
    for name in ("validation", "test"):
        if getattr(split, name) != getattr(DEFAULT, name):
            yield f"{place}.{name}", f"'leave' says how many rows are for {name}: remove it"


def _no_strata(place: str, split: Split, kind: str) -> Iterator[Problem]:
    why = {
        "time": "each stratum would have a border of its own, so that training rows of one were "
        "newer than test rows of another",
        "column": "the column decides alone",
    }[kind]
    for name in ("stratify", "bins"):
        if getattr(split, name):
            yield f"{place}.{name}", f"a split by '{kind}' has no strata ({why}): remove it"
    if split.rare != DEFAULT.rare:
        yield f"{place}.rare", f"a split by '{kind}' has no strata that could be rare: remove it"


def _column(place: str, split: Split) -> Iterator[Problem]:
    if split.column is None:
        if split.values is not None:
            yield f"{place}.values", "of which column? Name it in 'column'"
        return
    if split.values is None:
        yield (
            f"{place}.values",
            "missing: which values mean which part, {train: [...], validation: [...], test: [...]}",
        )
        return
    if split.test != DEFAULT.test:
        yield f"{place}.test", f"column '{split.column}' says which rows are for test: remove it"
    if split.values.validation and split.validation != DEFAULT.validation:
        yield (
            f"{place}.validation",
            f"column '{split.column}' says which rows are for validation: remove it",
        )
    yield from _values(f"{place}.values", split.values)


def _values(place: str, values: PartValues) -> Iterator[Problem]:
    listed: Sequence[Value] = [*values.train, *values.validation, *values.test]
    repeated = [value for i, value in enumerate(listed) if value in listed[:i]]
    if repeated:
        yield place, f"expected each value once, in one part, received {repeated[0]!r} twice"
    kinds = sorted({type(value).__name__ for value in listed})
    if len(kinds) > 1:
        yield place, f"expected values of one type, received {' and '.join(kinds)}: quote text"
