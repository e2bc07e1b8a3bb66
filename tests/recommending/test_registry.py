"""The registry has what a study can name, and says right which models draw nothing."""

import dataclasses
import inspect
import typing
from typing import Any

import numpy as np
import pytest

from tests.recommending.neural import planted
from trunkline.interactions.pairs import Pairs
from trunkline.recommending import ranges, registry
from trunkline.recommending.model import Fitted, Sides
from trunkline.recommending.neural import models as neural
from trunkline.settings.recommending import models
from trunkline.settings.recommending.models import Models

KINDS = {
    name: next(kind for kind in (hint, *typing.get_args(hint)) if dataclasses.is_dataclass(kind))
    for name, hint in typing.get_type_hints(Models).items()
}
SMALL = {"factors": 4, "size": 4, "hidden": 8, "latent": 4, "length": 5, "epochs": 1, "sweeps": 2}
EITHER_WAY = [name for name in registry.CERTAIN if name != "pure_svd"]
DRAWN = [
    pytest.param(name, marks=[pytest.mark.slow] if name in neural.MODELS else [])
    for name in models.EVERY
    if name not in registry.CERTAIN
]


def small(name: str) -> Any:
    """Return options of a model that is trained in a moment."""
    kind = KINDS[name]
    own = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{option: value for option, value in SMALL.items() if option in own})


def rated() -> Pairs:
    """Return pairs of two groups, with ratings of one to five stars."""
    pairs = planted.groups()
    return dataclasses.replace(pairs, rating=(1 + pairs.item % 5).astype(np.float32))


def fit(name: str, seed: int) -> Fitted:
    """Return what a model learns with a seed."""
    pairs = rated()
    rng = np.random.default_rng(0)
    sides = Sides(*(rng.standard_normal((len(ids), 3)).astype(np.float32)
                    for ids in (pairs.users, pairs.items)))  # fmt: skip
    return registry.MODELS[name].fit(pairs, sides, small(name), seed=seed)


def said(name: str, fitted: Fitted) -> np.ndarray:
    """Return the scores of all pairs, or the ratings of those of training."""
    pairs, module = rated(), registry.MODELS[name]
    if name in models.RATING:
        return np.asarray(module.ratings(fitted.arrays, pairs.user, pairs.item))
    features = np.random.default_rng(0).standard_normal((len(pairs.users), 3)).astype(np.float32)
    asked = planted.asked(pairs)._replace(features=features)
    return np.asarray(module.scores(fitted.arrays, asked))


def test_every_name_of_a_study_is_a_model_with_ranges() -> None:
    """One list of names, in one order, wherever models are named."""
    assert tuple(registry.MODELS) == models.EVERY == tuple(ranges.RANGES) == tuple(KINDS)


def test_groups_of_names_are_of_models() -> None:
    """What draws nothing, says ratings, has towers or factors, or scores by features alone."""
    groups = (registry.CERTAIN, models.RATING, models.TOWERS, registry.FACTORS, registry.FEATURED)
    for names in groups:
        assert set(names) <= set(models.EVERY)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", models.EVERY)
def test_a_model_is_a_module_of_its_name(name: str) -> None:
    """It has `fit`, whose arguments are those of all, and `scores` or `ratings`."""
    module = registry.MODELS[name]
    assert module.__name__.rpartition(".")[2] == name
    told = inspect.signature(module.fit).parameters
    assert list(told)[:6] == ["pairs", "sides", "options", "seed", "epochs", "held"]
    assert all(more.default is None for more in list(told.values())[6:])
    assert told["options"].annotation is KINDS[name]
    assert {"ratings" if name in models.RATING else "scores"} <= set(vars(module))


def test_whoever_has_factors_is_among_those_who_do() -> None:
    """No model is forgotten where lists ask for factors."""
    found = [name for name, module in registry.MODELS.items() if hasattr(module, "factors")]
    assert list(registry.FACTORS) == found


@pytest.mark.parametrize("name", EITHER_WAY)
def test_what_draws_nothing_is_the_same_for_two_seeds(name: str) -> None:
    """Every byte of it, so that one fit tells as much as ten."""
    one, other = (fit(name, seed).arrays for seed in (1, 2))
    assert {key: array.tobytes() for key, array in one.items()} == {
        key: array.tobytes() for key, array in other.items()
    }


def test_pure_svd_ends_where_it_would_from_elsewhere() -> None:
    """The directions are the same but for their signs and last digits: so are all scores."""
    one, other = (said("pure_svd", fit("pure_svd", seed)) for seed in (1, 2))
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", DRAWN)
def test_what_draws_differs_between_seeds(name: str) -> None:
    """Else its repeats would say that it is more certain than it is; the same seed repeats it."""
    one, again, other = (said(name, fit(name, seed)) for seed in (1, 1, 2))
    assert one.tobytes() == again.tobytes()
    assert one.tobytes() != other.tobytes()
