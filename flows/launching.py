"""A Prefect task run for each stage of the graph."""

from collections.abc import Callable
from typing import Any

from prefect import allow_failure, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.states import Cancelled, Completed, Failed

from flows import excerpts, recording
from flows.running import attempts, plan
from flows.running.plan import Ending

STATES: dict[plan.State, Callable[[str], State[None]]] = {
    plan.State.CACHED: lambda message: Completed(name="Cached", message=message),
    plan.State.RESTORED: lambda message: Completed(name="Restored", message=message),
    plan.State.RAN: lambda message: Completed(message=message),
    plan.State.FAILED: lambda message: Failed(message=message),
    plan.State.SKIPPED: lambda message: Cancelled(name="Skipped", message=message),
    plan.State.CANCELLED: lambda message: Cancelled(message=message),
}


class Launcher:
    """Submits a task for each stage, with DVC's edges, so that the UI shows the real graph."""

    def __init__(self) -> None:
        self._bodies: dict[str, attempts.Body] = {}
        self._futures: dict[str, PrefectFuture[State[None]]] = {}

        @task(name="stage", task_run_name="{stage}", cache_policy=NO_CACHE, persist_result=False)
        def run(stage: str) -> State[None]:
            told = excerpts.Excerpt(get_run_logger().info)
            try:
                return shown(self._bodies[stage](told.say))
            finally:
                told.close()

        self._run = run

    def __call__(self, step: plan.Step, body: attempts.Body) -> PrefectFuture[State[None]]:
        """Start a thread for a step, whose predecessors have all been started."""
        self._bodies[step.name] = body
        before: Any = [allow_failure(self._futures[name]) for name in step.upstream]
        self._futures[step.name] = self._run.submit(step.name, return_state=False, wait_for=before)
        return self._futures[step.name]

    def wait(self) -> None:
        """Wait until every task has told Prefect how it ended, and a temporary server knows it."""
        for future in self._futures.values():
            future.wait()
        recording.finish(len(self._futures))


def shown(ending: Ending) -> State[None]:
    """Return a stage's end as Prefect's state."""
    return STATES[ending.state](ending.message)
