import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trunkline.recommending.lists import drafting, mmr
from trunkline.recommending.lists.drafting import Rules
from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.filtering import Open


def lost(made, scores, vectors, relevance):
    """Return how much each listed place is worth less than the best, as published, one by one."""
    low, high = min(scores), max(scores)
    shares = [(score - low) / (high - low) if high > low else 0.0 for score in scores]

    def like(one, other):
        lengths = math.hypot(*vectors[one]) * math.hypot(*vectors[other])
        dot = sum(a * b for a, b in zip(vectors[one], vectors[other], strict=True))
        return dot / lengths if lengths else 0.0

    listed, found = [], []
    for chosen in made:
        worth = {
            place: relevance * shares[place]
            - (1 - relevance) * max((like(place, other) for other in listed), default=0.0)
            for place in range(len(scores))
            if place not in listed
        }
        found.append(max(worth.values()) - worth[chosen])
        listed.append(chosen)
    return found


def lists(items, scores, relevance, length):
    """Return what is listed of items with these factors, whose bias the scores are."""
    may = Open(np.arange(len(items), dtype=np.int32), None, len(items))
    none = np.zeros((len(items), 0), np.float32)
    bias = np.asarray(scores, np.float32)
    source = Exact("model", np.zeros((1, 0), np.float32), none, may, bias)
    rules = Rules(length, None, mmr.directions(np.asarray(items)), relevance, pool=10)
    return drafting.drafted([source], np.arange(1), rules).items[0].tolist()


def test_a_case_by_hand():
    """Scores 1, 0.9, 0 of directions x, x, y: with lambda 0.4 y comes before the second x.

    0.4 * 0.9 - 0.6 * 1 = -0.24 is less than 0.4 * 0 - 0.6 * 0 = 0.
    """
    items = np.array([[1, 0], [2, 0], [0, 3]], np.float32)
    assert lists(items, [1, 0.9, 0], 0.4, 3) == [0, 2, 1]


def test_what_fits_much_better_is_listed_though_it_is_alike():
    """0.8 * 0.9 - 0.2 = 0.52 is more than 0."""
    items = np.array([[1, 0], [2, 0], [0, 3]], np.float32)
    assert lists(items, [1, 0.9, 0], 0.8, 3) == [0, 1, 2]


@given(seed=st.integers(0, 10**6), relevance=st.sampled_from([0.0, 0.3, 0.7, 1.0]))
@example(seed=153, relevance=0.3)  # where two are worth the same, but for the eighth digit
def test_lists_are_those_of_the_formula(seed, relevance):
    """Restated in plain Python; rows of zeros are like nothing. Float32 tells no more digits."""
    rng = np.random.default_rng(seed)
    items = rng.standard_normal((12, 3)).astype(np.float32)
    items[rng.random(12) < 0.2] = 0
    scores = np.sort(rng.permutation(40)[:12].astype(np.float32))[::-1]
    made = lists(items, scores, relevance, 7)
    assert len(set(made)) == 7
    assert max(lost(made, scores.tolist(), items.tolist(), relevance)) < 2e-6


@given(seed=st.integers(0, 10**6))
def test_relevance_alone_keeps_the_order_of_scores(seed):
    """With lambda = 1, also where scores are equal."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 5, 30).astype(np.float32)
    items = rng.standard_normal((30, 4)).astype(np.float32)
    assert lists(items, scores, 1.0, 9) == np.argsort(-scores, kind="stable")[:9].tolist()


def test_scores_are_brought_to_one_range():
    """0 for the worst that is there, 1 for the best, 0 where all are equal or nothing is."""
    none = -np.inf
    found = mmr.relative(np.array([[4, 3, 2], [5, 1, none], [7, 7, 7], [none] * 3], np.float32))
    assert found.tolist() == [[1, 0.5, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_directions_have_length_one():
    """Zeros stay what they are."""
    found = mmr.directions(np.array([[3, 4], [0, 0]], np.float32))
    assert found == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
