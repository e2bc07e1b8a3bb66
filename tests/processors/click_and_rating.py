"""One model of clicks and ratings: its arrays and ratings by the sum of losses and by gradients."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from tests.processors.work import digest
from tests.recommending import twin_markets
from tests.recommending.neural import markets
from trunkline.recommending import joint, joint_ratings, joint_towers
from trunkline.recommending.model import Sides
from trunkline.settings.balancers import Balancers
from trunkline.settings.gradient_balancers import PcGrad
from trunkline.settings.recommending.models import Models
from trunkline.settings.recommending.study import ClickAndRating

QUICK = dataclasses.replace(twin_markets.OPTIONS, size=32, epochs=2)
STUDY = dataclasses.replace(
    twin_markets.study(models=Models(two_tower=QUICK)),
    tasks=ClickAndRating(balancers=Balancers(pcgrad=PcGrad())),
)


def results() -> Iterator[tuple[str, str]]:
    """Fit both tasks on 60 users and 300 items, more than one sum may have terms."""
    taken = markets.pairs(markets.drawn(60, 300))
    pairs = dataclasses.replace(taken, rating=(1 + taken.item * 7 % 5).astype(np.float32))
    rng = np.random.default_rng(0)
    sides = Sides(*(rng.standard_normal((n, 20)).astype(np.float32) for n in (60, 300)))
    for (task, balancer), way in joint.ways(STUDY).items():
        if task == joint.BOTH:
            fitted = joint_towers.fit(joint_towers.prepare(way, pairs, sides), seed=1)
            said = joint_ratings.ratings(fitted.arrays, pairs.user, pairs.item)
            name = f"click and rating: {balancer}"
            yield name, digest(*fitted.arrays.values(), fitted.curve[:, 0], said)
