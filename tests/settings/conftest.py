"""Settings that are valid, and what becomes of them when one entry changes."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading

VALID: dict[str, Any] = {
    "seed": 1,
    "runtime": {"threads": 2},
    "datasets": {
        "digits": {"title": "Digits", "source": {"kind": "bundled", "name": "digits"}},
        "made": {"title": "Made", "source": {"kind": "latent", "noise": 1}},
    },
    "studies": {
        "digits": {
            "title": "Digits",
            "dataset": "digits",
            "inputs": {"columns": ["pixel_*"], "shape": [8, 8, 1]},
            "tasks": {
                "low": {
                    "kind": "multiclass",
                    "target": "digit",
                    "classes": [0, 1],
                    "where": {"digit": [0, 1]},
                },
                "high": {
                    "kind": "binary",
                    "target": "digit",
                    "positive": [9],
                    "where": {"digit": [8, 9]},
                },
                "ink": {"kind": "regression", "target": "ink"},
                "odd": {"kind": "binary", "target": "digit", "positive": [1, 3, 5, 7, 9]},
            },
            "network": {"trunk": "conv", "widths": [16, 16]},
            "pretrain": {"task": "low"},
            "finetune": {
                "tasks": ["high"],
                "budgets": [1, 5],
                "strategies": {"scratch": {}, "fine_tune": {"rate": 1}, "lp_ft": None},
            },
            "multitask": {"tasks": ["odd", "ink"]},
        }
    },
}


@pytest.fixture
def valid() -> dict[str, Any]:
    """Valid content of params.yaml, to change at will."""
    return copy.deepcopy(VALID)


@pytest.fixture
def changed(valid: dict[str, Any]) -> Callable[[str, object], dict[str, Any]]:
    """Return `valid` with the entry at a dotted place replaced or, for `...`, removed."""

    def change(place: str, value: object) -> dict[str, Any]:
        *parents, last = place.split(".")
        entries = valid
        for name in parents:
            entries = entries.setdefault(name, {})
        entries[last] = value
        if value is ...:
            del entries[last]
        return valid

    return change


@pytest.fixture
def problems() -> Callable[[object], list[str]]:
    """Return the lines of the error that reading a mapping raises."""

    def lines(mapping: object) -> list[str]:
        with pytest.raises(ValueError, match=r"^params\.yaml: ") as caught:
            reading.read(mapping)
        return str(caught.value).splitlines()

    return lines
