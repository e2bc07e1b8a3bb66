"""How a run goes, as values that every view of it draws from."""

import dataclasses
import threading
import time
from collections.abc import Callable, Sequence

from flows.running import plan
from flows.running.plan import State

Clock = Callable[[], float]


@dataclasses.dataclass(frozen=True)
class Row:
    """A stage and how far it has come.

    Args:
        name: As DVC addresses it.
        state: Where it stands.
        message: What there is to say about it.
        began: When it started to run; None if it never did.
        ended: When it came to its end; None before that.
        turn: How many changes of any stage there were up to its last one.
    """

    name: str
    state: State = State.WAITING
    message: str = ""
    began: float | None = None
    ended: float | None = None
    turn: int = 0

    def seconds(self, now: float) -> float | None:
        """Return how long it has run or ran; None if it never did."""
        if self.began is None:
            return None
        return (now if self.ended is None else self.ended) - self.began


class Progress:
    """Keeps what an observer is told; read from other threads while it is written.

    Args:
        clock: Seconds from any start.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._ended: float | None = None
        self._turn = 0
        self._lock = threading.Lock()
        self._rows: dict[str, Row] = {}

    def planned(self, steps: Sequence[plan.Step]) -> None:
        """Take the whole plan."""
        with self._lock:
            self._rows = {step.name: Row(step.name) for step in steps}

    def entered(self, step: plan.Step, state: State, message: str = "") -> None:
        """Take a stage's new state; one that goes on running keeps its start."""
        now = self._clock()
        with self._lock:
            before = self._rows.get(step.name, Row(step.name))
            self._turn += 1
            began = before.began
            if state is State.RUNNING and before.state is not State.RUNNING:
                began = now
            ended = None if state in (State.WAITING, State.RUNNING) else now
            self._rows[step.name] = Row(step.name, state, message, began, ended, self._turn)

    def finished(self) -> None:
        """Stop the clock."""
        self._ended = self._clock()

    @property
    def over(self) -> bool:
        """Whether the run is over."""
        return self._ended is not None

    def now(self) -> float:
        """Return the time; once the run is over, when that was."""
        return self._clock() if self._ended is None else self._ended

    def elapsed(self) -> float:
        """Return the seconds since it was made, up to the end of the run."""
        return self.now() - self._began

    def rows(self) -> tuple[Row, ...]:
        """Return each stage, in serial order."""
        with self._lock:
            return tuple(self._rows.values())

    def row(self, name: str) -> Row:
        """Return one stage.

        Raises:
            KeyError: It is not in the plan.
        """
        with self._lock:
            return self._rows[name]
