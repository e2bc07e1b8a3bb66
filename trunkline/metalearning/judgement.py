"""The records of a judged study: estimates, comparisons with verdicts, curves and pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from trunkline.determinism import seeds
from trunkline.metalearning import (
    gathered,
    gathering,
    judging,
    learning,
    picturing,
    registry,
    scoring,
)
from trunkline.metalearning.gathering import Known
from trunkline.metalearning.judging import Asked, Said
from trunkline.metalearning.method import Arrays
from trunkline.metrics import clusters, comparisons, verdicts
from trunkline.settings.metalearning.arms import NEAREST
from trunkline.settings.metalearning.study import Metalearner
from trunkline.tasks import disjoint
from trunkline.tasks.episodes import Episodes

ADAPTATION_COLUMNS = ["arm", "steps", "value", "low", "high"]


class Judged(NamedTuple):
    """What a test leaves.

    Attributes:
        records: by name.
        metrics: of each arm.
        adaptation: `ADAPTATION_COLUMNS`.
    """

    records: dict[str, Any]
    metrics: dict[str, Any]
    adaptation: pd.DataFrame


class _Told(NamedTuple):
    """By what rule scores become records."""

    study: Metalearner
    metric: str
    cluster: np.ndarray  # [E], what is drawn whole: of one alone its episodes
    clusters: int  # how many there are
    seed: int

    def rules(self, *names: str | int) -> dict[str, Any]:
        """Return level, resamples, and a generator of its own."""
        rule = self.study.evaluate
        rng = seeds.generator(self.seed, *names)
        return {"alpha": rule.alpha, "resamples": rule.resamples, "rng": rng}


def judge(
    parts: Mapping[str, pd.DataFrame], known: Known, arrays: Mapping[str, Sequence[Arrays]],
    chosen: Mapping[str, Mapping[str, Any]], study: Metalearner, *, name: str, seed: int,
) -> Judged:  # fmt: skip
    """Judge all that was learned on the same test episodes.

    Args:
        parts: rows of `training`, `validation` and `test`; only the last are looked at, but for
            which classes or groups the others have.
        known: what training rows tell.
        arrays: what was learned, by repeat.
        chosen: rate and steps of each arm.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: parts share classes or groups; the test has too few; an answer is no number.
    """
    disjoint.check(parts, study.episodes)
    own, test = learning.own_seed(seed, name), parts["test"]
    pool = gathering.pool(test, study, known, "test")
    drawn = gathering.drawn(pool, study, study.episodes.test, own, "test")
    points = picturing.grid(test, study, known)
    table = gathered.table(*picturing.extended(drawn, pool, points))
    form = gathering.form(pool, study, steps=1)
    asked = Asked(form, table, drawn.query_y, known.deviation, own)
    said = dict(judging.all_of(asked, study, arrays, chosen))
    count = clusters.count(drawn.cluster)
    cluster = drawn.cluster if count > 1 else np.arange(len(drawn.cluster))
    told = _Told(study, scoring.METRICS[study.episodes.kind], cluster, count, own)
    baseline = "fine_tune" if "fine_tune" in said else "scratch"
    pictures = {arm: one.picture for arm, one in said.items()}
    rows = picturing.numbered(test, pool, study.episodes.group)
    shown = picturing.Test(rows, drawn, points, known, study.episodes.target)
    adaptation = list(_adaptation(told, said))
    estimates = list(_estimates(told, said, form.ways))
    records = {
        "facts": _facts(told, parts, drawn, form.ways),
        "estimates": estimates,
        "comparisons": _comparisons(told, said),
        "adaptation": adaptation,
        "adapted": picturing.adapted(shown, pictures, _pictured(told, said), baseline),
        "embeddings": picturing.embedded(said, pool, known.classes) if form.ways else None,
    }
    metrics = {
        one["arm"]: {told.metric: {key: one[key] for key in ("value", "low", "high")}}
        for one in estimates
    }
    return Judged(records, metrics, pd.DataFrame(adaptation, columns=ADAPTATION_COLUMNS))


def _facts(
    told: _Told, parts: Mapping[str, pd.DataFrame], drawn: Episodes, ways: int
) -> dict[str, Any]:
    asked = told.study.episodes
    column = asked.group or asked.target
    short = {"training": "train"}
    return {
        "kind": asked.kind, "metric": told.metric, "ways": ways or None, "shots": asked.shots,
        "queries": asked.queries, "episodes": len(drawn.cluster),
        "clusters": told.clusters, "clustered_by": asked.group or asked.parent or "",
        "counts": {short.get(p, p): int(rows[column].nunique()) for p, rows in parts.items()},
        "repeats": told.study.repeats, "chance": 1 / ways if ways else None,
    }  # fmt: skip


def _pictured(told: _Told, said: Mapping[str, Said]) -> str:
    """Return the best of the methods that take steps, or of all where none does."""
    methods = registry.fair([name for name in said if name in told.study.methods.named()])
    stepping = [name for name in methods if said[name].curve] or methods
    gains = [scoring.gain(said[name].scores, told.metric).mean() for name in stepping]
    return stepping[int(np.argmax(gains))]


def _estimates(told: _Told, said: Mapping[str, Said], ways: int) -> Iterator[dict[str, Any]]:
    for arm, one in said.items():
        found = clusters.mean(one.scores, told.cluster, **told.rules("estimate", arm))
        yield {
            "arm": arm, "metric": told.metric, "ways": ways or None,
            "shots": told.study.episodes.shots, **asdict(found),
            "clusters": told.clusters, "transductive": arm in registry.TRANSDUCTIVE,
        }  # fmt: skip


def _comparisons(told: _Told, said: Mapping[str, Said]) -> list[dict[str, Any]]:
    """Return all comparisons of a study: one family, corrected by Holm."""
    pairs = told.study.pairs
    found = [
        clusters.paired(
            said[arm].scores, said[base].scores, told.cluster,
            higher_is_better=told.metric == "accuracy", **told.rules("compare", arm, base),
        )
        for arm, base in pairs
    ]  # fmt: skip
    adjusted = comparisons.holm([one.p for one in found])
    rule, count = told.study.evaluate, told.clusters
    return [
        {
            "arm": arm, "baseline": base, "metric": told.metric, "n": one.n, "clusters": count,
            "value": one.value, "baseline_value": one.baseline_value,
            "difference": one.difference.value, "low": one.difference.low,
            "high": one.difference.high, "better": one.better.value,
            "better_low": one.better.low, "better_high": one.better.high, "p": one.p,
            "p_holm": float(p),
            "verdict": verdicts.judge(
                one.difference, float(p), alpha=rule.alpha, margin=rule.margin
            ),
        }
        for (arm, base), one, p in zip(pairs, found, adjusted, strict=True)
    ]  # fmt: skip


def _adaptation(told: _Told, said: Mapping[str, Said]) -> Iterator[dict[str, Any]]:
    """Yield scores after some steps, of all that take steps; of none, the nearest neighbour's.

    Resamples are those of the arm's estimate: after the steps that count, so is the interval.
    """
    curves = {arm: one.curve for arm, one in said.items() if one.curve}
    for arm, curve in (curves or {NEAREST: {0: said[NEAREST].scores}}).items():
        for steps, values in curve.items():
            found = clusters.mean(values, told.cluster, **told.rules("estimate", arm))
            row = asdict(found)
            yield {"arm": arm, "steps": steps} | {key: row[key] for key in ("value", "low", "high")}
