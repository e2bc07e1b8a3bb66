"""What an observer is told, kept as values."""

from flows.running.plan import State
from flows.showing import progress
from tests.flows.showing.workspace import Clock, Steps


def test_a_stage_is_timed_from_its_start_to_its_end(clock: Clock, steps: Steps) -> None:
    """While it runs the time goes on; afterwards it stands."""
    told, (step,) = progress.Progress(clock), steps("train")
    told.planned([step])
    assert told.row("train").seconds(told.now()) is None
    clock.time += 5
    told.entered(step, State.RUNNING)
    clock.time += 2
    assert told.row("train").seconds(told.now()) == 2
    clock.time += 1
    told.entered(step, State.RAN, "done")
    clock.time += 10
    row = told.row("train")
    assert (row.state, row.message, row.seconds(told.now())) == (State.RAN, "done", 3)


def test_a_second_attempt_belongs_to_the_same_time(clock: Clock, steps: Steps) -> None:
    """A stage that runs and is said to run again keeps its start."""
    told, (step,) = progress.Progress(clock), steps("train")
    told.planned([step])
    told.entered(step, State.RUNNING)
    clock.time += 4
    told.entered(step, State.RUNNING, "attempt 2")
    clock.time += 1
    assert told.row("train").seconds(told.now()) == 5


def test_a_stage_that_never_ran_has_no_time(clock: Clock, steps: Steps) -> None:
    """Cached, skipped and cancelled stages show none."""
    told, (step,) = progress.Progress(clock), steps("train")
    told.planned([step])
    for state in (State.CACHED, State.SKIPPED, State.CANCELLED):
        told.entered(step, state)
        assert told.row("train").seconds(told.now()) is None


def test_the_end_of_the_run_stops_the_clock(clock: Clock, steps: Steps) -> None:
    """Elapsed time counts from the first word of the run to its last."""
    told = progress.Progress(clock)
    clock.time += 3
    told.planned(steps("a"))
    assert not told.over
    clock.time += 4
    told.finished()
    clock.time += 100
    assert told.over
    assert told.elapsed() == 7


def test_stages_stay_in_serial_order(clock: Clock, steps: Steps) -> None:
    """Whatever order they finish in, and with the number of the change that each saw last."""
    told, (first, second) = progress.Progress(clock), steps("b", "a")
    told.planned([first, second])
    told.entered(second, State.RAN)
    told.entered(first, State.CACHED)
    assert [(row.name, row.turn) for row in told.rows()] == [("b", 2), ("a", 1)]
