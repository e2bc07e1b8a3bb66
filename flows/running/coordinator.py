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
        try:
            self._observer.planned(self._steps)
            try:
                self._loop(stop)
            except BaseException:
                self._interrupt(stop)
                raise
            self._close()
        finally:
            self._observer.finished()
        return self._agenda.endings

    def _loop(self, stop: Callable[[], None]) -> None:
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
                self._take(self._wait(stop))
            else:
                return

    def _wait(self, stop: Callable[[], None]) -> attempts.News:
        self._repository.write(idle=True)
        with self._repository.unlocked():
            try:
                return self._news.get()
            except BaseException:
                stop()  # now: the way back out of here waits for other commands of DVC
                raise

    def _begin(self, step: plan.Step) -> None:
        self._begun[step.name] = step
        try:
            ending = Ending(self._repository.begin(step))
        except StageError as error:
            ending = Ending(State.FAILED, str(error))
        if ending.state is State.RUNNING:
            bisect.insort(self._prepared, step, key=self._agenda.urgency)
        else:
            self._give_thread(step, ending)
            self._end(step, ending)

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
        if (ending := self._judge(news)) is None:
            return
        attempt.end(ending)  # first: whatever interrupts us, its thread must not wait for good
        del self._running[step.name]
        self._pool.give_back(step.name)
        self._end(step, ending)

    def _judge(self, news: attempts.News) -> Ending | None:
        """Say how a step has ended, or None if it is tried again."""
        attempt, step = news.attempt, news.attempt.step
        try:
            if news.error is None and not news.lost:
                self._repository.finish(step)
                return Ending(State.RAN)
            if news.lost or attempt.tries > step.needs.retries:
                return Ending(State.FAILED, news.reason)
            self._repository.again(step)
        except StageError as error:
            return Ending(State.FAILED, str(error))
        again = f"attempt {attempt.tries + 1} of {step.needs.retries + 1}: {news.reason}"
        self._observer.entered(step, State.RUNNING, again)
        attempt.once_more()
        return None

    def _end(self, step: plan.Step, ending: Ending) -> None:
        """Note how a step ended, and write down all whose turn has come."""
        skipped = self._agenda.end(step, ending)
        for ended in (step, *skipped):
            how = self._agenda.endings[ended.name]
            self._observer.entered(ended, how.state, how.message)
        for settled, how in self._agenda.settled():
            self._begun.pop(settled.name, None)
            if how.state is State.SKIPPED:
                self._give_thread(settled, how)
            else:
                self._repository.retire(settled, how.state)

    def _give_thread(self, step: plan.Step, ending: Ending) -> None:
        """Let a step that ends without commands be seen; what it depends on must have a thread."""
        self._launch(step, lambda _: ending)

    def _close(self) -> None:
        """Leave behind what the serial run would have, and say what failed."""
        failed = self._agenda.failed()
        if failed and failed[0].name in self._begun:  # with `keep_going` it is written down
            self._repository.retire(self._begun.pop(failed[0].name), State.FAILED)
        self._repository.write()
        for step in self._begun.values():  # behind it, so they would not have been run
            self._repository.forget(step)
        for step in self._agenda.rest():
            ending = Ending(State.SKIPPED, f"not started, because {failed[0].name} failed")
            self._agenda.endings[step.name] = ending
            self._observer.entered(step, ending.state, ending.message)
            self._give_thread(step, ending)
        if failed:
            raise plan.StagesFailedError("failed: " + ", ".join(step.name for step in failed))

    def _interrupt(self, stop: Callable[[], None]) -> None:
        """End what runs, write down what is done, put back what the rest would have overwritten."""
        try:
            stop()
        finally:  # whatever could not be ended, no thread must wait for good
            for attempt in self._running.values():
                attempt.cancel()
        self._repository.write()
        for step in self._begun.values():
            self._repository.forget(step)
        for attempt in self._running.values():
            self._observer.entered(attempt.step, State.CANCELLED)
