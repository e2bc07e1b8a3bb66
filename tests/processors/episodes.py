"""Episodes and what is judged by them: the pieces of work whose bits are compared."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from tests.processors.work import digest
from trunkline.determinism import seeds
from trunkline.metalearning import picturing, scoring
from trunkline.metrics import clusters, comparisons, verdicts
from trunkline.settings.metalearning.episodes import Episodes as Asked
from trunkline.tasks import episodes_drawing, episodes_pool
from trunkline.tasks.episodes import Pool

ROWS, CLASSES, PARENTS, COUNT = 480, 24, 4, 150
ASKED = {
    "of classes": Asked(
        target="y", parent="parent", ways=3, shots=2, queries=4, expand=("rotate", "reflect")
    ),
    "of classes of a group": Asked(target="side", group="parent", shots=3, queries=5),
    "of numbers": Asked(target="height", kind="regression", group="y", shots=5, queries=9),
}
SHAPES = ((160, 32), (160, 128), (24, 300))  # more rows than numbers, and fewer


def results() -> Iterator[tuple[str, str]]:
    """Draw episodes of each kind, judge scores that belong together, and draw embeddings."""
    for label, asked in ASKED.items():
        made = pool(asked)
        drawn = episodes_drawing.draw(made, asked, COUNT, 1, "processors")
        yield f"episodes {label}", digest(made.x, made.y, made.cluster, made.names, *drawn)
        yield f"judgement {label}", digest(*judged(drawn.cluster))
    for shape in SHAPES:
        embedded = seeds.generator(1, "embedded", *shape).standard_normal(shape)
        found = picturing.components(np.maximum(embedded, 0).astype(np.float32))
        yield f"components of {shape[0]} x {shape[1]}", digest(found)


def pool(asked: Asked) -> Pool:
    """Return pictures of noise, of which 20 each are of a class, and six classes of a parent."""
    rng = seeds.generator(1, "episodes")
    y = np.arange(ROWS) % CLASSES
    frame = pd.DataFrame(
        {
            "y": y, "parent": y % PARENTS, "side": rng.integers(0, 2, ROWS),
            "height": rng.standard_normal(ROWS),
        }
    )  # fmt: skip
    x = rng.standard_normal((ROWS, 8, 8, 1)).astype(np.float32)
    classes = episodes_pool.fixed(frame, asked)
    return episodes_pool.pool(frame, x, asked, classes=classes, part="training")


def judged(cluster: np.ndarray) -> Iterator[object]:
    """Yield intervals, comparisons and verdicts of two arms' scores of the same episodes."""
    rng = seeds.generator(1, "answers")
    y = rng.integers(0, 3, (COUNT, 12)).astype(np.int32)
    answers = rng.standard_normal((2, COUNT, 12, 3)).astype(np.float32)
    answers[0] += np.eye(3, dtype=np.float32)[y]
    scores = [scoring.scores(one, y) for one in answers]
    rules = {"alpha": 0.05, "resamples": 199, "rng": rng}
    yield from (clusters.mean(one, cluster, **rules) for one in scores)
    found = clusters.paired(*scores, cluster, higher_is_better=True, **rules)
    (p,) = comparisons.holm([found.p])
    yield found
    yield verdicts.judge(found.difference, float(p), alpha=0.05, margin=0.01)
