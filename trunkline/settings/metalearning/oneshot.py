"""How a one-shot recogniser of characters is built and trained."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OneShot:
    """What was chosen before anything was left out; docs/oneshot.md says on what grounds.

    Attributes:
        steps: optimizer steps of each network.
        members: networks whose scores are averaged.
        classes: characters of a step, two drawings of each.
        together: characters of a step that come from one alphabet and two drawers.
        composites: share of groups of characters that are put together from parts of others.
        turned: share of the other groups that are turned by quarters or mirrored, as new classes.
        side: pixels of a picture's side.
        channels: of the trunk, at a half and at a quarter of the side.
        blocks: residual ones at a quarter of the side.
        described: channels of what is compared, at each place.
        rate: the highest learning rate; it warms up, then falls as a cosine.
        decay: of the weights.
        points: of a drawing, at most, in the pictures.
        matched: of them, those that are matched with another drawing's.
    """

    steps: int = 300
    members: int = 1
    classes: int = 64
    together: int = 24
    composites: float = 0.6
    turned: float = 0.65
    side: int = 32
    channels: tuple[int, int] = (32, 64)
    blocks: int = 2
    described: int = 64
    rate: float = 0.002
    decay: float = 0.001
    points: int = 128
    matched: int = 48


def stated(*, steps: str, members: str) -> OneShot:
    """Return the settings with what a command line says.

    Raises:
        ValueError: one is no whole number, or below 1.
    """
    return OneShot(steps=count("--steps", steps), members=count("--members", members))


def count(flag: str, word: str) -> int:
    """Return the number that a word of a command line is.

    Raises:
        ValueError: it is no whole number, or below 1.
    """
    if not word.isdecimal() or not int(word):
        raise ValueError(f"{flag}: expected a whole number, 1 or more, received '{word}'")
    return int(word)
