"""Views of pictures: by hand, against NumPy, and what leaves them as they are."""

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks import views
from trunkline.settings.augment import Augment
from trunkline.settings.study import Network

B, H, W, C = 4, 5, 6, 2
EVERY = Augment(shift=1.5, rotation=20, flip=True, erase=0.4)
Compiled = Callable[[tf.Tensor], tf.Tensor]


def pictures() -> np.ndarray:
    """Return four pictures of two channels."""
    return np.random.Generator(np.random.PCG64(1)).normal(size=(B, H, W, C)).astype(np.float32)


def turned(picture: np.ndarray, angle: float, shift: tuple[float, float]) -> np.ndarray:
    """Return a picture turned and shifted, pixel by pixel."""
    found = np.zeros_like(picture)
    middle = (H - 1) / 2, (W - 1) / 2
    for row in range(H):
        for column in range(W):
            down, right = row - middle[0] - shift[0], column - middle[1] - shift[1]
            y = np.cos(angle) * down + np.sin(angle) * right + middle[0]
            x = np.cos(angle) * right - np.sin(angle) * down + middle[1]
            for i in (int(np.floor(y)), int(np.floor(y)) + 1):
                for j in (int(np.floor(x)), int(np.floor(x)) + 1):
                    if 0 <= i < H and 0 <= j < W:
                        weight = (1 - abs(y - i)) * (1 - abs(x - j))
                        found[row, column] += weight * picture[i, j]
    return found


@pytest.mark.parametrize("jit", [False, True])
def test_against_a_second_implementation(jit: bool) -> None:
    """Each pixel is the one that loops over pixels find."""
    angles = np.array([0.0, 0.3, -0.7, 1.2])
    shifts = np.array([[0.5, -1.25], [0, 0], [2, 0.1], [-0.6, 3.3]])
    half = tf.constant(np.tan(angles / 2), tf.float32)
    moved = tf.function(views.moved, jit_compile=jit)
    found = moved(tf.constant(pictures()), half, tf.constant(shifts, tf.float32))
    wanted = [turned(p, a, tuple(s)) for p, a, s in zip(pictures(), angles, shifts, strict=True)]
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_a_shift_by_hand() -> None:
    """One pixel down: each row becomes the one above it, and the first is empty."""
    x = pictures()
    found = views.moved(x, tf.zeros(B), tf.constant([[1.0, 0.0]] * B)).numpy()
    np.testing.assert_array_equal(found[:, 1:], x[:, :-1])
    assert (found[:, 0] == 0).all()


def test_a_quarter_turn_by_hand() -> None:
    """Four quarters are a whole turn, to rounding, and two an exchange of both directions."""
    x = pictures()[:, :, :5]
    found = [x]
    for _ in range(4):
        found.append(views.moved(found[-1], tf.ones(B), tf.zeros((B, 2))).numpy())
    np.testing.assert_allclose(found[2], x[:, ::-1, ::-1], atol=1e-5)
    np.testing.assert_allclose(found[4], x, atol=1e-5)


def test_amounts_of_zero_are_the_identity() -> None:
    """No angle and no shift give every bit back; nothing to change builds nothing."""
    x = pictures()
    np.testing.assert_array_equal(views.moved(x, tf.zeros(B), tf.zeros((B, 2))), x)
    np.testing.assert_array_equal(views.Views(Augment())(x), x)
    np.testing.assert_array_equal(views.blanked(x, tf.fill((B, 2), 0.5), 0.0), x)
    network = Network(trunk="conv", widths=(2,))
    assert learners.build(network, (H, W, C), {"task": 1}).views is None
    assert learners.build(network, (H, W, C), {"task": 1}, augment=EVERY).views is not None


def test_mirrored_twice() -> None:
    """It is the identity; once, left is right of those that are marked, and of no other."""
    x, which = pictures(), tf.constant([True, False, True, False])
    once = views.mirrored(x, which).numpy()
    np.testing.assert_array_equal(views.mirrored(once, which), x)
    np.testing.assert_array_equal(once[::2], x[::2, :, ::-1])
    np.testing.assert_array_equal(once[1::2], x[1::2])


def test_a_block_by_hand() -> None:
    """A block of half of each side about the middle of 4 x 4 pixels blanks the four inner ones."""
    found = views.blanked(tf.ones((1, 4, 4, 1)), tf.constant([[0.5, 0.5]]), 0.5).numpy()[0, :, :, 0]
    wanted = np.ones((4, 4))
    wanted[1:3, 1:3] = 0
    np.testing.assert_array_equal(found, wanted)


def test_the_stream_is_its_seed() -> None:
    """The same seed gives the same views, the next batch others, whatever was in the first."""
    made, x = views.Views(EVERY), pictures()
    made.restart(5)
    first, second = made(x).numpy(), made(x).numpy()
    assert (first != second).any()
    made.restart(5)
    np.testing.assert_array_equal(made(x), first)
    made.restart(5)
    made(np.zeros_like(x))
    np.testing.assert_array_equal(made(x), second)


@pytest.mark.parametrize("jit", [False, True])
def test_amounts_do_not_disturb_each_other(jit: bool) -> None:
    """A picture is mirrored whatever else is drawn: erasing changes no pixel that it leaves."""
    x, found = pictures(), []
    for augment in (Augment(flip=True), Augment(flip=True, erase=0.5)):
        made = views.Views(augment)
        made.restart(9)
        compiled: Compiled = tf.function(made, jit_compile=jit)
        found.append(compiled(tf.constant(x)).numpy())
    left = found[1] != 0
    assert 0.5 < left.mean() < 1
    np.testing.assert_array_equal(found[1][left], found[0][left])


def test_pictures_stay_in_their_rows() -> None:
    """What is drawn on each picture is found in its own row again, in its own brightness."""
    levels = np.arange(1, B + 1, dtype=np.float32)
    x = np.broadcast_to(levels[:, None, None, None], (B, H, W, C)).astype(np.float32)
    made = views.Views(EVERY)
    for seed in range(5):
        made.restart(seed)
        seen = made(x).numpy()
        np.testing.assert_allclose(seen.max(axis=(1, 2, 3)), levels, rtol=1e-5)


def test_amounts_are_kept_to() -> None:
    """Of many pictures half are mirrored, and none is shifted further than was said."""
    x = np.zeros((400, 9, 9, 1), np.float32)
    x[:, 4, 3] = 1
    made = views.Views(Augment(flip=True))
    made.restart(1)
    assert 0.4 < (made(x).numpy()[:, 4, 5] == 1).mean() < 0.6
    made = views.Views(Augment(shift=2))
    made.restart(1)
    places = np.argwhere(made(x).numpy() > 0)[:, 1:3]
    assert np.abs(places - [4, 3]).max() == 2
