"""What a search chose for each arm, and what a run makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from trunkline.settings.study import Network
from trunkline.settings.tuning import numeric

Values = Mapping[str, float]
SHARED = "learning_rate", "l2"  # settings that every arm has; all others are a strategy's own


@dataclass(frozen=True)
class Tuned:
    """Settings of one run that are not those of its study; None: as the study states it."""

    learning_rate: float | None = None
    l2: float | None = None


STATED = Tuned()


class Place(NamedTuple):
    """An arm on a task, with a label budget."""

    part: str  # transfer or multitask
    task: str
    arm: str
    budget: int


class Chosen:
    """The chosen values of every arm; of a study without a search, none."""

    def __init__(self, records: Sequence[Mapping[str, Any]] = ()) -> None:
        """Keep the entries of `chosen.json`: a place and its `values` each."""
        self._values: dict[Place, Values] = {
            Place(*(record[name] for name in Place._fields)): record["values"] for record in records
        }

    def values(self, place: Place) -> Values:
        """Return the values of an arm, by the name of the setting.

        Raises:
            ValueError: there was a search, and it says nothing of this arm.
        """
        if not self._values:
            return {}
        if place not in self._values:
            raise ValueError(
                f"chosen.json has nothing for {described(place)}: it was written for other "
                "parameters; run `dvc repro`"
            )
        return self._values[place]


def described(place: Place) -> str:
    """Return a place in words."""
    return f"arm '{place.arm}' on task '{place.task}' with a budget of {place.budget}"


def of(values: Values, network: Network) -> Tuned:
    """Return the settings of a run; l2 as stated is what the network was compiled with."""
    l2 = values.get("l2")
    return Tuned(values.get("learning_rate"), None if l2 == network.l2 else l2)


def options(stated: Any, values: Values) -> Any:
    """Return the options of a strategy with its own values put in.

    Example:
        >>> from trunkline.settings.strategies import FineTune
        >>> options(FineTune(), {"learning_rate": 0.01, "rate": 0.25})
        FineTune(head_epochs=10, rate=0.25)
    """
    own = {name: value for name, value in values.items() if name not in SHARED}
    if not own:
        return stated
    kinds = numeric(stated)
    return replace(stated, **{name: kinds[name][0](value) for name, value in own.items()})
