"""The name that was probably meant."""

import difflib
import re
from collections.abc import Sequence


def nearest(name: object, known: Sequence[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known name; nothing when none is near."""
    near = difflib.get_close_matches(str(name), known, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def suggestion(name: object, known: Sequence[str]) -> str:
    """Return what `nearest` does or, when none is near, the names there are.

    Example:
        >>> suggestion("batch_sise", ["batch_size", "epochs"])
        "; did you mean 'batch_size'?"
        >>> suggestion("momentum", ["batch_size", "epochs"])
        "; there are 'batch_size', 'epochs'"
    """
    return nearest(name, known) or (f"; there are {', '.join(map(repr, known))}" if known else "")


def fits(name: str, pattern: str) -> bool:
    """Return whether a column's name fits a pattern, in which `*` stands for anything.

    Example:
        >>> fits("pixel_07", "pixel_*"), fits("pixel_07", "pixel")
        (True, False)
    """
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None
