"""Lists of recommended items, with diversity and reasons: places, scores, rows of the table."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import sparse

from tests.processors.work import digest
from trunkline.recommending.lists import making, scoring, tabulating
from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.making import Catalogue
from trunkline.recommending.lists.sources import Popular, Source
from trunkline.recommending.model import UNKNOWN, Arrays, Asked
from trunkline.settings.recommending.lists import Cap, Diversity, Lists, Reasons

USERS, ITEMS, FACTORS, LENGTH = 200, 1000, 40, 20
OPTIONS = [
    Lists(length=LENGTH),
    Lists(length=LENGTH, reasons=Reasons(items=3, similarity="factors"), seen="keep"),
    Lists(length=LENGTH, diversity=Diversity(relevance=0.6), cap=Cap(column="kind", most=5)),
    Lists(length=LENGTH, diversity=Diversity(relevance=0.3, similarity="features")),
]


def results() -> Iterator[tuple[str, str]]:
    """List the items of 200 users by factors, and by scores."""
    rng = np.random.default_rng(0)
    users, items = (rng.standard_normal((rows, FACTORS), np.float32) for rows in (USERS, ITEMS))
    taken = sparse.random_array((USERS, ITEMS), density=0.02, rng=rng, dtype=np.float32).tocsr()
    taken.data[:] = 1
    kinds = pd.DataFrame({"kind": [f"k{place % 12}" for place in range(ITEMS)]})
    features = rng.standard_normal((ITEMS, 7), np.float32)
    catalogue = Catalogue(np.arange(ITEMS), taken, kinds, items, features)
    everybody = np.arange(USERS)
    for place, options in enumerate(OPTIONS, 1):
        may = making.opened(catalogue, taken, options)
        search = Exact("model", users, items, may)
        yield f"lists: options {place}", listed(search, catalogue, options)
    asked = Asked(everybody, taken, np.full((USERS, 1), UNKNOWN, np.int32))
    scored = scoring.Scored("model", product, {"users": users, "items": items}, asked, may)
    yield "lists: of scores", digest(*scored.top(everybody, LENGTH))


def listed(search: Source, catalogue: Catalogue, options: Lists) -> str:
    """Return the digest of the lists of all users, and of their rows."""
    taken = catalogue.taken
    counts = np.bincount(taken.indices, minlength=ITEMS)
    popular = Popular(counts, USERS, making.opened(catalogue, taken, options))
    made = making.made([search, popular], taken, catalogue, options)
    rows = tabulating.frame(made, np.arange(USERS), catalogue, options.reasons)
    return digest(made.items, made.scores, made.reasons, rows.to_csv())


def product(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return the products of factors: float32 [n, I]."""
    return arrays["users"][asked.user] @ arrays["items"].T
