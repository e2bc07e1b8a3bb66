"""A generated family of small tasks of known truth: what they share, or that they share nothing."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge


@dataclass(frozen=True, kw_only=True)
class Family:
    """Many small tasks, one after the other; each is a function of its own.

    Attributes:
        form: `sinusoids`: a number to foretell, `y = a sin(x - p)`. `sides`: a class, on which side
            of a plane of its own a row lies; half of the rows on each.
        shared: whether what one task teaches helps with another. Planes that do differ in two
            directions alone. What shares nothing is drawn anew for each task, so that its rows tell
            nothing of others: sums of short waves; above an even or an odd number of three planes.
        tasks: how many.
        rows: of each task.
        features: numbers of a row; a sinusoid runs along the first of them.
        noise: standard deviation of what is added to the function.
    """

    kind: Literal["family"]
    form: Literal["sinusoids", "sides"] = "sinusoids"
    shared: bool = True
    tasks: Annotated[int, Ge(3)] = 500
    rows: Annotated[int, Ge(2)] = 40
    features: Annotated[int, Ge(1)] = 1
    noise: Annotated[float, Ge(0)] = 0.0

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the columns of features.

        Example:
            >>> Family(kind="family").inputs, Family(kind="family", features=2).inputs
            (('x',), ('feature_00', 'feature_01'))
        """
        digits = max(2, len(str(self.features - 1)))
        several = tuple(f"feature_{place:0{digits}d}" for place in range(self.features))
        return several if self.features > 1 else ("x",)
