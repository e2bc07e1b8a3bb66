"""What recommenders learn from, read from where the validate stage put it."""

from pathlib import Path

from trunkline.artifacts import tables
from trunkline.recommending import facts, fitting
from trunkline.recommending.fitting import Gathered
from trunkline.settings.recommending.study import Recommender


def read(train: Path, validation: Path, users: Path, items: Path, study: Recommender) -> Gathered:
    """Return training and validation interactions, and the facts about their users and items."""
    learn, choose = tables.read(train), tables.read(validation)
    told = {"users": tables.read(users), "items": tables.read(items)}
    found = facts.gathered(told, [learn, choose], study)
    return Gathered(fitting.gather(learn, choose, found, study), found)
