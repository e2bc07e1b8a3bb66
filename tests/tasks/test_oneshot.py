"""Runs of one-shot classification, and their error."""

import numpy as np
import pytest

from trunkline.tasks import oneshot
from trunkline.tasks.oneshot import Characters


def test_the_error_by_hand() -> None:
    """Right, wrong, and a tie of two of which one is right: an error of (0 + 1 + 1/2) / 3."""
    scores = np.array([[3.0, 1.0], [3.0, 1.0], [2.0, 2.0]])
    assert oneshot.error(scores, np.array([0, 1, 1])) == pytest.approx(0.5)


def test_a_run_has_twenty_characters_and_two_drawers() -> None:
    """Each character stands there once, and what is told is by another hand."""
    for places in oneshot.draw(26, 20, 30, 1, "Latin"):
        assert len(set(places.characters.tolist())) == 20
        assert places.learned != places.told


def test_a_small_alphabet_has_all_its_characters_in_a_run() -> None:
    """Of seventeen characters, all are there."""
    (places,) = oneshot.draw(17, 20, 1, 1, "Tagalog")
    assert sorted(places.characters.tolist()) == list(range(17))


def test_runs_depend_on_seed_and_alphabet() -> None:
    """The same for the same, others for others."""
    first, again, other = (
        [r.characters.tolist() for r in oneshot.draw(26, 20, 3, 1, name)]
        for name in ("Latin", "Latin", "Greek")
    )
    assert first == again != other


@pytest.mark.parametrize(("characters", "drawers"), [(1, 20), (20, 1)])
def test_an_alphabet_that_is_too_small_is_refused(characters: int, drawers: int) -> None:
    """It is named, with what it has."""
    with pytest.raises(ValueError, match=f"alphabet 'X'.*received {characters} by {drawers}"):
        oneshot.draw(characters, drawers, 1, 1, "X")


def test_some_alphabets_of_a_set() -> None:
    """Their characters stay, and their places are counted anew."""
    ink = np.arange(6).reshape(6, 1, 1, 1) > 2
    known = Characters(ink, np.array([0, 0, 1, 1, 2, 2]), ("A", "B", "C"))
    found = known.only(["C", "A"])
    assert found.alphabets == ("A", "C")
    assert found.alphabet.tolist() == [0, 0, 1, 1]
    assert found.ink.ravel().tolist() == [False, False, True, True]
