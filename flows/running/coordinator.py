"""Run the stages of a plan side by side, to what `dvc repro` would have left behind.

All of DVC is called from the one thread that runs this; only commands run in others. Stages start
as soon as what they depend on is done, and are written down in serial order. After a failure
nothing behind it in that order is started; what stands before it still runs, as it would have.
"""

import bisect
import queue
from collections.abc import Callable, Sequence

from flows.running import agenda, attempts, plan, resources
from flows.running.plan import Ending, StageError, State

DONE = (State.CACHED, State.RESTORED, State.RAN)


class Coordinator:
    """One run of a plan.

    Args:
        steps: In serial order.
        repository: DVC.
        pool: What there is of cores and memory.
        work: Gives what runs a step's commands; called when they are about to start.
        launch: Starts a thread for a step, and returns its future.
        observer: Who is told.
        keep_going: After a failure, run all that does not depend on it.
    """

    def __init__(
        self,
        steps: Sequence[plan.Step],
        repository: plan.Repository,
        pool: resources.Pool,
        work: Callable[[plan.Step], attempts.Work],
        launch: attempts.Launch,
        observer: plan.Observer,
        *,
        keep_going: bool = False,
    ) -> None:
        self._steps = steps
        self._repository = repository
        self._pool = pool
        self._work = work
        self._launch = launch
        self._observer = observer
        self._agenda = agenda.Agenda(steps, keep_going=keep_going)
        self._news: queue.SimpleQueue[attempts.News] = queue.SimpleQueue()
        self._prepared: list[plan.Step] = []  # wait for cores
        self._running: dict[str, attempts.Attempt] = {}
        self._begun: dict[str, plan.Step] = {}  # and not yet written down

    def run(self, stop: Callable[[], None]) -> dict[str, Ending]:
        """Run the plan.

        Args:
            stop: Ends all commands that run; called if the run is interrupted.

        Returns:
            How each step ended.

        Raises:
            StagesFailedError: Stages failed. All that `dvc repro` would have recorded is recorded.
        """
        self._observer.planned(self._steps)
        try:
            try:
                self._loop()
            except BaseException:
                self._interrupt(stop)
                raise
            self._close()
        finally:
            self._observer.finished()
        return self._agenda.endings

    def _loop(self) -> None:
        while True:
            while not self._news.empty():
                self._take(self._news.get())
            step = self._agenda.next(before=next(iter(self._prepared), None))
            if step is None:
                self._start_what_fits()
                step = self._agenda.next()
            if step is not None:
                self._begin(step)
            elif self._running:
                self._take(self._wait())
            else:
                return

    def _wait(self) -> attempts.News:
        self._repository.write(idle=True)
        with self._repository.unlocked():
            return self._news.get()

    def _begin(self, step: plan.Step) -> None:
        self._begun[step.name] = step
        try:
            state = self._repository.begin(step)
        except StageError as error:
            self._end(step, Ending(State.FAILED, str(error)))
            return
        if state is State.RUNNING:
            bisect.insort(self._prepared, step, key=self._agenda.urgency)
        else:
            self._end(step, Ending(state))

    def _start_what_fits(self) -> None:
        for step in list(self._prepared):
            if step.position > self._agenda.limit:
                self._prepared.remove(step)
            elif self._pool.take(step.name, step.needs):
                self._prepared.remove(step)
                self._start(step)

    def _start(self, step: plan.Step) -> None:
        attempt = attempts.Attempt(step, self._work(step), self._news)
        self._running[step.name] = attempt
        self._observer.entered(step, State.RUNNING)
        future = self._launch(step, attempt.run)
        future.add_done_callback(lambda _: self._news.put(attempts.News(attempt, lost=True)))

    def _take(self, news: attempts.News) -> None:
        attempt, step = news.attempt, news.attempt.step
        if self._running.get(step.name) is not attempt:
            return  # it ended as it should, and its thread is done
        if news.error is not None and attempt.tries <= step.needs.retries:
            again = f"attempt {attempt.tries + 1} of {step.needs.retries + 1}: {news.error}"
            self._repository.again(step)
            self._observer.entered(step, State.RUNNING, again)
            attempt.once_more()
            return
        ending = self._judge(news)
        del self._running[step.name]
        self._pool.give_back(step.name)
        attempt.end(ending)
        self._end(step, ending, shown=True)

    def _judge(self, news: attempts.News) -> Ending:
        if news.lost:
            return Ending(State.FAILED, "its task ended before its command did")
        if news.error is not None:
            return Ending(State.FAILED, str(news.error))
        try:
            self._repository.finish(news.attempt.step)
        except StageError as error:
            return Ending(State.FAILED, str(error))
        return Ending(State.RAN)

    def _end(self, step: plan.Step, ending: Ending, *, shown: bool = False) -> None:
        """Note how a step ended; one that has no thread gets one, so that it can be seen."""
        skipped = self._agenda.end(step, ending)
        self._show(step, ending, shown=shown)
        for other in skipped:
            self._show(other, self._agenda.endings[other.name])
        for settled, how in self._agenda.settled():
            self._begun.pop(settled.name, None)
            if how.state in (*DONE, State.FAILED):
                self._repository.retire(settled, how.state)

    def _show(self, step: plan.Step, ending: Ending, *, shown: bool = False) -> None:
        self._observer.entered(step, ending.state, ending.message)
        if not shown:
            self._launch(step, lambda _: ending)

    def _close(self) -> None:
        """Leave behind what the serial run would have, and say what failed."""
        failed = self._agenda.failed()
        for step in self._begun.values():
            if step.position > self._agenda.limit:
                self._repository.forget(step)
            else:  # the one that failed
                self._repository.retire(step, State.FAILED)
        for step in self._agenda.rest():
            ending = Ending(State.SKIPPED, f"not started, because {failed[0].name} failed")
            self._agenda.endings[step.name] = ending
            self._show(step, ending)
        self._repository.write()
        if failed:
            names = ", ".join(step.name for step in failed)
            raise plan.StagesFailedError(f"failed: {names}")

    def _interrupt(self, stop: Callable[[], None]) -> None:
        """End what runs, put back what it would have overwritten, write down what is done."""
        stop()
        for attempt in self._running.values():
            self._observer.entered(attempt.step, State.CANCELLED)
            attempt.cancel()
        for step in self._begun.values():
            self._repository.forget(step)
        self._repository.write()
