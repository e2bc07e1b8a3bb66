"""The one way from what a user wrote to settings: every problem found, all told at once."""

import dataclasses
import sys
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import annotated_types

from trunkline.settings import addresses, agreement, endings, naming
from trunkline.settings.parameters import Parameters

WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}


class _Problems(list[str]):
    """Lines of one report, each `<place>: <what is wrong>`."""

    def add(self, place: str, problem: str) -> None:
        self.append(f"{place}: {problem}")


def read(mapping: object, file: str = "params.yaml") -> Parameters:
    """Return the settings that a mapping, as YAML gives it, stands for.

    Args:
        mapping: the whole of params.yaml.
        file: its name, for messages.

    Raises:
        ValueError: anything is unknown, missing, of a wrong type, out of range or contradicts
            another entry; one line for each, with its place.

    Example:
        >>> read({"sed": 1})  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        ValueError: params.yaml: sed: unknown key; did you mean 'seed'?
        ...
    """
    problems = _Problems()
    parameters = _value(Parameters, mapping, "", problems)
    if not problems:
        problems.extend(f"{place}: {problem}" for place, problem in agreement.check(parameters))
    if problems:
        told = "\n".join(f"{file}: {problem.removeprefix(': ')}" for problem in problems)
        raise ValueError(addresses.masked(told))
    return typing.cast(Parameters, parameters)


def _value(hint: Any, value: object, place: str, problems: _Problems) -> Any:
    """Return `value` as the type `hint`; on a problem, add it and return None."""
    limits: Sequence[object] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *limits = typing.get_args(hint)
    count = len(problems)
    result = _typed(hint, value, place, problems)
    if len(problems) == count:
        for limit in limits:
            _hold(limit, result, place, problems)
    return result


def _typed(hint: Any, value: object, place: str, problems: _Problems) -> Any:
    origin = typing.get_origin(hint)
    if origin is not None:
        return READERS[origin](typing.get_args(hint), value, place, problems)
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, value, place, problems)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not _finite(value):
            problems.add(place, f"expected a finite number, received {_shown(value)}")
            return value
        return float(value)
    if type(value) is not hint:
        problems.add(place, f"expected {WORDS[hint]}, received {_shown(value)}")
    return value


def _finite(value: float) -> bool:
    """Return whether a float holds the number; a whole number may be too large for one."""
    return abs(value) <= sys.float_info.max  # false for NaN


def _choice(choices: tuple[str, ...], value: object, place: str, problems: _Problems) -> object:
    if value not in choices:
        expected, hint = " or ".join(map(repr, choices)), naming.nearest(value, choices)
        problems.add(place, f"expected {expected}, received {_shown(value)}{hint}")
    return value


def _union(members: tuple[Any, ...], value: object, place: str, problems: _Problems) -> Any:
    """Read one of several types: None, plain values, or dataclasses told apart by `kind`."""
    if value is None and types.NoneType in members:
        return None
    members = tuple(member for member in members if member is not types.NoneType)
    fitting = [m for m in members if (typing.get_origin(m) is dict) == isinstance(value, Mapping)]
    members = tuple(fitting) if len(fitting) == 1 else members
    if len(members) == 1:
        return _value(members[0], value, place, problems)
    if not dataclasses.is_dataclass(members[0]):
        if type(value) not in members:
            expected = " or ".join(WORDS[member] for member in members)
            problems.add(place, f"expected {expected}, received {_shown(value)}")
        return value
    kinds = {typing.get_args(typing.get_type_hints(m)["kind"])[0]: m for m in members}
    value = endings.completed(value)
    if not isinstance(value, Mapping) or "kind" not in value:
        problems.add(place, endings.unknown(value, kinds))
    elif not isinstance(kind := value["kind"], str) or kind not in kinds:
        hint = naming.suggestion(kind, list(kinds))
        problems.add(f"{place}.kind", f"unknown kind {kind!r}{hint}")
    else:
        return _dataclass(kinds[kind], value, place, problems)
    return None


def _tuple(
    members: tuple[Any, ...], value: object, place: str, problems: _Problems
) -> tuple[Any, ...]:
    if not isinstance(value, list):
        problems.add(place, f"expected a list, received {_shown(value)}")
        return ()
    return tuple(_value(members[0], v, f"{place}[{i}]", problems) for i, v in enumerate(value))


def _dict(
    members: tuple[Any, ...], value: object, place: str, problems: _Problems
) -> dict[str, Any]:
    return {
        name: _value(members[1], entry, f"{place}.{name}", problems)
        for name, entry in _entries(value, place, problems)
    }


def _dataclass(hint: Any, value: object, place: str, problems: _Problems) -> Any:
    fields = {field.name: field for field in dataclasses.fields(hint)}
    hints = typing.get_type_hints(hint, include_extras=True)
    count, given = len(problems), {}
    for name, entry in _entries(value, place, problems):
        inner = f"{place}.{name}".removeprefix(".")
        if name in fields:
            given[name] = _value(hints[name], entry, inner, problems)
        else:
            problems.add(inner, f"unknown key{naming.suggestion(name, list(fields))}")
    for name, field in fields.items():
        required = field.default is field.default_factory is dataclasses.MISSING
        if required and name not in given and isinstance(value, Mapping):
            problems.add(f"{place}.{name}".removeprefix("."), "missing; it has no default")
    return hint(**given) if len(problems) == count else None


def _entries(value: object, place: str, problems: _Problems) -> Iterator[tuple[str, object]]:
    """Yield the entries of a mapping whose keys are text."""
    if not isinstance(value, Mapping):
        fix = ": write `{}` where there are none" if value is None else ""
        problems.add(place, f"expected entries (`name: value`), received {_shown(value)}{fix}")
        return
    for name, entry in value.items():
        if isinstance(name, str):
            yield name, entry
        else:
            problems.add(place, f"expected names as keys, received {_shown(name)}: quote it")


def _hold(limit: object, value: Any, place: str, problems: _Problems) -> None:
    """Add a problem unless the value keeps within the limit."""
    match limit:
        case annotated_types.Gt(bound):
            kept, expected = value > bound, f"a number greater than {bound}"
        case annotated_types.Ge(bound):
            kept, expected = value >= bound, f"a number of at least {bound}"
        case annotated_types.Lt(bound):
            kept, expected = value < bound, f"a number less than {bound}"
        case annotated_types.Le(bound):
            kept, expected = value <= bound, f"a number of at most {bound}"
        case annotated_types.MinLen(length):
            kept, expected = len(value) >= length, "it not to be empty"
        case _:
            raise TypeError(f"no rule for the limit {limit!r} at {place}")
    if not kept:
        problems.add(place, f"expected {expected}, received {_shown(value)}")


def _shown(value: object) -> str:
    """Return a value as in YAML, cut short."""
    names = {"None": "nothing", "True": "true", "False": "false"}
    text = names.get(repr(value)) or addresses.masked(repr(value))  # before it is cut
    return text if len(text) <= 60 else f"{text[:57]}..."


READERS = {
    typing.Literal: _choice,
    typing.Union: _union,
    types.UnionType: _union,
    tuple: _tuple,
    dict: _dict,
}
