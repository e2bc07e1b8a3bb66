"""The only reader of params.yaml."""

from collections.abc import Iterator
from dataclasses import fields
from functools import reduce
from pathlib import Path
from typing import Any

import ruamel.yaml

from trunkline.settings import naming, reading
from trunkline.settings.parameters import Parameters
from trunkline.settings.study import Question

FILE = Path("params.yaml")  # beside dvc.yaml, where DVC runs every stage


def load() -> Parameters:
    """Return all of params.yaml, checked.

    It is read as YAML 1.2 by the parser that DVC uses, so that what a stage reads is what DVC
    records: `1e-4` is a number and `no` is a word, unlike in YAML 1.1.

    Raises:
        ValueError: it is not YAML, repeats a key, or holds what `reading.read` refuses.
    """
    return reading.read(_content(), str(FILE))


def check_recorded() -> None:
    """Check that each study has the entries whose values `dvc.yaml` asks DVC for.

    Stages know defaults for them; DVC does not, and would stop at the first stage that has one,
    which may be after hours, or before any.

    Raises:
        ValueError: a study lacks some.
    """
    content = _content()
    if problems := [*_unrecorded(content["studies"]), *_without_tables(content)]:
        raise ValueError("\n".join(problems))


def _without_tables(content: dict[str, Any]) -> Iterator[str]:
    for kind in ("recommenders", "metalearners"):
        if kind not in content:
            yield f"{FILE}: {kind}: DVC asks for it: write `{kind}: {{}}` if there are none"
    for name, study in content.get("recommenders", {}).items():
        for side in ("users", "items"):
            if side not in study:
                yield (
                    f"{FILE}: recommenders.{name}: DVC asks where facts about {side} are: write "
                    f"`{side}: {{dataset: {study['dataset']}}}` if there are none"
                )


def _unrecorded(studies: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, study in studies.items():
        if missing := [entry.name for entry in fields(Question) if entry.name not in study]:
            defaults = ", ".join(f"`{key}: {10 if key == 'repeats' else '{}'}`" for key in missing)
            yield (
                f"{FILE}: studies.{name}: DVC records these entries and stops without them: write "
                f"{defaults}, which are their defaults"
            )


def _content() -> Any:
    try:
        return ruamel.yaml.YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    except ruamel.yaml.error.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise ValueError(f"{FILE}: {place}: invalid YAML: {error.problem}") from error


def look_up(parameters: Parameters, key: str) -> Any:
    """Return the setting at a dotted key, such as `studies.digits.network`.

    Raises:
        ValueError: there is none.
    """
    return reduce(_step, key.split("."), parameters)


def _step(place: object, name: str) -> Any:
    entries = place if isinstance(place, dict) else vars(place)
    if name not in entries:
        hint = naming.suggestion(name, list(entries))
        raise ValueError(f"{FILE}: there is no '{name}'{hint}")
    return entries[name]
