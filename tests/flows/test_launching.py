"""A Prefect task for each stage, with the edges of DVC's graph; without a Prefect server."""

import logging
from collections.abc import Sequence
from typing import Any

import pytest
from prefect.client.schemas.objects import StateType
from prefect.utilities.annotations import allow_failure

from flows import launching, recording
from flows.running import attempts
from flows.running.plan import Ending, State
from tests.flows.running.stand_ins import steps


class Future:
    """Stands for a task run."""

    def __init__(self) -> None:
        self.waited = 0

    def wait(self) -> None:
        """Count."""
        self.waited += 1


class Task:
    """Stands for the task: takes down what is submitted."""

    def __init__(self) -> None:
        self.edges: dict[str, list[Future]] = {}
        self.futures: dict[str, Future] = {}

    def submit(
        self, stage: str, *, return_state: bool, wait_for: Sequence[allow_failure[Future]]
    ) -> Future:
        """Take down a stage and its edges."""
        assert not return_state
        assert all(isinstance(each, allow_failure) for each in wait_for)
        self.edges[stage] = [each.unwrap() for each in wait_for]
        self.futures[stage] = Future()
        return self.futures[stage]


@pytest.fixture
def launcher() -> launching.Launcher:
    """Return what launches, with a task that runs nothing."""
    made = launching.Launcher()
    vars(made)["_run"] = Task()
    return made


def test_edges_are_those_of_dvc(launcher: launching.Launcher) -> None:
    """Each task waits for those that its stage depends on, whether they end well or not."""
    task: Any = launcher._run
    for step in steps(a="", b="a", c="a b"):
        assert launcher(step, lambda _: Ending(State.RAN)) is task.futures[step.name]
    futures = task.futures
    assert task.edges == {"a": [], "b": [futures["a"]], "c": [futures["a"], futures["b"]]}


def test_the_end_of_all_is_waited_for(
    launcher: launching.Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then a temporary server is given time to write them down."""
    counted: list[int] = []
    monkeypatch.setattr(recording, "finish", counted.append)
    task: Any = launcher._run
    for step in steps(a="", b="a"):
        launcher(step, lambda _: Ending(State.RAN))
    launcher.wait()
    assert [future.waited for future in task.futures.values()] == [1, 1]
    assert counted == [2]


def test_a_task_runs_the_stage_of_its_name(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What it says goes to the task's log; its state is how the stage ended."""
    log = logging.getLogger("a task run")
    log.setLevel(logging.INFO)
    launcher = launching.Launcher()
    task: Any = launcher._run
    vars(launcher)["_run"] = Task()

    def body(say: attempts.Say) -> Ending:
        say("hello")
        return Ending(State.FAILED, "exit code 1")

    launcher(steps(a="")[0], body)
    monkeypatch.setattr(launching, "get_run_logger", lambda: log)
    state: Any = task.fn("a")
    assert (state.type, state.message) == (StateType.FAILED, "exit code 1")
    assert caplog.messages == ["hello"]
    assert task.name == "stage"
    assert task.task_run_name == "{stage}"


@pytest.mark.parametrize(
    ("ended", "kind", "name"),
    [
        (State.CACHED, StateType.COMPLETED, "Cached"),
        (State.RESTORED, StateType.COMPLETED, "Restored"),
        (State.RAN, StateType.COMPLETED, "Completed"),
        (State.FAILED, StateType.FAILED, "Failed"),
        (State.SKIPPED, StateType.CANCELLED, "Skipped"),
        (State.CANCELLED, StateType.CANCELLED, "Cancelled"),
    ],
)
def test_each_end_has_its_state(ended: State, kind: StateType, name: str) -> None:
    """With the message, under a name that says what happened."""
    state = launching.shown(Ending(ended, "why"))
    assert (state.type, state.name, state.message) == (kind, name, "why")


def test_no_end_is_forgotten() -> None:
    """A stage that waits or runs has not ended."""
    assert set(State) - set(launching.STATES) == {State.WAITING, State.RUNNING}
