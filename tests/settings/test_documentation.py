"""docs/params.md describes every parameter, with its default and its range."""

import dataclasses
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from types import NoneType

import annotated_types
import pytest

from trunkline.settings.balancers import Balancers
from trunkline.settings.parameters import Parameters
from trunkline.settings.recommending import models

WORDS = {bool: "true or false", int: "whole number", float: "number", str: "text"}


def classes(hint: typing.Any) -> Iterator[type]:
    """Yield the dataclasses in a type, outer ones first."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
        for inner in typing.get_type_hints(hint).values():
            yield from classes(inner)
    for argument in typing.get_args(hint):
        yield from classes(argument)


def shown(hint: typing.Any) -> str:
    """Return what a parameter takes, in words."""
    limits: list[object] = []
    if typing.get_origin(hint) is typing.Annotated:
        hint, *limits = typing.get_args(hint)
    arguments = [argument for argument in typing.get_args(hint) if argument is not NoneType]
    if typing.get_origin(hint) is typing.Literal:
        text = ", ".join(f"`{argument}`" for argument in arguments)
    elif typing.get_origin(hint) is tuple:
        text = f"list of {shown(arguments[0])}"
    elif typing.get_origin(hint) is dict:
        text = f"entries of {shown(arguments[1])}"
    elif arguments:
        text = " or ".join(shown(argument) for argument in arguments)
    else:
        text = WORDS.get(hint) or f"[{hint.__name__}](#{hint.__name__.lower()})"
    bounds = "" if hint is str else " and ".join(map(limited, limits))
    return f"{text} {bounds}".strip()


def limited(limit: object) -> str:
    """Return a limit in words."""
    match limit:
        case annotated_types.Gt(bound):
            return f"> {bound}"
        case annotated_types.Ge(bound):
            return f">= {bound}"
        case annotated_types.Lt(bound):
            return f"< {bound}"
        case annotated_types.Le(bound):
            return f"<= {bound}"
    return "(not empty)"


def changed(value: typing.Any) -> str:
    """Return what a section has by default that its own table does not say, as YAML."""
    own = {
        field.name: getattr(value, field.name)
        for field in dataclasses.fields(value)
        if getattr(value, field.name) != field.default and field.default is not dataclasses.MISSING
    }
    told = ", ".join(
        f"{name}: {list(one) if isinstance(one, tuple) else one}" for name, one in own.items()
    )
    return f"`{{{told}}}`" if told else "its defaults"


def default(field: dataclasses.Field[typing.Any]) -> str:
    """Return a parameter's default as YAML would have it."""
    if field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
        return changed(value) if dataclasses.is_dataclass(value) else "none"
    if field.default is dataclasses.MISSING:
        return "required"
    if field.default is None or field.default in ("", ()):
        return "none"
    if dataclasses.is_dataclass(field.default):
        return "its defaults"
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def rows(kind: type) -> list[tuple[str, str, str]]:
    """Return name, what it takes and default of each parameter of a section."""
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = dataclasses.fields(kind)
    return [(f"`{field.name}`", shown(hints[field.name]), default(field)) for field in fields]


KINDS = list(dict.fromkeys(classes(Parameters)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_section_lists_exactly_its_parameters(kind: type) -> None:
    """Each table has a row per parameter, in order: name, what it takes, default, meaning."""
    text = Path("docs/params.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {kind.__name__}\n")[2].partition("\n## ")[0]
    cells = [
        re.split(r" *\| *", line.strip("| ")) for line in section.splitlines() if "`" in line[:4]
    ]
    assert [tuple(cell[:3]) for cell in cells] == rows(kind)
    assert all(len(cell) == 4 and cell[3] for cell in cells)


def test_every_balancer_is_explained() -> None:
    """The page of the family has a row for each balancer, and for nothing else."""
    text = Path("docs/methods/balancers.md").read_text(encoding="utf-8")
    rows_of = text.partition("\n## Of losses")[2].partition("\n## What it gained")[0]
    named = re.findall(r"^\| `(\w+)` \|", rows_of, re.MULTILINE)
    assert sorted(named) == sorted(field.name for field in dataclasses.fields(Balancers))


def test_every_recommender_is_explained() -> None:
    """Each model that lists items has a section, each that says ratings a row, in their order."""
    text = Path("docs/methods/recommending.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### `(\w+)`$", text, re.MULTILINE)
    of_ratings = text.partition("\n## Ratings")[2].partition("\n## ")[0]
    assert (*sections, *re.findall(r"^\| `(\w+)` \|", of_ratings, re.MULTILINE)) == models.EVERY
