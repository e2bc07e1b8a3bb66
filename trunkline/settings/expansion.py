"""What class expansion asks of pictures."""

from collections.abc import Sequence

PICTURE = 3  # [height, width, channels]


def refused(shape: Sequence[int], expand: Sequence[str]) -> str | None:
    """Return why rows of this shape cannot be turned or mirrored; None: they can, or need not.

    Args:
        shape: of one row.
        expand: of `rotate` and `reflect`, what is to be done.

    Example:
        >>> refused((28, 28, 1), ("rotate",)) is None
        True
    """
    received = list(shape)
    if expand and len(received) != PICTURE:
        return (
            "only pictures, [height, width, channels], can be turned or mirrored, received "
            f"{received}: set inputs.shape, or leave 'expand' out"
        )
    if "rotate" in expand and received[0] != received[1]:
        return (
            f"a quarter turn needs pictures as high as wide, received {received}: leave 'rotate' "
            "out, or make them square"
        )
    return None
