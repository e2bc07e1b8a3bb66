"""Generated families of small tasks, and episodes of them."""

import itertools
from collections.abc import Iterator

from tests.processors.work import digest
from trunkline.settings.family import Family
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.sources import family
from trunkline.tasks import episodes_drawing, episodes_pool


def results() -> Iterator[tuple[str, str]]:
    """Make each family, and draw from it."""
    for form, shared in itertools.product(("sinusoids", "sides"), (True, False)):
        settings = Family(kind="family", form=form, shared=shared, tasks=40, features=3, noise=0.1)  # type: ignore[arg-type]
        frame = family.table(settings, 1)
        yield f"family/{form}/{'shared' if shared else 'apart'}", digest(frame.to_csv())
        kind = "classes" if form == "sides" else "regression"
        asked = Episodes(target="y", group="task", kind=kind, shots=5, queries=10)  # type: ignore[arg-type]
        pool = episodes_pool.pool(
            frame, frame[list(settings.inputs)].to_numpy(), asked,
            classes=episodes_pool.fixed(frame, asked), part="training",
        )  # fmt: skip
        drawn = episodes_drawing.draw(pool, asked, 200, 1, form)
        yield f"episodes/{form}/{'shared' if shared else 'apart'}", digest(*drawn)
