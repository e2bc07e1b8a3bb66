"""A stage's commands in a thread, and what that thread and the coordinator tell each other."""

import queue
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from flows.running import plan
from flows.running.plan import Ending, State

Say = Callable[[str], None]  # takes a line of what a command prints


class Done(Protocol):
    """What a launcher gives back, as the futures of `concurrent.futures` and of Prefect."""

    def add_done_callback(self, callback: Callable[..., None], /) -> None:
        """Call back once the thread is done."""


Body = Callable[[Say], Ending]
Launch = Callable[[plan.Step, Body], Done]


@dataclass(frozen=True)
class Work:
    """What a stage's attempts do.

    Args:
        run: Runs its commands once; raises if one fails.
        log: Opens its log, which also tells the given one, for all of its attempts.
    """

    run: Callable[[Say], None]
    log: Callable[[Say], AbstractContextManager[Say]]


@dataclass(frozen=True)
class News:
    """What a thread tells the coordinator.

    Args:
        attempt: Who tells it.
        error: Why the commands failed; None if they did not.
        lost: The thread ends without waiting for an answer.
    """

    attempt: "Attempt"
    error: Exception | None = None
    lost: bool = False

    @property
    def reason(self) -> str:
        """Why the attempt failed."""
        if not self.lost:
            return str(self.error)
        return "its task ended before its command did" + (f": {self.error}" if self.error else "")


@dataclass(eq=False)
class Attempt:
    """A stage that runs.

    Args:
        step: Which.
        work: What it does.
        news: Where the coordinator listens.
    """

    step: plan.Step
    work: Work
    news: "queue.SimpleQueue[News]"
    tries: int = 1
    _answers: "queue.SimpleQueue[Ending | None]" = field(default_factory=queue.SimpleQueue)

    def run(self, say: Say) -> Ending:
        """Run the commands until the coordinator is content; called in the launched thread."""
        try:
            with self.work.log(say) as write:
                return self._run(write)
        except Exception as error:
            self.news.put(News(self, error, lost=True))
            raise

    def _run(self, write: Say) -> Ending:
        while True:
            error: Exception | None = None
            try:
                self.work.run(write)
            except Exception as failure:  # noqa: BLE001 - the coordinator judges it
                error = failure
            self.news.put(News(self, error))
            answer = self._answers.get()
            if answer is not None:
                return answer
            write(f"attempt {self.tries}, because: {error}")

    def end(self, ending: Ending) -> None:
        """Let the thread go, with how it ended."""
        self._answers.put(ending)

    def once_more(self) -> None:
        """Let the thread run the commands again."""
        self.tries += 1
        self._answers.put(None)

    def cancel(self) -> None:
        """Let the thread go because the run ends."""
        self.end(Ending(State.CANCELLED, "the run was stopped"))
