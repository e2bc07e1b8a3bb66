"""Stages run side by side, and what they came to is written down as if one by one."""

import contextlib
import dataclasses
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from flows.running import attempts, plan, resources
from flows.running.plan import Ending, State
from tests.flows.running.stand_ins import (
    Gate,
    Repository,
    Run,
    Telling,
    at,
    fail,
    interrupt,
    refuse,
    steps,
)


def test_what_ends_first_is_not_written_down_first() -> None:
    """Two stages beside each other: the second ends first, and is retired second."""
    gate = Gate()
    run = Run(steps(a="", b="", c="b"), commands={"a": gate.wait, "c": gate.open})
    assert run() == {"a": "ran", "b": "ran", "c": "ran"}
    asked = run.repository.asked
    assert asked("finish") == ["finish b", "finish c", "finish a"]
    assert asked("retire", "write") == ["retire a ran", "retire b ran", "retire c ran", "write"]
    assert asked("forget", "stop", "again") == []
    assert run.seen.over


def test_a_stage_begins_when_what_it_needs_is_finished() -> None:
    """Not when a command has ended, but when its outputs are known."""
    run = Run(steps(a="", b="a", c="a b"))
    run()
    assert run.repository.asked("begin", "finish") == [
        "begin a", "finish a", "begin b", "finish b", "begin c", "finish c",
    ]  # fmt: skip


def test_what_has_not_changed_runs_nothing() -> None:
    """Cached and restored stages get no commands, and are seen all the same."""
    states = {"a": State.CACHED, "b": State.RESTORED, "c": State.RAN}
    run = Run(steps(a="", b="a", c="b"), Repository(begins=states))
    assert run() == {"a": "cached", "b": "restored", "c": "ran"}
    assert run.repository.asked("work", "finish") == []
    assert run.repository.asked("retire") == [
        "retire a cached",
        "retire b restored",
        "retire c ran",
    ]
    assert run.launched == ["a", "b", "c"]
    assert run.answers["b"].result() == Ending(State.RESTORED)


def test_a_plan_without_stages() -> None:
    """It is over at once."""
    run = Run([])
    assert run() == {}
    assert run.seen.over


def test_states_are_told_in_order() -> None:
    """A stage that runs is first running, then what it came to."""
    run = Run(steps(a=""))
    run()
    assert run.seen.states == {"a": ["running", "ran"]}
    assert run.answers["a"].result() == Ending(State.RAN)


@pytest.mark.parametrize("jobs", [1, 9])
def test_after_a_failure_nothing_behind_it_is_started(jobs: int) -> None:
    """What stands before it still runs, as it has in the serial run."""
    run = Run(steps(a="", b="", c="b", d="c"), commands={"b": fail("no space")}, jobs=jobs)
    assert run.fails() == "failed: b"
    assert run.seen.last() == {"a": "ran", "b": "failed", "c": "skipped", "d": "skipped"}
    assert run.seen.messages["b"] == "no space"
    assert run.seen.messages["d"] == "not started, because b failed"
    assert run.repository.asked("begin") == ["begin b", "begin a"]
    assert run.repository.asked("retire", "write") == ["retire a ran", "retire b failed", "write"]
    assert run.launched[-2:] == ["c", "d"]
    assert run.answers["d"].result().state is State.SKIPPED


def test_what_runs_behind_a_failure_ends_and_is_forgotten() -> None:
    """Its outputs are in the cache, but neither in the workspace nor in the lock file."""
    started, failed = Gate(), Gate()

    def break_down() -> None:
        started.wait()
        raise RuntimeError("exit code 1")

    def last() -> None:
        started.open()
        failed.wait()

    run = Run(
        steps(a="", b="", c=""),
        commands={"a": failed.wait, "b": break_down, "c": last},
        seen=at("b", State.FAILED, failed.open),
    )
    assert run.fails() == "failed: b"
    assert run.seen.last() == {"a": "ran", "b": "failed", "c": "ran"}
    assert sorted(run.repository.asked("retire", "forget")) == [
        "forget c",
        "retire a ran",
        "retire b failed",
    ]
    assert run.repository.calls[-2:] == ["write", "forget c"]


def test_what_was_prepared_behind_a_failure_is_forgotten_too() -> None:
    """It was waiting for a core, its outputs already put aside."""
    run = Run(steps(a="", b=""), commands={"a": fail()}, jobs=1)
    assert run.fails() == "failed: a"
    assert run.repository.asked("begin", "work", "forget") == [
        "begin a", "work a", "begin b", "forget b",
    ]  # fmt: skip
    assert run.seen.last()["b"] == "skipped"


def test_of_two_failures_the_first_in_serial_order_counts() -> None:
    """The one behind it would not have been run: it is named, and forgotten."""
    first = Gate()

    def late() -> None:
        first.wait()
        raise RuntimeError("late")

    def early() -> None:
        first.open()
        raise RuntimeError("early")

    run = Run(steps(a="", b=""), commands={"a": late, "b": early})
    assert run.fails() == "failed: a, b"
    assert run.repository.asked("retire", "forget") == ["retire a failed", "forget b"] or (
        run.repository.asked("retire", "forget") == ["forget b", "retire a failed"]
    )


def test_a_stage_that_cannot_begin_fails() -> None:
    """DVC's words are its message; it never gets a command."""
    run = Run(steps(a=""), Repository(refuses={"begin a": refuse("'a': no in.txt")}))
    assert run.fails() == "failed: a"
    assert run.seen.states == {"a": ["failed"]}
    assert run.seen.messages["a"] == "'a': no in.txt"
    assert run.repository.asked("work", "retire") == ["retire a failed"]


def test_a_stage_that_cannot_be_recorded_fails() -> None:
    """It is not tried again: its command did what it could."""
    step = dataclasses.replace(steps(a="")[0], needs=resources.Resources(retries=5))
    run = Run([step], Repository(refuses={"finish a": refuse("in.txt changed")}))
    assert run.fails() == "failed: a"
    assert run.seen.messages["a"] == "in.txt changed"
    assert run.repository.asked("again") == []
    assert run.answers["a"].result() == Ending(State.FAILED, "in.txt changed")


def test_keep_going_runs_what_the_failure_does_not_reach() -> None:
    """All that depends on it is skipped, and all is written down in serial order."""
    run = Run(
        steps(a="", b="a", c="b", d="", e="c d", f="d"),
        commands={"b": fail()},
        keep_going=True,
    )
    assert run.fails() == "failed: b"
    assert run.seen.last() == {
        "a": "ran", "b": "failed", "c": "skipped", "d": "ran", "e": "skipped", "f": "ran",
    }  # fmt: skip
    assert run.seen.messages["e"] == "because b failed"
    assert run.repository.asked("retire", "forget") == [
        "retire a ran", "retire b failed", "retire d ran", "retire f ran",
    ]  # fmt: skip


def test_keep_going_names_all_failures() -> None:
    """In serial order."""
    run = Run(steps(a="", b="", c="a b"), commands={"a": fail(), "b": fail()}, keep_going=True)
    assert run.fails() == "failed: a, b"


def test_a_skipped_stage_is_launched_after_all_it_depends_on() -> None:
    """Who launches needs the threads before it for the edges of the graph."""
    run = Run(steps(a="", b="", c="a b"), commands={"a": fail()}, jobs=1, keep_going=True)
    assert run.fails() == "failed: a"
    assert run.launched == ["a", "b", "c"]
    assert run.answers["c"].result() == Ending(State.SKIPPED, "because a failed")


class Flaky:
    """A command that fails some times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> None:
        """Fail, or work at last."""
        self.left -= 1
        if self.left >= 0:
            raise RuntimeError(f"{self.left} left")


def retrying(retries: int) -> plan.Step:
    """Return a step that is tried again."""
    return dataclasses.replace(steps(a="")[0], needs=resources.Resources(retries=retries))


def test_a_retry_starts_from_removed_outputs() -> None:
    """Each attempt is told, with the reason for it, also in the log."""
    messages: list[str] = []
    seen = Telling(then=lambda _, __, message: messages.append(message))
    run = Run([retrying(2)], commands={"a": Flaky(2)}, seen=seen)
    assert run() == {"a": "ran"}
    assert run.seen.states["a"] == ["running", "running", "running", "ran"]
    assert messages == ["", "attempt 2 of 3: 1 left", "attempt 3 of 3: 0 left", ""]
    assert run.repository.asked("again", "finish") == ["again a", "again a", "finish a"]
    assert run.lines == ["attempt 2, because: 1 left", "attempt 3, because: 0 left"]


def test_retries_come_to_an_end() -> None:
    """The last failure is what is told."""
    run = Run([retrying(1)], commands={"a": Flaky(2)})
    assert run.fails() == "failed: a"
    assert run.seen.messages["a"] == "0 left"
    assert run.repository.asked("again") == ["again a"]


def test_outputs_that_cannot_be_removed_fail_the_stage() -> None:
    """There is no second attempt on top of the first."""
    run = Run(
        [retrying(2)],
        Repository(refuses={"again a": refuse("'a': out is busy")}),
        {"a": Flaky(1)},
    )
    assert run.fails() == "failed: a"
    assert run.seen.messages["a"] == "'a': out is busy"


def test_a_task_that_ends_without_a_word_fails_its_stage() -> None:
    """Such as one that was killed by who runs it; nothing waits for it."""
    gone: Future[Ending] = Future()
    gone.set_exception(RuntimeError("crashed"))
    run = Run([retrying(3)], launch=lambda step: gone)
    assert run.fails() == "failed: a"
    assert run.seen.messages["a"] == "its task ended before its command did"
    assert run.repository.asked("again", "finish") == []


def test_a_log_that_cannot_be_opened_fails_its_stage() -> None:
    """The message says why."""

    @contextlib.contextmanager
    def log(_: attempts.Say) -> Iterator[attempts.Say]:
        raise OSError("no space left on device")
        yield

    run = Run([retrying(3)], log=log)
    assert run.fails() == "failed: a"
    assert run.seen.messages["a"] == (
        "its task ended before its command did: no space left on device"
    )
    with pytest.raises(OSError, match="no space left"):
        run.answers["a"].result()


class Watched:
    """Counts how many commands run at a time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        """Be one of them for a while."""
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        threading.Event().wait(0.02)
        with self._lock:
            self.now -= 1


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_no_more_run_than_there_are_cores(jobs: int) -> None:
    """Whatever is ready."""
    watched = Watched()
    run = Run(
        steps(**dict.fromkeys("abcdef", "")), jobs=jobs, commands=dict.fromkeys("abcdef", watched)
    )
    run()
    assert watched.most <= jobs


def test_cores_that_are_free_are_used() -> None:
    """Two commands that wait for each other end only side by side."""
    both = threading.Barrier(2, timeout=Gate.LIMIT)
    run = Run(steps(a="", b=""), jobs=2, commands=dict.fromkeys("ab", both.wait))
    assert run() == {"a": "ran", "b": "ran"}


def test_a_large_stage_waits_until_it_fits_and_lets_small_ones_pass() -> None:
    """Here the small one sets the first free, which the large one waits for."""
    gate = Gate()
    a, b, c = steps(a="", b="", c="")
    large = dataclasses.replace(b, needs=resources.Resources(cpus=2))
    run = Run([a, large, c], jobs=2, commands={"a": gate.wait, "c": gate.open})
    assert run() == {"a": "ran", "b": "ran", "c": "ran"}
    assert run.repository.asked("work") == ["work a", "work c", "work b"]


def test_on_one_core_the_longest_chain_comes_first() -> None:
    """What most stages wait for is started before what none waits for."""
    run = Run(steps(a="", b="", c="b", d="c"), jobs=1)
    run()
    assert run.repository.asked("work") == ["work b", "work c", "work a", "work d"]
    assert run.repository.asked("retire")[0] == "retire a ran"


def test_a_stage_that_keeps_its_outputs_waits_for_its_turn() -> None:
    """Nothing could put them back if a stage before it failed."""
    a, b = steps(a="", b="")
    run = Run([a, dataclasses.replace(b, in_turn=True)])
    run()
    asked = run.repository.asked("begin", "retire")
    assert asked.index("retire a ran") < asked.index("begin b")


def test_it_never_begins_behind_a_failure() -> None:
    """Its turn does not come."""
    a, b = steps(a="", b="")
    run = Run([a, dataclasses.replace(b, in_turn=True)], commands={"a": fail()})
    assert run.fails() == "failed: a"
    assert run.repository.asked("begin", "forget") == ["begin a"]


def test_an_interrupted_run_puts_back_and_writes_down() -> None:
    """Commands are ended first, what runs is put back, what is done is written."""
    started, ended = Gate(), Gate()

    def last() -> None:
        started.open()
        ended.wait()

    run = Run(
        steps(a="", b="a", c=""),
        commands={"a": started.wait, "b": ended.wait, "c": last},
        stop=ended.open,
        seen=at("b", State.RUNNING, interrupt),
    )
    with pytest.raises(KeyboardInterrupt):
        run()
    calls = run.repository.calls
    assert calls[calls.index("stop") :] == ["stop", "write", "forget c", "forget b"]
    assert run.repository.asked("retire") == ["retire a ran"]
    assert run.seen.last() == {"a": "ran", "b": "cancelled", "c": "cancelled"}
    assert run.seen.over
    assert run.answers["c"].result() == Ending(State.CANCELLED, "the run was stopped")


def test_what_ended_out_of_turn_is_put_back_by_an_interruption() -> None:
    """It is not written down, so its outputs must not be there either."""
    ended = Gate()
    run = Run(steps(a="", b="", c="b"), commands={"a": ended.wait}, stop=ended.open)
    run.seen = at("c", State.RUNNING, interrupt)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert run.repository.asked("finish", "retire") == ["finish b"]
    assert sorted(run.repository.asked("forget")) == ["forget a", "forget b", "forget c"]
    assert run.seen.last() == {"a": "cancelled", "b": "ran", "c": "cancelled"}


def test_an_interruption_by_who_launches() -> None:
    """A task that cannot be started interrupts the run as Ctrl-C does."""

    def refuse_b(step: plan.Step) -> None:
        if step.name == "b":
            raise ConnectionError("no server")

    ended = Gate()
    run = Run(steps(a="", b=""), commands={"a": ended.wait}, launch=refuse_b, stop=ended.open)
    with pytest.raises(ConnectionError, match="no server"):
        run()
    asked = run.repository.asked("stop", "forget", "write")
    assert asked == ["stop", "write", "forget a", "forget b"]


@pytest.mark.parametrize("how", ["failed", "interrupted"])
def test_what_is_done_is_written_before_anything_is_put_back(how: str) -> None:
    """Putting back may fail, or be interrupted; the next run does what is left of it."""
    refuses = {"forget b": OSError("no such folder"), "forget c": OSError("no such folder")}
    run = Run(
        steps(a="", b="a", c=""),
        Repository(refuses=refuses),
        commands={"b": fail()} if how == "failed" else {},
        jobs=1,
    )
    if how == "interrupted":
        run.seen = at("b", State.RUNNING, interrupt)
    with pytest.raises(OSError, match="no such folder"):
        run()
    asked = run.repository.asked("retire", "write", "forget")
    assert asked[0] == "retire a ran"
    assert asked[asked.index("write") + 1].startswith("forget")


def test_commands_are_ended_before_the_lock_is_waited_for() -> None:
    """Another command of DVC may hold it for long, and Ctrl-C must not wait for that."""
    ended = Gate()
    run = Run(steps(a=""), commands={"a": ended.wait}, stop=ended.open, news=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        run()
    calls = run.repository.calls
    assert calls.index("stop") < calls.index("lock again")
    assert run.seen.last() == {"a": "cancelled"}


class Interrupted(queue.SimpleQueue[attempts.News]):
    """Ctrl-C comes while news are waited for."""

    def empty(self) -> bool:
        """Have none yet."""
        return True

    def get(self, block: bool = True, timeout: float | None = None) -> attempts.News:
        """Be interrupted."""
        raise KeyboardInterrupt


def test_threads_are_let_go_even_if_commands_cannot_be_ended() -> None:
    """Nothing is put back then: who lives on may still write. The next run does it."""

    def cannot() -> None:
        ended.open()
        raise RuntimeError("it lives on")

    ended = Gate()
    run = Run(steps(a=""), commands={"a": ended.wait}, stop=cannot)
    run.seen = at("a", State.RUNNING, interrupt)
    with pytest.raises(RuntimeError, match="it lives on"):
        run()
    assert run.repository.asked("forget", "write") == []
    assert run.seen.over


def test_a_run_that_cannot_be_shown_is_over() -> None:
    """Whoever shows it is told so, and no stage has begun."""

    class Blind(Telling):
        """Cannot show anything."""

        def planned(self, steps: object) -> None:
            """Fail."""
            raise OSError("no terminal")

    run = Run(steps(a=""), seen=Blind())
    with pytest.raises(OSError, match="no terminal"):
        run()
    assert run.seen.over
    assert run.repository.calls == []


def test_how_each_step_ended_is_returned() -> None:
    """With what there is to say about it."""
    run = Run(steps(a="", b=""), Repository(begins={"a": State.CACHED}))
    run()
    assert run.endings == {"a": Ending(State.CACHED), "b": Ending(State.RAN)}
