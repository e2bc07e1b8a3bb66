"""Strokes that are alike cost little, wherever and however they are drawn."""

import numpy as np

from tests.metalearning.oneshot import examples
from trunkline.metalearning.oneshot import matching, shapes, strokes
from trunkline.metalearning.oneshot.strokes import Strokes

KNOWN = examples.characters(each=3, drawers=2)
ONE = strokes.traced(KNOWN.ink[:, 0], 48)
OTHER = strokes.traced(KNOWN.ink[:, 1], 48)


def test_a_drawing_matches_itself_best() -> None:
    """Its cost with itself is near 0 and below that with any other drawing."""
    costs = matching.costs(ONE, ONE, 32)
    own = np.diag(costs)
    assert own.max() < 0.005
    assert (costs + np.eye(9) > own[:, None]).all()


def test_another_hand_is_recognised() -> None:
    """Of characters that differ by shaky corners only, each is nearest to its own."""
    np.testing.assert_array_equal(matching.costs(OTHER, ONE, 32).argmin(axis=1), np.arange(9))


def test_both_ways_cost_the_same() -> None:
    """Exchanging both sides transposes the costs."""
    np.testing.assert_allclose(
        matching.costs(ONE, OTHER, 24), matching.costs(OTHER, ONE, 24).T, rtol=1e-4
    )


def test_a_slanted_drawing_is_bent_back() -> None:
    """A small affine change costs a tenth of what another character does."""
    slant = np.tile(np.array([[1.0, 0.15], [-0.1, 1.05]], np.float32), (9, 1, 1))
    changed = Strokes(shapes.turned(ONE.points, slant).astype(np.float32), ONE.weight)
    costs = matching.costs(changed, ONE, 32)
    others = costs[~np.eye(9, dtype=bool)]
    assert np.diag(costs).mean() < others.mean() / 10


def test_missing_points_do_not_count() -> None:
    """More room for points than a drawing has changes nothing."""
    few = strokes.traced(KNOWN.ink[:, 0], 300)
    there = int((few.weight > 0).sum(axis=1).min())
    short = few.at(np.array([0, 1]))
    longer = Strokes(
        np.pad(short.points, ((0, 0), (0, 50), (0, 0))), np.pad(short.weight, ((0, 0), (0, 50)))
    )
    np.testing.assert_allclose(
        matching.costs(longer, longer, 350), matching.costs(short, short, 300), rtol=1e-3, atol=1e-6
    )
    assert there < 300


def test_how_many_are_bent_at_a_time_does_not_matter() -> None:
    """A row of costs is that of its drawing alone."""
    alone = matching.costs(ONE.at(np.array([6])), OTHER, 24)
    np.testing.assert_allclose(alone[0], matching.costs(ONE, OTHER, 24)[6], rtol=1e-3, atol=1e-6)
