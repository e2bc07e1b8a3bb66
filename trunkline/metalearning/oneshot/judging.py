"""Leave one alphabet out: train on the others, tell its characters apart from one drawing each."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from trunkline.metalearning.oneshot import baselines, recogniser
from trunkline.metalearning.oneshot.recogniser import Recogniser
from trunkline.metrics import means
from trunkline.metrics.estimates import Estimate
from trunkline.settings.metalearning.oneshot import OneShot
from trunkline.tasks import oneshot
from trunkline.tasks.oneshot import Characters, Places, Run

LOG = logging.getLogger(__name__)
ARMS = ("nearest_neighbour", "hausdorff", "strokes", "network", "both")
ALPHA = 0.05
Scores = Callable[[np.ndarray, np.ndarray], np.ndarray]  # of items, of what is learned from


class Outcome(NamedTuple):
    """The errors of one run, by arm."""

    alphabet: str
    run: int
    ways: int
    errors: dict[str, float]


def leave_one_out(
    characters: Characters, settings: OneShot, seed: int, runs: int
) -> Iterator[Outcome]:
    """Yield what each run of each alphabet came to, told apart by what the others taught.

    Raises:
        ValueError: there are fewer than two alphabets, or one is too small for a run.
    """
    if len(characters.alphabets) < 2:
        raise ValueError(
            f"expected two alphabets or more, received {', '.join(characters.alphabets)}: one is "
            "left out, and the others are learned from"
        )
    for name in characters.alphabets:
        others = [other for other in characters.alphabets if other != name]
        learned = recogniser.fit(characters.only(others), settings, seed, f"without {name}")
        yield from _judged(learned, characters.only([name]).ink, name, seed, runs)


def _judged(
    learned: Recogniser, ink: np.ndarray, name: str, seed: int, runs: int
) -> Iterator[Outcome]:
    """Yield the outcomes of runs of an alphabet [characters, drawers, height, width]."""
    drawers = ink.shape[1]
    flat = ink.reshape(-1, *ink.shape[2:])
    known = learned.see(flat)
    arms: dict[str, Scores] = {
        "nearest_neighbour": lambda one, other: baselines.pixels(flat[one], flat[other]),
        "hausdorff": lambda one, other: baselines.hausdorff(flat[one], flat[other]),
        "strokes": lambda one, other: learned.by_strokes(known.at(one), known.at(other)),
        "network": lambda one, other: learned.by_network(known.at(one), known.at(other)),
    }
    for number, places in enumerate(oneshot.draw(len(ink), drawers, runs, seed, name)):
        found = {arm: scores(*_rows(places, drawers)) for arm, scores in arms.items()}
        found["both"] = found["strokes"] + found["network"]
        answers = np.arange(len(places.characters))
        errors = {arm: oneshot.error(found[arm], answers) for arm in ARMS}
        LOG.info("%s, run %d: %s", name, number, errors)
        yield Outcome(name, number, len(answers), errors)


def _rows(places: Places, drawers: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the drawings that are told, and those that are learned from."""
    first = places.characters * drawers
    return first + places.told, first + places.learned


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the error of each arm with its interval over alphabets, and by alphabet."""
    alphabets = [outcome.alphabet for outcome in outcomes]
    found: dict[str, Any] = {"ways": {o.alphabet: o.ways for o in outcomes}, "arms": {}}
    for arm in ARMS:
        errors = [outcome.errors[arm] for outcome in outcomes]
        each = {
            name: float(np.mean([e for e, a in zip(errors, alphabets, strict=True) if a == name]))
            for name in sorted(set(alphabets))
        }
        over = means.of_clusters(errors, alphabets, alpha=ALPHA)
        found["arms"][arm] = {"error": over, "alphabets": each}
    return found


def over_runs(learned: Recogniser, runs: Sequence[Run]) -> dict[str, Any]:
    """Return the error over runs with its interval, clustered where clusters are known."""
    errors = [oneshot.error(learned.scores(run), run.answers) for run in runs]
    over = means.of_clusters(errors, [run.cluster for run in runs], alpha=ALPHA)
    each = {run.name: error for run, error in zip(runs, errors, strict=True)}
    return {"error": over, "runs": each}


def told(error: Estimate) -> str:
    """Return an error with its interval, in per cent."""
    low, high = 100 * error.low, 100 * error.high
    return f"error {100 * error.value:.1f} % [{low:.1f}, {high:.1f}]"
