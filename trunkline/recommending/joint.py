"""One model that learns what users take and how they rate it, against each task alone."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from trunkline.determinism import seeds
from trunkline.recommending import joint_towers, trials
from trunkline.recommending.fitting import Known
from trunkline.recommending.joint_towers import Way
from trunkline.recommending.joint_verdicts import ALONE, BOTH, CLICK, RATING
from trunkline.recommending.model import Fitted
from trunkline.settings.recommending.models import TOWERS
from trunkline.settings.recommending.study import ClickAndRating, Recommender
from trunkline.training import balancers
from trunkline.training.progress import watch

RUN_COLUMNS = ["model", "task", "balancer", "repeat", "options", "epochs", "best_epoch"]
Key = tuple[str, str]  # click, rating or both; the balancer, or `alone`


class Joint(NamedTuple):
    """What all arms leave.

    Attributes:
        fitted: by task and balancer, a fit for each repeat.
        runs: a row for each fit, `RUN_COLUMNS`.
    """

    fitted: Mapping[Key, Sequence[Fitted]]
    runs: pd.DataFrame


def learn(known: Known, study: Recommender, *, name: str, seed: int) -> Joint:
    """Fit each task alone, and both under every balancer; nothing else differs.

    All arms read the same pairs and features, have the options that the study states and, repeat by
    repeat, the same seed. Each runs as many epochs as were best for it on validation rows, by the
    losses of what it learns, then is fitted on these as well, as every model of a study is.

    Args:
        known: what may be learned from.
        study: the question, with `tasks`.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: the study has no such model, its interactions have no ratings, or a balancer
            states other weights than of two tasks.
        Diverged: a loss or a weight is no number.

    References:
        Caruana, "Multitask Learning", Machine Learning 28 (1997).
    """
    terms = _terms(study)
    own, arms = seeds.derive(seed, name), ways(study)
    fitted: dict[Key, list[Fitted]] = {}
    runs: list[dict[str, Any]] = []
    with watch(f"tasks {name}", len(arms) * (study.repeats + 1)) as started:
        for key, way in arms.items():
            started(f"{' '.join(key)}, search")
            search = joint_towers.prepare(way, *known.search)
            at = seeds.derive(own, "tune", terms.model, "fit")
            epochs = joint_towers.fit(search, seed=at).best_epoch
            final = joint_towers.prepare(way, known.final.pairs, known.final.sides)
            fits = fitted[key] = []
            for repeat in range(study.repeats):
                started(f"{' '.join(key)}, repeat {repeat}")
                at = seeds.derive(own, terms.model, "fit", repeat)
                fits.append(joint_towers.fit(final, seed=at, epochs=epochs))
                runs.append(_run(terms.model, key, repeat, way, fits[-1]))
    return Joint(fitted, pd.DataFrame(runs, columns=RUN_COLUMNS))


def ways(study: Recommender) -> dict[Key, Way]:
    """Return what each arm learns, and how: the tasks alone first, then `equal`."""
    terms = _terms(study)
    options = study.models.named()[terms.model]
    both = {CLICK: terms.click, RATING: terms.rating}
    alone = {(task, ALONE): Way(options, {task: 1.0}) for task in both}
    chosen = balancers.chosen(terms.balancers)
    return alone | {(BOTH, one): Way(options, both, how) for one, how in chosen.items()}


def _terms(study: Recommender) -> ClickAndRating:
    """Return what is asked, if it can be."""
    terms, named = study.tasks, study.models.named()
    if terms is None:
        raise ValueError("expected a study with `tasks`, received one without: name its model")
    if terms.model not in TOWERS:
        raise ValueError(
            f"tasks.model: '{terms.model}' cannot learn two tasks: expected one of "
            f"{', '.join(TOWERS)}"
        )
    if terms.model not in named:
        raise ValueError(
            f"tasks.model: '{terms.model}' is none of the study's models: name it in `models` with "
            "its options"
        )
    static = terms.balancers.static
    if static is not None and len(static.weights) != 2:
        raise ValueError(
            "tasks.balancers.static.weights: expected 2 weights, of what is taken and of ratings, "
            f"received {len(static.weights)}"
        )
    return terms


def _run(model: str, key: Key, repeat: int, way: Way, fitted: Fitted) -> dict[str, Any]:
    told = {"options": trials.as_json(way.options), "epochs": len(fitted.curve)}
    arm = {"model": model, "task": key[0], "balancer": key[1], "repeat": repeat}
    return arm | told | {"best_epoch": fitted.best_epoch}
