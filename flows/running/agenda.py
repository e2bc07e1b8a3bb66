"""Which stage may begin, and which may be written down."""

import heapq
from collections.abc import Iterator, Sequence

from flows.running import plan
from flows.running.plan import Ending, State


class Agenda:
    """The stages of a plan that are still to begin, to end and to be written down.

    Args:
        steps: In serial order; what a step depends on comes before it.
        keep_going: A failure holds back what depends on it, and nothing else. Otherwise it holds
            back all that comes after it in serial order.
    """

    def __init__(self, steps: Sequence[plan.Step], *, keep_going: bool) -> None:
        self.endings: dict[str, Ending] = {}
        self.limit = len(steps)  # nothing behind it is begun
        self._steps = steps
        self._keep_going = keep_going
        self._turn = 0  # the first step that is not written down
        self._waits = {step.name: len(step.upstream) + len(step.after) for step in steps}
        self._dependents: dict[str, list[plan.Step]] = {step.name: [] for step in steps}
        self._followers: dict[str, list[plan.Step]] = {step.name: [] for step in steps}
        for step in steps:
            for name in step.upstream:
                self._dependents[name].append(step)
            for name in step.after:
                self._followers[name].append(step)
        self._ready: list[tuple[int, int]] = []
        self._chains = _chains(steps)
        self._in_turn: set[int] = set()
        for step in steps:
            self._admit(step)

    def urgency(self, step: plan.Step) -> tuple[int, int]:
        """Return what sorts steps: first what the most stages wait for, one behind the other."""
        return -self._chains[step.name], step.position

    def next(self, before: plan.Step | None = None) -> plan.Step | None:
        """Return the most urgent step that may begin; it is given out once.

        Args:
            before: Only if it is more urgent than this one.
        """
        if self._turn in self._in_turn and self._turn <= self.limit:
            self._in_turn.remove(self._turn)
            return self._steps[self._turn]
        while self._ready and (before is None or self._ready[0] < self.urgency(before)):
            step = self._steps[heapq.heappop(self._ready)[1]]
            if step.position < self.limit and step.name not in self.endings:
                return step
        return None

    def end(self, step: plan.Step, ending: Ending) -> list[plan.Step]:
        """Take note of how a step ended; return the steps that this skips."""
        self.endings[step.name] = ending
        if ending.state is not State.FAILED:
            self._free(self._dependents[step.name] + self._followers[step.name])
            return []
        if not self._keep_going:
            self.limit = min(self.limit, step.position)
            return []
        skipped = self._skip(step)
        for ended in (step, *skipped):
            self._free(self._followers[ended.name])
        return skipped

    def _free(self, steps: Sequence[plan.Step]) -> None:
        for step in steps:
            self._waits[step.name] -= 1
            self._admit(step)

    def _admit(self, step: plan.Step) -> None:
        if self._waits[step.name] == 0 and step.name not in self.endings:
            if step.in_turn:
                self._in_turn.add(step.position)
            else:
                heapq.heappush(self._ready, self.urgency(step))

    def _skip(self, failed: plan.Step) -> list[plan.Step]:
        skipped = []
        behind = list(self._dependents[failed.name])
        while behind:
            step = behind.pop()
            if step.name not in self.endings:
                self.endings[step.name] = Ending(State.SKIPPED, f"because {failed.name} failed")
                skipped.append(step)
                behind += self._dependents[step.name]
        return sorted(skipped, key=lambda step: step.position)

    def settled(self) -> Iterator[tuple[plan.Step, Ending]]:
        """Give out, in serial order and once, each step whose predecessors have all ended."""
        while self._turn < min(self.limit, len(self._steps)):
            step = self._steps[self._turn]
            if step.name not in self.endings:
                return
            self._turn += 1
            yield step, self.endings[step.name]

    def rest(self) -> list[plan.Step]:
        """Return the steps that have not ended, in serial order."""
        return [step for step in self._steps if step.name not in self.endings]

    def failed(self) -> list[plan.Step]:
        """Return the steps that failed, in serial order."""
        ends = self.endings
        return [
            step
            for step in self._steps
            if step.name in ends and ends[step.name].state is State.FAILED
        ]


def _chains(steps: Sequence[plan.Step]) -> dict[str, int]:
    """Return how many stages stand in the longest chain that begins with each."""
    chains = {step.name: 1 for step in steps}
    for step in reversed(steps):
        for name in (*step.upstream, *step.after):
            chains[name] = max(chains[name], chains[step.name] + 1)
    return chains
